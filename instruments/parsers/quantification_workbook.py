"""Real-time PCR workbooks: Design & Analysis, Diomni, classic QuantStudio, 7500 HID.

Labels and values, an empty row, then a header; each sheet repeats them. The results
are read, with the quantities and curves of the sheet of standard curves where there is
one. Sheets of raw signals are counted and stay in the original (instrument formats,
parts 8.2 and 8.3).
"""

from collections.abc import Sequence

from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.quantities import Quantity, QuantityExport
from instruments.quantity_table import (
    Measured,
    Table,
    measured,
    of_instrument,
    places_of,
)
from instruments.records import Fact, Maturity, UnreadCell, UnreadSheet
from instruments.source import Source
from instruments.workbook import (
    OLD,
    Cell,
    Sheet,
    Workbook,
    is_workbook,
    names_in,
)

RESULTS = ("Results", "Primary_result")
CURVES = "Standard Curve Result"
OLD_SIGNS = (b"Results", b"Target Name")
"""What an old workbook of the 7500 holds in plain bytes."""
MOST_FACTS = 60
"""Rows above the header: 28 are the most that were seen."""


def claims(source: Source) -> bool:
    if source.content.startswith(OLD):
        return all(sign in source.content for sign in OLD_SIGNS)
    return is_workbook(source) and not set(RESULTS).isdisjoint(names_in(source))


def read(source: Source) -> QuantityExport:
    book = Workbook(source)
    name = next((one for one in RESULTS if one in book.names), "")
    if not name:
        raise BadTable("The workbook has no results.", expected="a sheet 'Results'")
    table, facts, below = _table(book.sheet(name))
    found = measured(table)
    read_ = {name}
    if CURVES in book.names:
        found = _with_curves(found, measured(_table(book.sheet(CURVES))[0]))
        read_.add(CURVES)
    others = [one for one in book.names if one not in read_]
    return QuantityExport(
        **PARSER.told(source),
        rows=len(table.rows),
        quantities=found.quantities,
        curves=found.curves,
        refused=found.refused,
        facts=facts,
        unread_cells=(*found.beside, *below),
        unread_sheets=tuple(UnreadSheet(one, book.count(one)) for one in others),
        warnings=(*of_instrument(facts), *found.warnings),
    )


def _table(
    sheet: Sheet,
) -> tuple[Table, tuple[Fact, ...], tuple[UnreadCell, ...]]:
    """The table of a sheet, what stands above it, and what stands below it."""
    at = next(
        (
            number
            for number, row in enumerate(sheet.rows[:MOST_FACTS])
            if {"ct", "task"} <= places_of(_texts(row)).keys()
        ),
        None,
    )
    if at is None:
        raise BadTable(
            f"Sheet '{sheet.name}' has no header with the cycle and the task.",
            expected="columns Well, Sample, Target, Task and Cq",
        )
    facts = [
        Fact(row[0].row, sheet.name, row[0].text, row[1].text if row[1] else "")
        for row in sheet.rows[:at]
        if row and row[0] and len(row) > 1
    ]
    header = _texts(sheet.rows[at])
    body = sheet.rows[at + 1 :]
    end = next((n for n, row in enumerate(body) if not any(row)), len(body))
    rows = [(at + 2 + n, _texts(row)) for n, row in enumerate(body[:end])]
    if not rows:
        raise BadTable(
            f"Sheet '{sheet.name}' holds no results.", expected="rows below its header"
        )
    below = tuple(
        UnreadCell(sheet.where(cell), "", cell.text)
        for row in body[end:]
        for cell in row
        if cell
    )
    where = f"sheet '{sheet.name}', row "
    return (
        Table(at + 1, header, rows, lambda line: f"{where}{line}"),
        tuple(facts),
        below,
    )


def _texts(row: Sequence[Cell | None]) -> list[str]:
    return [cell.text if cell else "" for cell in row]


def _with_curves(results: Measured, curves: Measured) -> Measured:
    """The results, each with the quantity that the standard curve gave its well."""
    given = {(one.well, one.target): one for one in curves.quantities}
    quantities = tuple(_with_quantity(one, given) for one in results.quantities)
    return Measured(
        quantities=quantities,
        curves=curves.curves,
        refused=(*results.refused, *curves.refused),
        beside=(*results.beside, *curves.beside),
        warnings=curves.warnings,
    )


def _with_quantity(one: Quantity, given: dict[tuple[str, str], Quantity]) -> Quantity:
    curve = given.get((one.well, one.target))
    if curve is None or one.told:
        return one
    if (curve.sample, curve.ct_told) != (one.sample, one.ct_told):
        raise BadTable(
            f"Well {one.well} is told twice and differently, by 'Results' and by"
            f" '{CURVES}'.",
            line=one.line,
            value=curve.ct_told,
            expected=f"'{one.ct_told}'",
        )
    return one._replace(value=curve.value, told=curve.told)


PARSER = Parser("real-time PCR workbook", "2", Maturity.VERIFIED, claims, read)
