"""Qubit 2 to 4 and Qubit Flex: one row for each tube, as text or as a workbook.

The concentration of the original sample is read; that of the assay tube, the dates
(whose day and month may be either) and the fluorescence are kept as they stand.
"""

from instruments.concentrations import Plan, column, concentrations
from instruments.errors import BadTable
from instruments.grid import delimiter_of, split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.quantity_table import Row
from instruments.records import Maturity, UnreadSheet
from instruments.source import Source
from instruments.workbook import Workbook, is_workbook, names_in

SEPARATOR = "sep=,"
SHEET = "QubitData"
VALUES = ("original sample conc.", "stock conc.")
"""Of Qubit 4 and Flex, and of Qubit 2 and 3."""


def claims(source: Source) -> bool:
    if is_workbook(source):
        return any(name.startswith(SHEET) for name in names_in(source))
    first, _, below = source.head.lstrip(" \n").partition("\n")
    top = below.partition("\n")[0] if first.strip() == SEPARATOR else first
    return column(split(top, delimiter_of(top)), *VALUES) is not None


def read(source: Source) -> QuantityExport:
    if is_workbook(source):
        return _export(source, *_of_workbook(source))
    lines = source.text().split("\n")
    top = next(at for at, line in enumerate(lines) if line.strip())
    top += lines[top].strip() == SEPARATOR
    delimiter = delimiter_of(lines[top])
    rows: list[Row] = [
        (number, split(line, delimiter))
        for number, line in enumerate(lines[top + 1 :], top + 2)
        if line.strip()
    ]
    return _export(source, split(lines[top], delimiter), rows, "line", ())


def _of_workbook(
    source: Source,
) -> tuple[list[str], list[Row], str, tuple[UnreadSheet, ...]]:
    book = Workbook(source)
    name = next(name for name in book.names if name.startswith(SHEET))
    table = [
        (number, [cell.text if cell else "" for cell in row])
        for number, row in enumerate(book.sheet(name).rows, 1)
        if any(row)
    ]
    if not table:
        raise BadTable(f"Sheet '{name}' is empty.")
    others = tuple(
        UnreadSheet(one, book.count(one)) for one in book.names if one != name
    )
    return table[0][1], list(table[1:]), f"sheet '{name}', row", others


def _export(
    source: Source,
    header: list[str],
    rows: list[Row],
    where: str,
    others: tuple[UnreadSheet, ...],
) -> QuantityExport:
    sample = column(header, "test name", "sample name", "name")
    value = column(header, *VALUES)
    if sample is None or value is None:
        raise BadTable(
            line=1,
            expected="columns 'Test Name' or 'Sample Name', 'Original Sample Conc.'",
        )
    unit = value + 1
    if unit >= len(header) or "units" not in header[unit].casefold():
        raise BadTable(
            line=1,
            column=header[value],
            expected="a column of units behind it: a number without one says nothing",
        )
    plan = Plan(
        sample,
        value,
        unit,
        column(header, "assay name", "assay type"),
        column(header, "well"),
    )
    found = concentrations(header, rows, plan, lambda line: f"{where} {line}")
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        refused=found.refused,
        unread_cells=found.beside,
        unread_sheets=others,
    )


PARSER = Parser("Qubit", "1", Maturity.VERIFIED, claims, read)
