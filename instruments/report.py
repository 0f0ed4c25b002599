"""What one export says, as plain data for JSON.

A laboratory tries a file with it before it trusts the system.

The report is for the person who holds the file: it quotes names and alleles. It is no
text for lists, logs or events.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from instruments import parse
from instruments.errors import quoted
from instruments.loci import has_two_copies, is_autosomal
from instruments.quantities import Quantity, QuantityExport
from instruments.records import (
    Bin,
    Export,
    Fact,
    GenotypeExport,
    KitExport,
    KitMarker,
    MarkerReading,
    NotesExport,
    RefusedRow,
)
from instruments.roles import Role, role_of
from instruments.sequences import SequencedGenotypes, SequenceExport
from instruments.source import Source
from instruments.traces import TraceExport

MIXTURE_LOCI = 2
"""More than two alleles at one locus alone are a tri-allele (domain rule E1)."""

PERSON = 2
"""Alleles that one person shows at an autosomal locus, at most."""

MOST_WARNINGS = 50


def report(source: Source) -> dict[str, object]:
    """The report of one file; parts that do not apply are left out.

    Raises InstrumentError where the file cannot be read.
    """
    export = parse(source)
    told, warnings = _told(export)
    return {
        "file": source.name,
        "sha256": export.sha256,
        "parser": export.parser,
        "maturity": str(export.maturity),
        "rows": export.rows,
        **told,
        "unread": export.unread,
        "warnings": _capped([*export.warnings, *warnings, *_of_unread(export)]),
    }


def _told(export: Export) -> tuple[dict[str, object], Iterable[str]]:
    """What each kind of export says, and what a person should know of it."""
    told: dict[str, object] = {}
    match export:
        case SequencedGenotypes():
            told, warnings = _genotypes(export)
            return {**told, **_sequences(export)}, warnings
        case GenotypeExport():
            return _genotypes(export)
        case KitExport():
            return _kit(export), _of_refused(export.refused)
        case NotesExport():
            told = {"notes": [_fact(fact) for fact in export.facts]}
        case TraceExport():
            told = {"traces": _traces(export)}
        case SequenceExport():
            return _sequences(export), _of_refused(export.refused)
        case QuantityExport():
            return _quantities(export), _of_refused(export.refused)
    return told, ()


def _quantities(export: QuantityExport) -> dict[str, object]:
    """Each measurement; a value of null was not told, and `told` says what was."""
    curves = [
        {
            "target": curve.target,
            "slope": _number(curve.slope),
            "intercept": _number(curve.intercept),
            "r2": _number(curve.r2),
            "efficiency": _number(curve.efficiency),
        }
        for curve in export.curves
    ]
    return {
        "quantities": [_quantity(one) for one in export.quantities],
        **({"curves": curves} if curves else {}),
        **_refused(export.refused),
    }


def _quantity(one: Quantity) -> dict[str, object]:
    told = {
        "told": one.told,
        "well": one.well,
        "task": one.task,
        "ct": one.ct_told if one.ct is None else _number(one.ct),
        "omitted": one.omitted,
        "flags": list(one.flags),
        "degradation_index": one.index_told,
    }
    return {
        "sample": one.sample,
        "target": one.target,
        "value": _number(one.value),
        "unit": one.unit,
        **{name: part for name, part in told.items() if part},
    }


def _sequences(export: SequenceExport | SequencedGenotypes) -> dict[str, object]:
    """Each sequence as counted, and whether the software calls it an allele."""
    told = [
        {
            **({"sample": one.sample} if one.sample else {}),
            "marker": one.marker,
            **({"allele": one.allele} if one.allele else {}),
            **({"sequence": one.bases} if one.bases else {}),
            **({"bracket": one.bracket} if one.bracket else {}),
            "reads": one.reads,
            **({} if one.forward is None else {"forward": one.forward}),
            **({} if one.reverse is None else {"reverse": one.reverse}),
            **({"call": one.call} if one.call else {}),
            **({"called": True} if one.called else {}),
        }
        for one in export.sequences
    ]
    software = getattr(export, "software", "")
    return {
        **({"software": software} if software else {}),
        **({"notes": list(map(_fact, export.facts))} if export.facts else {}),
        "sequences": told,
        **_refused(export.refused),
    }


def _traces(export: TraceExport) -> dict[str, object]:
    """One injection: what was measured, and the peaks that its software found."""
    peaks = [
        {
            "dye": peak.dye,
            "scan": peak.scan,
            "height": peak.height,
            **({} if peak.size is None else {"size": _number(peak.size)}),
            **({"flags": list(peak.flags)} if peak.flags else {}),
        }
        for peak in export.peaks
    ]
    return {
        "dyes": [
            {"number": dye.number, "name": dye.name, "letter": dye.letter}
            for dye in export.dyes
        ],
        "points": export.points,
        "size_standard": export.size_standard,
        "sample": export.sample,
        "role": str(role_of(export.sample)),
        "well": export.well,
        "instrument": export.instrument,
        "started": export.started,
        "peaks": peaks,
        **({"bases": export.bases} if export.bases else {}),
    }


def _genotypes(export: GenotypeExport) -> tuple[dict[str, object], list[str]]:
    samples = _samples(export)
    told: dict[str, object] = {
        "samples": [_sample(*key, readings) for key, readings in samples.items()],
        **_refused(export.refused),
    }
    return told, [*_of_rows(export), *_of_samples(samples)]


def _kit(export: KitExport) -> dict[str, object]:
    panels = [
        {"name": panel.name, "markers": [_kit_marker(one) for one in panel.markers]}
        for panel in export.panels
    ]
    facts = [_fact(fact) for fact in export.facts]
    return {
        **({"notes": facts} if facts else {}),
        "panels": panels,
        **_refused(export.refused),
    }


def _kit_marker(marker: KitMarker) -> dict[str, object]:
    told = {
        "dye": marker.dye,
        "low": _number(marker.low),
        "high": _number(marker.high),
        "repeat": _number(marker.repeat),
        "controls": list(marker.controls),
        "alleles": list(marker.alleles),
        "bins": [_bin(one) for one in marker.bins],
    }
    return {"name": marker.name, **{k: v for k, v in told.items() if v or v == 0}}


def _bin(one: Bin) -> dict[str, object]:
    told = {
        "size": _number(one.size),
        "left": _number(one.left),
        "right": _number(one.right),
        "virtual": one.virtual or None,
        "note": one.note or None,
    }
    return {"allele": one.allele, **{k: v for k, v in told.items() if v is not None}}


def _fact(fact: Fact) -> dict[str, object]:
    where = {"where": fact.where} if fact.where else {}
    return {"line": fact.line, **where, "name": fact.name, "text": fact.text}


def _refused(rows: Iterable[RefusedRow]) -> dict[str, object]:
    told = [{"line": row.line, "reason": row.reason} for row in rows]
    return {"refused": told} if told else {}


def is_mixture(readings: Iterable[MarkerReading]) -> bool:
    """Whether one injection shows more than one person (domain rule E1)."""
    loci = {
        reading.marker
        for reading in readings
        if len(reading.called) > PERSON and is_autosomal(reading.marker)
    }
    return len(loci) >= MIXTURE_LOCI


def _samples(export: GenotypeExport) -> dict[tuple[str, str], list[MarkerReading]]:
    """The readings of each injection: one sample name and one sample file."""
    found: dict[tuple[str, str], list[MarkerReading]] = {}
    for reading in export.readings:
        found.setdefault((reading.sample, reading.source), []).append(reading)
    return found


def _sample(name: str, file: str, readings: list[MarkerReading]) -> dict[str, object]:
    role = role_of(name)
    return {
        "name": name,
        **({"source": file} if file else {}),
        "role": str(role),
        **(
            {"mixture": True}
            if role is not Role.LADDER and is_mixture(readings)
            else {}
        ),
        "markers": _markers(readings),
    }


def _markers(readings: list[MarkerReading]) -> dict[str, object]:
    """What each marker shows; of one that stands twice, the list of its readings."""
    found: dict[str, list[dict[str, object]]] = {}
    for reading in readings:
        found.setdefault(reading.marker, []).append(_marker(reading))
    return {
        marker: told[0] if len(told) == 1 else told for marker, told in found.items()
    }


def _marker(reading: MarkerReading) -> dict[str, object]:
    heights = [_number(peak.height) for peak in reading.peaks]
    flags = [
        shown for flag, value in reading.flags.items() if (shown := _flag(flag, value))
    ]
    homozygote = has_two_copies(reading.marker) and reading.homozygote
    return {
        "alleles": list(reading.alleles),
        **(
            {"heights": heights}
            if any(height is not None for height in heights)
            else {}
        ),
        **({"flags": flags} if flags else {}),
        **({"homozygote": str(homozygote)} if homozygote else {}),
    }


def _number(value: Decimal | None) -> int | float | None:
    """JSON knows no Decimal; the records keep it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _flag(flag: str, value: str) -> str:
    """One word where it is raised; name and value where its coding is not known."""
    match value.casefold():
        case "true":
            return flag
        case "false":
            return ""
        case _:
            return f"{flag}={value}"


