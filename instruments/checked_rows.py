"""The rows of a genotype table that can be read, and the others, each with its reason.

Rows are checked column by column, and one by one only in a block where a check fails:
a plate has thousands of rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, compress, islice
from operator import itemgetter, methodcaller, not_
from typing import NamedTuple

from instruments.columns import ABSENT, OTHERWISE, Columns, key
from instruments.errors import BadTable
from instruments.grid import Grid, split
from instruments.loci import is_marker
from instruments.numbers import MICROVARIANT, Numbers, Style, style_of
from instruments.records import RefusedRow

BLOCK = 1_000
"""Rows that are in memory as cells at one time."""

LAST = itemgetter(-1)
FIRST_ALLELE = "allele1"
"""The key of a column that every header has, and no row."""
LONGEST_SIGN = 2
"""Characters; `AM` is nobody's allele, and `X`, `Y` and `OL` are no marker."""
NOTHING = "NA"
"""How R and other programs write an empty cell of a peak. GeneMapper leaves it so."""


class Block(NamedTuple):
    """Rows that can be read, column by column."""

    lines: Sequence[int]
    cells: Sequence[tuple[str, ...]]
    """Up to the tail, which is one column of packed cells if the table has one.

    The last column is empty: it is what columns.ABSENT points at.
    """
    numbers: Mapping[int, Sequence[Decimal | None]]
    """Heights and sizes by the index of their column."""


class CheckedRows:
    def __init__(self, grid: Grid, otherwise: Mapping[str, str] = OTHERWISE) -> None:
        self.refused: list[RefusedRow] = []
        self._grid, self._repeated = _of_one_table(grid)
        self.columns = _columns(self._grid, otherwise)
        self._tail = self.columns.tail
        self._peaks = self.columns.peaks
        self._measures = self.columns.measures
        self._numbers = Numbers(
            Style.POINT
            if grid.plain
            else style_of(self._signed_numbers(), has_commas=self._has_commas())
        )
        self._blank: list[int] = []

    @property
    def first(self) -> int:
        """The line of the first row."""
        return self._grid.header_line + 1

    @property
    def count(self) -> int:
        """How many lines there are below the header."""
        return len(self._grid.lines)

    def blocks(self) -> Iterator[Block]:
        rows, first = self._rows(), self.first
        while taken := list(islice(rows, BLOCK)):
            lines, even = self._even(range(first, first + len(taken)), taken)
            if even and (block := self._block(lines, _turned(even))):
                yield block
            first += len(taken)

    def warnings(self) -> Iterator[str]:
        """What a person should know of a table that was read. Without values."""
        blank = [line for line in self._blank if line not in self._repeated]
        last = self._grid.last_line - len(blank)
        if between := [line for line in blank if line <= last]:
            yield f"Line {between[0]} is blank, and rows follow it."
        for line in self._repeated:
            yield f"Line {line} repeats the header: it is no row."
        if self._numbers.style is Style.COMMA:
            yield "Numbers are written with a decimal comma."
        if not self._grid.whole:
            yield (
                "The file ends without a line end: its last row, line "
                f"{self._grid.last_line}, may have been cut."
            )

    def _rows(self) -> Iterator[list[str]]:
        """The cells of each line, those of the tail packed into one."""
        if self._grid.plain:
            return self._grid.rows(self._tail)
        return map(self._packed, map(self._cleaned, self._grid.rows()))

    def _packed(self, cells: list[str]) -> list[str]:
        if len(cells) <= self._tail:
            return cells
        return [*cells[: self._tail], self._grid.separator.join(cells[self._tail :])]

    def _unpacked(self, cells: list[str]) -> list[str]:
        tails = (cell.split(self._grid.separator) for cell in cells[self._tail :])
        return [*cells[: self._tail], *chain.from_iterable(tails)]

    def _cleaned(self, cells: list[str]) -> list[str]:
        """The row without placeholders, and without a decimal comma in an allele."""
        for peak in self.columns.peaks:
            for index in peak:
                if 0 <= index < len(cells) and cells[index] == NOTHING:
                    cells[index] = ""
            if peak[0] < len(cells) and MICROVARIANT.fullmatch(cells[peak[0]]):
                cells[peak[0]] = cells[peak[0]].replace(",", ".")
        return cells

    def _has_commas(self) -> bool:
        """Whether an allele is written with a decimal comma."""
        return any("," in line for line in self._grid.lines) and any(
            allele < len(cells) and MICROVARIANT.fullmatch(cells[allele])
            for cells in self._grid.rows()
            for allele, _, _ in self._peaks
        )

    def _signed_numbers(self) -> Iterator[tuple[int, str, str]]:
        """Heights and sizes that hold a point or a comma: what proves the style."""
        if not any("," in line for line in self._grid.lines):
            return
        for line, cells in enumerate(self._grid.rows(), self._grid.header_line + 1):
            for _, index in self._measures:
                if index < len(cells) and not {",", "."}.isdisjoint(cells[index]):
                    yield line, self.columns.title(index), cells[index]

    def _even(
        self, lines: Sequence[int], rows: list[list[str]]
    ) -> tuple[Sequence[int], Sequence[Sequence[str]]]:
        """The rows made as wide as the header. What cannot be is refused."""
        if self._all_even(rows):
            return lines, rows
        fit = [self._fits(*place) for place in zip(lines, rows, strict=True)]
        return list(compress(lines, fit)), list(compress(rows, fit))

    def _all_even(self, rows: Sequence[list[str]]) -> bool:
        beyond = self.columns.width - self._tail
        if not beyond:
            return set(map(len, rows)) == {self._tail}
        if set(map(len, rows)) != {self._tail + 1}:
            return False
        separators = map(methodcaller("count", self._grid.separator), map(LAST, rows))
        return set(separators) == {beyond - 1}

    def _fits(self, line: int, row: list[str]) -> bool:
        """Make a row as wide as the header. Only empty cells come or go."""
        if self._all_even([row]):
            return True
        width = self.columns.width
        cells = self._unpacked(row)
        beyond = [at for at, cell in enumerate(cells[width:], width) if cell]
        if not any(cells):
            self._blank.append(line)
        elif beyond:
            self._refuse(line, cells, beyond[0], "no cell beyond the header's columns")
        elif len(cells) == 1 and '"' in cells[0]:
            expected = "a quoted cell that ends in its own line"
            self.refused.append(RefusedRow(line, "", cells[0], expected))
        elif line == self._grid.last_line and not self._grid.whole:
            last = len(cells) - 1
            self._refuse(line, cells, last, f"{width} cells: the file looks cut here")
        else:
            row[:] = self._packed((cells + [""] * width)[:width])
            return True
        return False

    def _block(
        self, lines: Sequence[int], cells: Sequence[tuple[str, ...]]
    ) -> Block | None:
        """The rows as a block, less those that are refused one by one."""
        try:
            self._check(cells)
            return Block(lines, cells, self._measured(cells))
        except ValueError:
            rows = list(zip(*cells[:-1], strict=True))
        sound = [self._is_sound(*place) for place in zip(lines, rows, strict=True)]
        if not any(sound):
            return None
        cells = _turned(list(compress(rows, sound)))
        return Block(list(compress(lines, sound)), cells, self._measured(cells))

    def _measured(
        self, cells: Sequence[tuple[str, ...]]
    ) -> dict[int, Sequence[Decimal | None]]:
        read = self._numbers.column
        indices = {ABSENT, *(index for _, index in self._measures)}
        return {index: read(cells[index]) for index in indices}

    def _check(self, cells: Sequence[tuple[str, ...]]) -> None:
        """Raise ValueError where a row has no name, no allele where one is due.

        Nor may a marker stand there: a comma in a name moves the cells to the right.
        """
        if "" in cells[self.columns.sample] or "" in cells[self.columns.marker]:
            raise ValueError("name")
        for allele, *measures in self._peaks:
            if any(map(_is_marker, set(cells[allele]))):
                raise ValueError("marker")
            if "" not in cells[allele]:
                continue
            empty = list(map(not_, cells[allele]))
            if any(any(compress(cells[index], empty)) for index in measures):
                raise ValueError("allele")

    def _is_sound(self, line: int, cells: Sequence[str]) -> bool:
        """Whether the row can be read. If not it is refused; a blank row is neither."""
        columns = self.columns
        measures = [(allele, index) for allele, index in self._measures if cells[index]]
        stray = [index for allele, index in measures if not cells[allele]]
        moved = [allele for allele, *_ in self._peaks if _is_marker(cells[allele])]
        bad = [index for _, index in measures if not self._is_number(cells[index])]
        if not any(self._unpacked(list(cells))):
            self._blank.append(line)
        elif not cells[columns.sample]:
            self._refuse(line, cells, columns.sample, "the name of a sample")
        elif not cells[columns.marker]:
            self._refuse(line, cells, columns.marker, "the name of a marker")
        elif moved:
            expected = "an allele; a name may hold the sign that parts the cells"
            self._refuse(line, cells, moved[0], expected)
        elif stray:
            self._refuse(line, cells, stray[0], "no number, for the peak has no allele")
        elif bad:
            self._refuse(line, cells, bad[0], f"a number with a {self._numbers.style}")
        else:
            return True
        return False

    def _is_number(self, cell: str) -> bool:
        try:
            self._numbers.one(cell)
        except ValueError:
            return False
        return True

    def _refuse(
        self, line: int, cells: Sequence[str], index: int, expected: str
    ) -> None:
        columns = self.columns
        facts = (columns.sample, columns.source, columns.well, columns.marker)
        about = (cells[at] if ABSENT < at < len(cells) else "" for at in facts)
        row = RefusedRow(line, columns.title(index), cells[index], expected, *about)
        self.refused.append(row)


