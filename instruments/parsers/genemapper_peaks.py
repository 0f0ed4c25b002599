"""GeneMapper and Peak Scanner: the table of peaks, one row for each.

The labelled peaks of a sample at a marker are its alleles, with height and size; peaks
without a marker or an allele are no calls, and are counted. Areas and data points are
kept as they stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from instruments import wide
from instruments.columns import key
from instruments.grid import UNIT, grid_of, header_of
from instruments.numbers import Numbers, style_of
from instruments.parsers import Parser
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
    Titles,
)
from instruments.source import Source

PEAK = ("dye/samplepeak", "samplepeak")
SAMPLE = ("samplename", "samplefilename", "samplefile")
NEEDED = frozenset({"marker", "allele", "height"})
READ = frozenset({*PEAK, *SAMPLE, *NEEDED, "dye", "size", ""})
NUMBERS = ("height", "size")

Told = tuple[int, dict[str, str]]
"""A line's number, and its cells by the keys of their titles."""


def claims(source: Source) -> bool:
    keys = set(map(key, header_of(source)))
    named = not keys.isdisjoint(SAMPLE) and not keys.isdisjoint(PEAK)
    return named and keys >= NEEDED


def read(source: Source) -> GenotypeExport:
    grid = grid_of(source)
    keys = [key(title) for title in grid.header]
    rows = list(wide.rows_of(grid))
    unfit = [wide.unfit(line, cells, len(keys)) for line, cells in rows]
    told = [
        (line, dict(zip(keys, cells, strict=True)))
        for (line, cells), no in zip(rows, unfit, strict=True)
        if no is None
    ]
    numbers = Numbers(style_of(_numeric(told)))
    groups: dict[tuple[str, str], list[Told]] = {}
    refused = [one for one in unfit if one is not None]
    for line, cells in told:
        if not cells["marker"] or not cells["allele"]:
            continue
        if fault := _fault(line, cells, numbers):
            refused.append(fault)
        else:
            groups.setdefault((_sample(cells), cells["marker"]), []).append(
                (line, cells)
            )
    labelled = sum(map(len, groups.values()))
    silent = len(rows) - labelled - len(refused)
    alone = [f"{silent} peaks have no marker or no allele: they are no calls."]
    return GenotypeExport(
        **PARSER.told(source),
        rows=len(rows),
        readings=tuple(_reading(one, numbers) for one in groups.values()),
        refused=tuple(refused),
        further=tuple(_further(told, groups, refused)),
        warnings=(*wide.warnings(grid), *(alone if silent else ())),
    )


def _further(
    told: Sequence[Told],
    groups: Mapping[tuple[str, str], Sequence[Told]],
    refused: Sequence[RefusedRow],
) -> Iterator[tuple[int, str]]:
    """The rows that no reading begins with, and that were not refused."""
    known = {peaks[0][0] for peaks in groups.values()} | {one.line for one in refused}
    return ((line, _sample(cells)) for line, cells in told if line not in known)


def _sample(cells: Mapping[str, str]) -> str:
    return next((cells[one] for one in SAMPLE if cells.get(one)), "")


def _numeric(told: Sequence[Told]) -> Iterator[tuple[int, str, str]]:
    for line, cells in told:
        for name in NUMBERS:
            yield line, name, cells.get(name, "")


def _fault(line: int, cells: Mapping[str, str], numbers: Numbers) -> RefusedRow | None:
    sample = _sample(cells)
    if not sample:
        return RefusedRow(line, "Sample Name", "", "the name of a sample")
    for name in NUMBERS:
        try:
            numbers.one(cells.get(name, ""))
        except ValueError:
            expected = f"a number with a {numbers.style}"
            return RefusedRow(line, name.title(), cells[name], expected, sample)
    return None


def _reading(peaks: Sequence[Told], numbers: Numbers) -> MarkerReading:
    line, first = peaks[0]
    beside = [
        (f"{title} {number}", cell)
        for number, (_, cells) in enumerate(peaks, 1)
        for title, cell in cells.items()
        if title not in READ and cell
    ]
    return MarkerReading(
        line=line,
        sample=_sample(first),
        source=first.get("samplefilename", "") or first.get("samplefile", ""),
        run="",
        well="",
        panel="",
        marker=first["marker"],
        dye=(first.get("dye") or _peak(first)).partition(",")[0],
        peaks=tuple(
            Peak(
                cells["allele"],
                _number(cells, "height", numbers),
                _number(cells, "size", numbers),
            )
            for _, cells in peaks
        ),
        beside=UNIT.join(cell for _, cell in beside),
        titles=Titles(tuple(title for title, _ in beside), frozenset(), UNIT),
    )


def _peak(cells: Mapping[str, str]) -> str:
    return next((cells[one] for one in PEAK if one in cells), "")


def _number(cells: Mapping[str, str], name: str, numbers: Numbers) -> Decimal | None:
    return numbers.one(cells.get(name, ""))


PARSER = Parser("GeneMapper peaks", "1", Maturity.READERS_ONLY, claims, read)
