"""A text table as rows of cells: delimiter, quotes, blanks. Cells stay text."""

from collections.abc import Iterator
import csv
from dataclasses import dataclass
from operator import methodcaller
import re

from instruments.errors import BadTable
from instruments.source import Source

DELIMITERS = "\t;,"
MOST_ROWS = 200_000
MOST_CELLS = 5_000_000
"""Rows times columns: so many are read in a few seconds and some 100 MB of memory."""

LONGEST_CELL = 1_000
"""Characters. What is longer is no name, no allele and no number."""

BLANK = " \u00a0"
"""What may stand around a cell: some programs write a blank after each comma."""


REMARKS = re.compile(r"(?:[^\S\n]*(?:#(?:[ \t][^\n]*)?)?\n)*")
"""Empty lines and lines of `# …`, such as STRidER's files begin with."""

UNIT = "\x1f"
"""The sign that ASCII made to part cells; no table uses it."""


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

    @property
    def separator(self) -> str:
        """What joins cells to one text: it stands in no cell of the file."""
        return self.delimiter if self.plain else UNIT

    def rows(self, most: int = -1) -> Iterator[list[str]]:
        """The cells of each line, blank lines included.

        Of a plain table, so many cells only; the last is then the rest of the line.
        A line with broken quotes gives one cell, which is the line.
        """
        if self.plain:
            return map(methodcaller("split", self.delimiter, most), self.lines)
        return (split(line, self.delimiter) for line in self.lines)


def header_of(source: Source, *, remarks: bool = False) -> list[str]:
    """The cells of the first line that holds something, from the head: cheap.

    `remarks` says that lines of `# …` may stand above it.
    """
    first = source.first_line
    if remarks and first.startswith("#"):
        first = REMARKS.sub("", source.head, count=1).partition("\n")[0]
    return split(first, delimiter_of(first))


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


def grid_of(source: Source, *, remarks: bool = False) -> Grid:
    """The table of a file whose first filled line, remarks aside, is its header."""
    text = source.text()
    begins = REMARKS.match(text) if remarks else None
    above, top, body = _parts(text, begins.end() if begins else 0)
    delimiter = delimiter_of(top)
    lines = body.split("\n")
    _check_size([top, *lines], above + 1, delimiter)
    if whole := not lines[-1]:
        lines.pop()
    if (found := body.find(UNIT)) >= 0:
        raise BadTable(
            "The line holds the control sign 1F, which no table holds: it is damaged.",
            line=above + 2 + body.count("\n", 0, found),
        )
    header = split(top, delimiter)
    if len(lines) * len(header) > MOST_CELLS:
        raise BadTable(
            f"The table has {len(lines)} rows of {len(header)} columns.",
            expected=f"at most {MOST_CELLS} cells: the export of one run",
        )
    plain = _is_plain(body, delimiter)
    return Grid(header, above + 1, delimiter, lines, whole, plain)


def _parts(text: str, begins: int) -> tuple[int, str, str]:
    """How many lines stand above the header, the header, and what is below it."""
    filled = re.compile(r"\S").search(text, begins)
    above = text.count("\n", 0, filled.start()) if filled else 0
    top, body, *_ = [*text.split("\n", above + 1)[above:], "", ""]
    return above, top, body


def _is_plain(text: str, delimiter: str) -> bool:
    """Whether splitting is enough: ASCII without quotes, blanks, `NA` or commas.

    Single signs are looked for first, which costs a hundredth of a pair.
    """
    edges = (delimiter, "\n")
    blanks = (f"{delimiter} ", "\n ", *(f" {edge}" for edge in edges))
    if not text.isascii() or '"' in text or text.endswith(("NA", " ")):
        return False
    if delimiter != "," and "," in text:
        return False
    if " " in text and any(pair in text for pair in blanks):
        return False
    return not any(f"{delimiter}NA{edge}" in text for edge in edges)


def _check_size(lines: list[str], first: int, delimiter: str) -> None:
    """Refuse what no instrument writes before it costs memory."""
    if len(lines) > MOST_ROWS:
        raise BadTable(
            f"The file has more than {MOST_ROWS} lines.",
            expected="the export of one run",
        )
    if max(map(len, lines)) <= LONGEST_CELL:
        return
    for number, line in enumerate(lines, first):
        longest = max(map(len, line.split(delimiter)))
        if longest > LONGEST_CELL:
            raise BadTable(
                f"A cell has {longest} characters.",
                line=number,
                expected=f"at most {LONGEST_CELL}",
            )
