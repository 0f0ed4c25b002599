"""Tables that stand anywhere on a sheet, below or beside each other.

A table is found by the words of its header. It goes down to the first row that is empty
in all of its columns; titles are compared as `columns.key` folds them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from instruments.columns import key
from instruments.errors import BadTable
from instruments.workbook import Cell, Sheet


@dataclass(frozen=True)
class Row:
    line: int
    cells: dict[str, Cell]
    """Folded title to the filled cell below it."""

    def text(self, title: str) -> str:
        """What stands there, without blanks around it; empty where nothing does."""
        cell = self.cells.get(title)
        return cell.text.strip() if cell else ""


@dataclass(frozen=True)
class Table:
    titles: tuple[Cell, ...]
    rows: tuple[Row, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(key(title.text) for title in self.titles)

    @property
    def line(self) -> int:
        """Where its header stands."""
        return self.titles[0].row


def tables(sheet: Sheet, first: str) -> Iterator[Table]:
    """The tables with this first title. Raises BadTable where a title is doubled."""
    for row in sheet.rows:
        for cell in row:
            if cell is not None and key(cell.text) == first:
                yield _table(sheet, cell)


def _table(sheet: Sheet, corner: Cell) -> Table:
    titles: list[Cell] = []
    for title in sheet.rows[corner.row - 1][corner.column - 1 :]:
        if title is None:
            break
        titles.append(title)
    names = [key(title.text) for title in titles]
    for title, name in zip(titles, names, strict=True):
        if names.count(name) > 1:
            raise BadTable(
                f"A column stands twice on {sheet.where(title)}, and nothing tells "
                "which one is meant.",
                expected="each column once",
            )
    start, end = corner.column - 1, corner.column - 1 + len(titles)
    rows: list[Row] = []
    for row in sheet.rows[corner.row :]:
        cells = row[start:end]
        filled = [cell for cell in cells if cell is not None]
        if not filled or (cells[0] is not None and key(cells[0].text) == names[0]):
            break
        found = {
            name: cell
            for name, cell in zip(names, cells, strict=False)
            if cell is not None
        }
        rows.append(Row(filled[0].row, found))
    return Table(tuple(titles), tuple(rows))
