"""The rows of a genotype table that can be read, and the others, each with its reason.

Rows are checked column by column, and one by one only in a block where a check fails:
a plate has thousands of rows.
"""

from collections.abc import Iterator, Sequence
from itertools import compress, islice
from operator import not_
from typing import NamedTuple

from instruments.columns import ABSENT, Columns
from instruments.grid import Grid
from instruments.numbers import MICROVARIANT, Numbers, Style, style_of
from instruments.records import RefusedRow

BLOCK = 1_000
"""Rows that are in memory as cells at one time."""

NOTHING = "NA"
"""How R and other programs write an empty cell of a peak. GeneMapper leaves it so."""


class Block(NamedTuple):
    lines: Sequence[int]
    cells: Sequence[tuple[str, ...]]
    """Column by column. The last is empty: it is what columns.ABSENT points at."""

    @classmethod
    def of(cls, lines: Sequence[int], rows: Sequence[Sequence[str]]) -> "Block":
        return cls(lines, [*zip(*rows, strict=True), ("",) * len(lines)])


class CheckedRows:
    def __init__(self, grid: Grid) -> None:
        self.columns = Columns.of(grid.header, grid.header_line)
        self.refused: list[RefusedRow] = []
        self._grid = grid
        self._measures = self.columns.measures
        self._style = Style.POINT if grid.plain else style_of(self._signed_numbers())
        self._blank: list[int] = []
        self.numbers = Numbers(self._style)

    def blocks(self) -> Iterator[Block]:
        rows, first = self._rows(), self._grid.header_line + 1
        while taken := list(islice(rows, BLOCK)):
            block = self._even(range(first, first + len(taken)), taken)
            if block and self._is_doubtful(block.cells):
                block = self._sound(block)
            if block:
                yield block
            first += len(taken)

    def warnings(self) -> Iterator[str]:
        """What a person should know of a table that was read. Without values."""
        last = self._grid.last_line - len(self._blank)
        if between := [line for line in self._blank if line <= last]:
            yield f"Line {between[0]} is blank, and rows follow it."
        if self._style is Style.COMMA:
            yield "Numbers are written with a decimal comma."
        if not self._grid.whole:
            yield (
                "The file ends without a line end: its last row, line "
                f"{self._grid.last_line}, may have been cut."
            )

    def _rows(self) -> Iterator[list[str]]:
        rows = self._grid.rows()
        return rows if self._grid.plain else map(self._cleaned, rows)

    def _cleaned(self, cells: list[str]) -> list[str]:
        """The row without placeholders, and without a decimal comma in an allele."""
        for peak in self.columns.peaks:
            for index in peak:
                if 0 <= index < len(cells) and cells[index] == NOTHING:
                    cells[index] = ""
            if peak[0] < len(cells) and MICROVARIANT.fullmatch(cells[peak[0]]):
                cells[peak[0]] = cells[peak[0]].replace(",", ".")
        return cells

    def _signed_numbers(self) -> Iterator[tuple[int, str, str]]:
        """Heights and sizes that hold a point or a comma: what proves the style."""
        if not any("," in line for line in self._grid.lines):
            return
        for line, cells in enumerate(self._grid.rows(), self._grid.header_line + 1):
            for _, index in self._measures:
                if index < len(cells) and not {",", "."}.isdisjoint(cells[index]):
                    yield line, self.columns.title(index), cells[index]

    def _even(self, lines: range, rows: list[list[str]]) -> Block | None:
        """The rows made as wide as the header. What cannot be is refused."""
        width = self.columns.width
        if set(map(len, rows)) == {width}:
            return Block.of(lines, rows)
        even = [
            (line, cells)
            for line, cells in zip(lines, rows, strict=True)
            if len(cells) == width or self._fits(line, cells)
        ]
        return Block.of(*zip(*even, strict=True)) if even else None

    def _fits(self, line: int, cells: list[str]) -> bool:
        """Make a ragged row as wide as the header. Only empty cells come or go."""
        width = self.columns.width
        beyond = [at for at, cell in enumerate(cells[width:], width) if cell]
        if not any(cells):
            self._blank.append(line)
        elif beyond:
            self._refuse(line, cells, beyond[0], "no cell beyond the header's columns")
        elif len(cells) == 1 and '"' in cells[0]:
            self._refuse(line, cells, 0, "a quoted cell that ends in its own line")
        elif line == self._grid.last_line and not self._grid.whole:
            last = len(cells) - 1
            self._refuse(line, cells, last, f"{width} cells: the file looks cut here")
        else:
            cells[:] = (cells + [""] * width)[:width]
            return True
        return False

    def _is_doubtful(self, cells: Sequence[tuple[str, ...]]) -> bool:
        """Whether some row has no name, a bad number, or a number without allele."""
        filled = [pair for pair in self._measures if any(cells[pair[1]])]
        return (
            "" in cells[self.columns.sample]
            or "" in cells[self.columns.marker]
            or not self.numbers.learn(set().union(*(cells[at] for _, at in filled)))
            or any(
                any(compress(cells[index], map(not_, cells[allele])))
                for allele, index in filled
            )
        )

    def _sound(self, block: Block) -> Block | None:
        """The rows of a doubtful block that can be read. The others are refused."""
        rows = list(zip(*block.cells[:-1], strict=True))
        places = zip(block.lines, rows, strict=True)
        good = [self._is_sound(line, cells) for line, cells in places]
        if not any(good):
            return None
        return Block.of(list(compress(block.lines, good)), list(compress(rows, good)))

    def _is_sound(self, line: int, cells: Sequence[str]) -> bool:
        """Whether the row can be read. If not it is refused; a blank row is neither."""
        columns = self.columns
        measures = [(allele, index) for allele, index in self._measures if cells[index]]
        stray = [index for allele, index in measures if not cells[allele]]
        bad = [at for _, at in measures if not self.numbers.learn({cells[at]})]
        if not any(cells):
            self._blank.append(line)
        elif not cells[columns.sample]:
            self._refuse(line, cells, columns.sample, "the name of a sample")
        elif not cells[columns.marker]:
            self._refuse(line, cells, columns.marker, "the name of a marker")
        elif stray:
            self._refuse(line, cells, stray[0], "no number, for the peak has no allele")
        elif bad:
            self._refuse(line, cells, bad[0], f"a number with a {self._style}")
        else:
            return True
        return False

    def _refuse(
        self, line: int, cells: Sequence[str], index: int, expected: str
    ) -> None:
        columns = self.columns
        facts = (columns.sample, columns.source, columns.well, columns.marker)
        about = (cells[at] if ABSENT < at < len(cells) else "" for at in facts)
        row = RefusedRow(line, columns.title(index), cells[index], expected, *about)
        self.refused.append(row)
