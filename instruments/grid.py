"""A text table as rows of cells: delimiter, quotes, blanks. Cells stay text."""

from collections.abc import Iterator
import csv
from dataclasses import dataclass
from operator import methodcaller

from instruments.errors import BadTable
from instruments.source import Source

DELIMITERS = "\t;,"
MOST_ROWS = 200_000
LONGEST_CELL = 1_000
"""Characters. What is longer is no name, no allele and no number."""

BLANK = " \u00a0"
"""What may stand around a cell: some programs write a blank after each comma."""


@dataclass(frozen=True, slots=True)
class Grid:
    header: list[str]
    header_line: int
    delimiter: str
    lines: list[str]
    """The lines below the header; the first one is number header_line + 1."""
    whole: bool
    """Whether the file ends with a line end. If not, its last row may be cut."""
    plain: bool
    """Whether no cell needs care: see `_is_plain`."""

    @property
    def last_line(self) -> int:
        return self.header_line + len(self.lines)

    def rows(self) -> Iterator[list[str]]:
        """The cells of each line, blank lines included.

        A line with broken quotes gives one cell, which is the line.
        """
        if self.plain:
            return map(methodcaller("split", self.delimiter), self.lines)
        return (split(line, self.delimiter) for line in self.lines)


def header_of(source: Source) -> list[str]:
    """The cells of the first line that holds something, from the head: cheap."""
    return split(source.first_line, delimiter_of(source.first_line))


def delimiter_of(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return [cell.strip(BLANK) for cell in line.split(delimiter)]
    try:
        (cells,) = csv.reader(
            [line], delimiter=delimiter, skipinitialspace=True, strict=True
        )
    except csv.Error:
        return [line]
    return [cell.strip(BLANK) for cell in cells]


def grid_of(source: Source) -> Grid:
    """The table of a file whose first filled line is the header."""
    text = source.text()
    lines = text.split("\n")
    above = next(number for number, line in enumerate(lines) if line.strip())
    delimiter = delimiter_of(lines[above])
    _check_size(lines, delimiter)
    header = split(lines[above], delimiter)
    del lines[: above + 1]
    if whole := lines[-1:] == [""]:
        lines.pop()
    return Grid(header, above + 1, delimiter, lines, whole, _is_plain(text, delimiter))


def _is_plain(text: str, delimiter: str) -> bool:
    """Whether splitting is enough: ASCII without quotes, blanks, `NA` or commas."""
    edges = (delimiter, "\n")
    around = (f"{delimiter} ", "\n ", *(f" {edge}" for edge in edges))
    empty = [f"{delimiter}NA{edge}" for edge in edges]
    comma = () if delimiter == "," else (",",)
    if not text.isascii() or text.endswith(("NA", " ")):
        return False
    return not any(sign in text for sign in ('"', *around, *empty, *comma))


def _check_size(lines: list[str], delimiter: str) -> None:
    """Refuse what no instrument writes before it costs memory."""
    if len(lines) > MOST_ROWS:
        raise BadTable(
            f"The file has more than {MOST_ROWS} lines.",
            expected="the export of one run",
        )
    if max(map(len, lines)) <= LONGEST_CELL:
        return
    for number, line in enumerate(lines, 1):
        longest = max(map(len, line.split(delimiter)))
        if longest > LONGEST_CELL:
            raise BadTable(
                f"A cell has {longest} characters.",
                line=number,
                expected=f"at most {LONGEST_CELL}",
            )
