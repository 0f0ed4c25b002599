"""Tables of concentrations: one row for each tube, as fluorometers and photometers do.

A value that was not measured stays told: `Out of range` is no zero.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
import re
from typing import NamedTuple

from instruments.errors import BadTable
from instruments.numbers import Numbers, style_of
from instruments.quantities import Quantity
from instruments.quantity_table import Row
from instruments.records import RefusedRow, UnreadCell

UNMEASURED = re.compile(
    r"|-|n/?a|(?:out of range|too (?:low|high))(?: \w+)?|[<>] ?[0-9.,]+", re.IGNORECASE
)
FRACTION = re.compile(r"-?[0-9]+[.,][0-9]+")
"""What tells the file's style of numbers, in whatever column it stands."""
EXPECTED = "a number or 'Out of range', and no cell beyond the header"


class Plan(NamedTuple):
    """Which column holds what, counted from 0; None where the table has none."""

    sample: int
    value: int
    unit: int | None
    """Where each row tells its unit."""
    assay: int | None
    well: int | None
    unit_told: str = ""
    """The unit of all rows, where the header tells it."""
    assay_told: str = ""


class Found(NamedTuple):
    quantities: tuple[Quantity, ...]
    refused: tuple[RefusedRow, ...]
    beside: tuple[UnreadCell, ...]


def concentrations(
    header: Sequence[str], rows: Sequence[Row], plan: Plan, where: Callable[[int], str]
) -> Found:
    """Every row read, or refused."""
    if not rows:
        raise BadTable("The table has a header and no rows.")
    evidence = (
        (line, name, cell.removeprefix("-"))
        for line, cells in rows
        for name, cell in zip(header, cells, strict=False)
        if FRACTION.fullmatch(cell)
    )
    numbers = Numbers(style_of(evidence))
    quantities: list[Quantity] = []
    refused: list[RefusedRow] = []
    beside: list[UnreadCell] = []
    for line, cells in rows:
        try:
            quantities.append(_quantity(line, cells, header, plan, numbers))
        except ValueError as error:
            refused.append(RefusedRow(line, "", str(error), EXPECTED))
            continue
        beside += _beside(header, cells, plan, where(line))
    return Found(tuple(quantities), tuple(refused), tuple(beside))


def column(header: Sequence[str], *names: str) -> int | None:
    """The column of the first of these names, whatever case and blanks."""
    keys = [" ".join(cell.split()).casefold() for cell in header]
    return next((keys.index(name) for name in names if name in keys), None)


def _quantity(
    line: int, cells: Sequence[str], header: Sequence[str], plan: Plan, numbers: Numbers
) -> Quantity:
    beyond = next((cell for cell in cells[len(header) :] if cell), None)
    if beyond is not None:
        raise ValueError(beyond)
    told = _cell(cells, plan.value)
    return Quantity(
        line=line,
        sample=_cell(cells, plan.sample),
        well=_cell(cells, plan.well),
        target=plan.assay_told or _cell(cells, plan.assay),
        task="",
        value=_value(told, numbers),
        unit=plan.unit_told or _cell(cells, plan.unit),
        told=told,
        ct=None,
        ct_told="",
    )


def _value(told: str, numbers: Numbers) -> Decimal | None:
    """A photometer's value may be below zero: its blank was darker than the sample."""
    if UNMEASURED.fullmatch(told):
        return None
    number = numbers.one(told.removeprefix("-"))
    return -number if number is not None and told.startswith("-") else number


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _beside(
    header: Sequence[str], cells: Sequence[str], plan: Plan, where: str
) -> Iterator[UnreadCell]:
    read = {plan.sample, plan.value, plan.unit, plan.assay, plan.well}
    for at, cell in enumerate(cells[: len(header)]):
        if cell and at not in read:
            yield UnreadCell(where, header[at], cell)
