"""Wide genotype tables: markers (or persons) in columns, alleles in cells.

Alleles share a cell (`11,13`), or each has a column of its own: `TH01, TH01(2)`. What
tells neither for sure is refused: a column that stands twice would double its alleles.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Self

from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import Grid
from instruments.loci import is_autosomal, is_marker
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
)
from instruments.source import Source

SAMPLE = ("samplename", "sample", "sampleid", "cellline", "profile")
"""The column that names the sample: the first of these that is there."""

EMPTY = frozenset({"", "NA"})
ALLELE = re.compile(r"[<>]?[0-9]{1,3}(?:\.[0-9]{1,2})?|X|Y|OL|\?|[ACGT]", re.IGNORECASE)
LISTED = re.compile(r"[,/;|]")
SECOND = re.compile(r"(.+?)(?: ?\(([1-9])\)|[ ._]([1-9]))")
"""A further allele's column: TH01(2), TH01_1, TH01.1, TH01 2."""

NUMBERED = frozenset({"dys389"})
"""Whose parts are markers of their own: DYS389 1 and 2."""

DOUBTFUL = re.compile(r"[0-9]{1,3},[0-9]")
"""Allele 9.3 with a decimal comma, or the alleles 9 and 3."""


FEWEST = 2
"""Columns of markers that make a table wide: one may be a chance."""

Row = tuple[int, list[str]]
"""A line's number and its cells."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which column holds what of a table with one row for each sample."""

    names: tuple[str, ...]
    sample: int
    markers: Mapping[str, tuple[int, ...]]
    """Each marker's columns, in the order in which they stand."""

    @classmethod
    def of(cls, header: Sequence[str], line: int) -> Self:
        named = [at for at, name in enumerate(header) if key(name) in SAMPLE]
        named.sort(key=lambda at: SAMPLE.index(key(header[at])))
        if len({key(header[at]) for at in named}) < len(named):
            raise _twice(header[named[0]], line)
        markers: dict[str, list[int]] = {}
        for at, name in enumerate(header):
            if (marker := marker_of(name)) and at != named[0]:
                markers.setdefault(marker, []).append(at)
        _even(markers, line)
        _alike(markers, header, line)
        found = {name: tuple(columns) for name, columns in markers.items()}
        return cls(tuple(header), named[0], found)

    @property
    def beside(self) -> tuple[int, ...]:
        """The columns that are neither sample nor marker."""
        read = {
            self.sample,
            *(at for columns in self.markers.values() for at in columns),
        }
        return tuple(at for at in range(len(self.names)) if at not in read)

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the columns beside, with their place where one is not alone."""
        return tuple(
            name
            if (name := self.names[at]) and self.names.count(name) == 1
            else f"{name} (column {at + 1})".strip()
            for at in self.beside
        )

    @property
    def listed(self) -> bool:
        """Whether alleles share a cell, for no marker has a second column."""
        return all(len(columns) == 1 for columns in self.markers.values())


def is_wide(header: Sequence[str]) -> bool:
    """Whether this heads a table of one row for each sample."""
    keys = {key(cell) for cell in header}
    markers = {marker for cell in header if (marker := marker_of(cell))}
    enough = len(markers) >= FEWEST
    return enough and "marker" not in keys and not keys.isdisjoint(SAMPLE)


def marker_of(name: str) -> str:
    """The marker that a column is of; empty where it is of none."""
    second = SECOND.fullmatch(name)
    if second and is_marker(second[1]) and key(second[1]) not in NUMBERED:
        return second[1]
    return name if is_marker(name) else ""


def _even(markers: Mapping[str, Sequence[int]], line: int) -> None:
    """Autosomal markers have one column each, or all as many: else one stands twice."""
    widths = {
        name: len(columns) for name, columns in markers.items() if is_autosomal(name)
    }
    usual = Counter(widths.values()).most_common(1)
    odd = [name for name, width in widths.items() if width != usual[0][0]]
    most = max(map(len, markers.values()))
    if odd or most > max(widths.values(), default=1):
        wide = (name for name in markers if len(markers[name]) == most)
        raise _twice(odd[0] if odd else next(wide), line)


def _alike(
    markers: Mapping[str, Sequence[int]], header: Sequence[str], line: int
) -> None:
    """Further columns all repeat the marker's name, or all have a sign of their own."""
    several = {name: columns for name, columns in markers.items() if len(columns) > 1}
    same = {
        name
        for name, columns in several.items()
        if len({header[at] for at in columns}) < len(columns)
    }
    if same and len(same) < len(several):
        raise _twice(min(same), line)