def _columns(grid: Grid, otherwise: Mapping[str, str]) -> Columns:
    """The plan of the table; samples that have no name are named by their files."""
    columns = Columns.of(grid.header, grid.header_line, otherwise)
    at = columns.places.get("samplename", ABSENT)
    if ABSENT in {at, columns.source}:
        return columns
    named = any(at < len(cells) and cells[at] for cells in grid.rows())
    return columns if named else columns.nameless


def _is_marker(allele: str) -> bool:
    return len(allele) > LONGEST_SIGN and is_marker(allele)


def _of_one_table(grid: Grid) -> tuple[Grid, list[int]]:
    """The grid without headers that stand again, and where they stood.

    Tables of one setting may be put behind each other; another one's columns would be
    read under the wrong names.
    """
    again = []
    for line, text in enumerate(grid.lines, grid.header_line + 1):
        if "llele" not in text and "LLELE" not in text:
            continue
        cells = split(text, grid.delimiter)
        if FIRST_ALLELE not in map(key, cells):
            continue
        if list(filter(None, cells)) != list(filter(None, grid.header)):
            raise BadTable(
                "Another table begins in the line, with columns of its own.",
                line=line,
                expected="one table in a file",
            )
        again.append(line)
    if not again:
        return grid, again
    lines = list(grid.lines)
    for line in again:
        lines[line - grid.header_line - 1] = ""
    return replace(grid, lines=lines), again


def _turned(rows: Sequence[Sequence[str]]) -> Sequence[tuple[str, ...]]:
    """The columns of the rows, and an empty one."""
    return [*zip(*rows, strict=True), ("",) * len(rows)]