def _of_rows(export: GenotypeExport) -> Iterator[str]:
    yield from _of_refused(export.refused)
    columns = Counter(
        column for reading in export.readings for column in reading.unread
    )
    if columns:
        told = ", ".join(
            f"{quoted(column)} ({cells})" for column, cells in columns.items()
        )
        yield f"Columns that nobody reads, with their filled cells: {told}."


def _of_refused(rows: Iterable[RefusedRow]) -> Iterator[str]:
    return (row.reason for row in rows)


def _of_unread(export: Export) -> Iterator[str]:
    if cells := export.unread_cells:
        yield f"{len(cells)} filled cells that nobody reads stand beside the table."
    for sheet in export.unread_sheets:
        yield f"Sheet {quoted(sheet.sheet)} is not read: {sheet.cells} cells."
    for one in export.closed:
        yield f"Sheet {quoted(one.sheet)} is closed by policy: {one.cells} cells."
    if lines := export.unread_lines:
        yield (
            f"Lines {lines[0].line} to {lines[-1].line} stand outside the table and "
            "are not read."
        )


def _of_samples(samples: dict[tuple[str, str], list[MarkerReading]]) -> Iterator[str]:
    for (name, _), readings in samples.items():
        if role_of(name) is not Role.LADDER and is_mixture(readings):
            yield (
                f"{quoted(name)} shows more than {PERSON} alleles at "
                f"{MIXTURE_LOCI} autosomal loci or more: it is a mixture."
            )


def _capped(warnings: list[str]) -> list[str]:
    if len(warnings) <= MOST_WARNINGS:
        return warnings
    return [
        *warnings[:MOST_WARNINGS],
        f"There are {len(warnings) - MOST_WARNINGS} more warnings.",
    ]
