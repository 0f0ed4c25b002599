"""The lines of a manifest as a sender types or pastes them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
import re

from lims.errors import BadInput
from lims.samples.amounts import UNITS, Measure

_AMOUNT = re.compile(
    rf"(\d{{1,9}}(?:[.,]\d{{1,6}})?)\s*({'|'.join(sorted(UNITS, key=len)[::-1])})"
)


@dataclass(frozen=True)
class Line:
    """One bag: its number, its seal, what is in it, and how much."""

    at: int
    """Which line of the manifest it is, for whoever has to mend it."""
    bag: str
    seal: str
    subject: str
    """As the sender names it: a donor's code, or a tag with its element and side."""
    measure: Measure


def lines(rows: Sequence[Sequence[str]], pasted: str) -> list[Line]:
    """The rows that hold anything, then what was pasted from a table."""
    table = [list(row) for row in rows]
    table += [_cells(line) for line in pasted.splitlines()]
    filled = [row for row in table if any(cell.strip() for cell in row)]
    if not filled:
        raise BadInput("The manifest is empty. Enter the number of the first bag.")
    return [_line(at, row) for at, row in enumerate(filled, 1)]


def _cells(line: str) -> list[str]:
    """The columns of a line, as a spreadsheet copies them or as it is exported."""
    return line.split("\t" if "\t" in line else ";")


def _line(at: int, cells: Sequence[str]) -> Line:
    told = [" ".join(cell.split()) for cell in cells]
    if len(told) not in (3, 4) or not all(told[:3]):
        raise BadInput(
            f"Line {at} has {sum(map(bool, told))} filled columns. Expected are the"
            " bag, its seal, what is in it and, if known, how much; parted by tabs or"
            " by semicolons."
        )
    bag, seal, subject = told[:3]
    return Line(at, bag, seal, subject, _measure(at, told[3] if told[3:] else ""))


def _measure(at: int, text: str) -> Measure:
    if not text:
        return Measure()
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise BadInput(
            f"Line {at}: '{text[:20]}' is not an amount. Write a number and one of "
            f"{', '.join(UNITS)}, such as 1200 mg, or leave it out."
        )
    return Measure(Decimal(found[1].replace(",", ".")), found[2])