def _twice(name: str, line: int) -> BadTable:
    return BadTable(
        "This column stands more or less often than other markers do, and nothing "
        "tells which one is meant.",
        line=line,
        column=name,
        expected="the same number of columns for each marker",
    )


def refuse_doubtful_commas(cells: Iterable[tuple[int, str]], delimiter: str) -> None:
    """Raise BadTable where a comma may part alleles or be a decimal sign."""
    if delimiter == ",":
        return
    doubtful: tuple[int, str] | None = None
    for line, cell in cells:
        if "," in cell and not DOUBTFUL.fullmatch(cell):
            return
        if "," in cell:
            doubtful = doubtful or (line, cell)
    if doubtful:
        raise BadTable(
            "A comma may part two alleles or be a decimal sign, and no cell tells.",
            line=doubtful[0],
            value=doubtful[1],
            expected="microvariants with a decimal point, or a comma-separated file",
        )


def rows_of(grid: Grid) -> Iterator[Row]:
    """The lines that hold something, made as wide as the header: see `unfit`.

    Only empty cells come or go. Raises BadTable where there is no such line.
    """
    width, none = len(grid.header), True
    for line, cells in enumerate(grid.rows(), grid.header_line + 1):
        last = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
        none = none and not last
        cut = line == grid.last_line and not grid.whole and len(cells) < width
        if cut or (len(cells) == 1 and '"' in cells[0]):
            yield line, cells
        elif key(cells[0]) in SAMPLE and is_wide(cells):
            raise BadTable(
                "Another table begins in the line.",
                line=line,
                expected="one table in a file",
            )
        elif last:
            yield line, [*cells, *[""] * width][: max(width, last)]
    if none:
        raise BadTable("The table has no rows below its header.", line=grid.header_line)


def unfit(line: int, cells: Sequence[str], width: int) -> RefusedRow | None:
    """Why a line is no row of the table, if it is none."""
    if len(cells) > width:
        expected = "no cell beyond the header's columns"
        return RefusedRow(line, f"column {len(cells)}", cells[-1], expected)
    if len(cells) == 1 and '"' in cells[0]:
        expected = "a quoted cell that ends in its own line"
        return RefusedRow(line, "", cells[0], expected)
    if len(cells) < width:
        expected = f"{width} cells: the file looks cut here"
        return RefusedRow(line, f"column {len(cells)}", cells[-1], expected)
    return None


def warnings(grid: Grid) -> Iterator[str]:
    """What a person should know of a table that was read. Without values."""
    if not grid.whole:
        yield (
            "The file ends without a line end: its last row, line "
            f"{grid.last_line}, may have been cut."
        )


def peaks(cells: Sequence[str], *, listed: bool) -> tuple[Peak, ...]:
    """The alleles of one marker. Raises ValueError where a cell holds none."""
    found = tuple(_names(cells, listed=listed))
    for name in found:
        if not ALLELE.fullmatch(name):
            raise ValueError(name)
    return tuple(map(Peak, found))


def _names(cells: Sequence[str], *, listed: bool) -> Iterator[str]:
    for cell in cells:
        names = LISTED.split(cell) if listed else [cell]
        yield from (name for one in names if (name := one.strip()) not in EMPTY)


def export(
    parser: tuple[str, str, Maturity],
    source: Source,
    grid: Grid,
    found: Sequence[MarkerReading | RefusedRow],
    rows: int,
) -> GenotypeExport:
    """What was found in so many rows; `parser` is its name, version and maturity."""
    name, version, maturity = parser
    return GenotypeExport(
        parser=name,
        version=version,
        maturity=maturity,
        sha256=source.sha256,
        rows=rows,
        readings=tuple(one for one in found if isinstance(one, MarkerReading)),
        refused=tuple(one for one in found if isinstance(one, RefusedRow)),
        warnings=tuple(warnings(grid)),
    )
