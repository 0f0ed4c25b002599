"""Tables of a plate record, read back by the names of their columns."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from instruments.errors import BadTable
from instruments.plate_record import Kind, RecordWell

Row = tuple[int, Mapping[str, str]]


WORDS = {
    Kind.SAMPLE: "Sample",
    Kind.LADDER: "Allelic Ladder",
    Kind.POSITIVE: "Positive Control",
    Kind.NEGATIVE: "Negative Control",
}
"""What genetic analyzers call what stands in a well."""


def lines_of(told: bytes, encoding: str = "ascii") -> list[str]:
    try:
        return told.decode(encoding).replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise BadTable("This is no plate record: it is not plain text.") from error


def rows(
    lines: Sequence[str], header: int, needed: Collection[str], separator: str = "\t"
) -> Iterator[Row]:
    """Each filled line after the header as {column: cell}, with its line number.

    `header` counts from 0. BadTable: a needed column is missing, or a line is longer
    than the header.
    """
    names = lines[header].split(separator) if header < len(lines) else []
    missing = next((name for name in needed if name not in names), None)
    if missing is not None:
        raise BadTable(line=header + 1, expected=f"a column '{missing}'")
    for number, line in enumerate(lines[header + 1 :], start=header + 2):
        if not line.strip(separator + " "):
            continue
        cells = line.split(separator)
        if len(cells) > len(names):
            raise BadTable(
                line=number, value=cells[-1], expected=f"{len(names)} columns"
            )
        yield number, dict(zip_longest(names, cells, fillvalue=""))


def well(row: Row, name: str, kind: str, kinds: Mapping[str, Kind]) -> RecordWell:
    """A row with its position, its name and what stands there."""
    number, cells = row
    if cells.get(kind, "") not in kinds:
        raise BadTable(
            line=number, column=kind, value=cells.get(kind, ""),
            expected=f"one of {', '.join(kinds)}",
        )  # fmt: skip
    return RecordWell(cells["Well"], cells.get(name, ""), kinds[cells.get(kind, "")])


def analyzed(rows_: Iterable[Row]) -> tuple[RecordWell, ...]:
    """The wells of a genetic analyzer's table."""
    kinds = {word: kind for kind, word in WORDS.items()}
    return tuple(well(row, "Sample Name", "Sample Type", kinds) for row in rows_)


def one_line(lines: Sequence[str], number: int, columns: Sequence[str]) -> str:
    """The plate's name: the first cell under a header that begins so."""
    head = lines[number].split("\t") if number < len(lines) else []
    if head[: len(columns)] != list(columns):
        raise BadTable(line=number + 1, expected=f"the columns {', '.join(columns)}")
    return lines[number + 1].split("\t")[0] if number + 1 < len(lines) else ""
