"""Reads tables with one row for each sample and marker, in any choice of columns.

The software of several vendors writes this shape; their parsers differ in what they
claim. Nothing is skipped silently: a row that holds anything becomes a reading or a
refused row.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import compress, repeat
from operator import attrgetter

from instruments.checked_rows import Block, CheckedRows
from instruments.columns import ABSENT, OTHERWISE, Columns
from instruments.errors import BadTable
from instruments.grid import grid_of
from instruments.records import GenotypeExport, MarkerReading, Maturity, Peak
from instruments.source import Source, Tell

MOST_TOLD = 20
"""Lines of which the same is told: more are counted."""

PEAK = partial(tuple.__new__, Peak)
NOT_SEQUENCED = (repeat(None), repeat(""), repeat(""))
READING = partial(tuple.__new__, MarkerReading)
"""Make a record from a tuple of its fields, as `_make` does, many thousand times."""


def read_table(
    source: Source,
    parser: str,
    version: str,
    maturity: Maturity,
    otherwise: Mapping[str, str] = OTHERWISE,
) -> GenotypeExport:
    """Read a whole file. Raises InstrumentError where it is no table at all.

    `otherwise` tells which column stands for a fact that has none of its name.
    """
    grid = grid_of(source)
    rows = CheckedRows(grid, otherwise)
    readings = tuple(_readings(rows, grid.separator, source.tell))
    if not readings and not rows.refused:
        raise BadTable("The table has no rows below its header.", line=grid.header_line)
    return GenotypeExport(
        parser=parser,
        version=version,
        maturity=maturity,
        sha256=source.sha256,
        rows=len(readings) + len(rows.refused),
        readings=readings,
        refused=tuple(sorted(rows.refused, key=attrgetter("line"))),
        warnings=(*rows.warnings(), *_doubled(readings)),
    )


def _readings(rows: CheckedRows, separator: str, tell: Tell) -> Iterator[MarkerReading]:
    columns, titles = rows.columns, rows.columns.titles(separator)
    known: dict[str, str] = {}
    for block in rows.blocks():
        facts = [
            repeat("")
            if fact == ABSENT
            else map(known.setdefault, block.cells[fact], block.cells[fact])
            for fact in columns.facts
        ]
        beside = _beside(block, columns, separator)
        fields = (block.lines, *facts, _peaks(block, columns), beside, repeat(titles))
        yield from map(READING, zip(*fields, strict=False))  # a `repeat` has no end
        tell(block.lines[-1] - rows.first + 1, rows.count)


def _beside(block: Block, columns: Columns, separator: str) -> Iterable[str]:
    """The cells that are neither facts nor peaks, each row's as one text."""
    tail = columns.tail
    indices = [index for index in columns.beside if index < tail]
    if tail < columns.width:
        indices.append(tail)
    match [block.cells[index] for index in indices]:
        case []:
            return repeat("")
        case [cells]:
            return cells
        case several:
            return map(separator.join, zip(*several, strict=True))


class _Named(dict[str, Peak]):
    """Allele -> a peak of which nothing else is told."""

    def __missing__(self, allele: str) -> Peak:
        peak = self[allele] = Peak(allele)
        return peak


def _peaks(block: Block, columns: Columns) -> Iterable[tuple[Peak, ...]]:
    """The peaks of each row, by their numbers; a peak without an allele is none."""
    used = [peak for peak in columns.peaks if any(block.cells[peak[0]])]
    if not used:
        return repeat(())
    names = [block.cells[allele] for allele, _, _ in used]
    rows = zip(*(_column(block, *peak) for peak in used), strict=True)
    if not any("" in column for column in names):
        return rows
    return map(tuple, map(compress, rows, zip(*names, strict=True)))


def _column(block: Block, allele: int, height: int, size: int) -> Iterable[Peak]:
    """The peaks of one number, row by row."""
    names = block.cells[allele]
    if height == size == ABSENT:
        return map(_Named().__getitem__, names)
    numbers = (block.numbers[height], block.numbers[size])
    return map(PEAK, zip(names, *numbers, *NOT_SEQUENCED, strict=False))


def _doubled(readings: tuple[MarkerReading, ...]) -> Iterator[str]:
    """The same marker of one injection twice: both are kept and a person decides."""
    about = attrgetter("sample", "source", "marker")
    more = len(readings) - len(set(map(about, readings)))
    if not more:
        return
    first: dict[tuple[str, ...], int] = {}
    told = 0
    for reading in readings:
        line = first.setdefault(about(reading), reading.line)
        if line != reading.line and told < MOST_TOLD:
            told += 1
            yield (
                f"Line {reading.line} tells of the same sample and marker as line "
                f"{line}. Both are kept."
            )
    if more > told:
        yield f"So do {more - told} more lines."
