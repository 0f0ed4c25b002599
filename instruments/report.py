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
from instruments.records import GenotypeExport, MarkerReading
from instruments.roles import Role, role_of
from instruments.source import Source

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
    samples = _samples(export)
    refused = [{"line": row.line, "reason": row.reason} for row in export.refused]
    return {
        "file": source.name,
        "sha256": export.sha256,
        "parser": export.parser,
        "maturity": str(export.maturity),
        "rows": export.rows,
        "samples": [_sample(*key, readings) for key, readings in samples.items()],
        **({"refused": refused} if refused else {}),
        "unread": export.unread,
        "warnings": _capped(
            [*export.warnings, *_of_rows(export), *_of_samples(samples)]
        ),
    }


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
    yield from (row.reason for row in export.refused)
    columns = Counter(
        column for reading in export.readings for column in reading.unread
    )
    if columns:
        told = ", ".join(
            f"{quoted(column)} ({cells})" for column, cells in columns.items()
        )
        yield f"Columns that nobody reads, with their filled cells: {told}."
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
