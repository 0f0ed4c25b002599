"""Numbers as they are written in different countries, decided once for each file.

`1,250` alone is ambiguous: one thousand, or one and a quarter. Such a file is read only
where another of its numbers decides (instrument formats, rule 6).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
import re

from instruments.errors import BadTable

LONGEST = 20
"""Characters of a number: more digits are no height and no size."""

PLAIN = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
NUMBERLIKE = re.compile(r"[0-9][0-9.,]*[0-9]")
GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:([,.])[0-9]{3})(?:\1[0-9]{3})*")
SWAPPED = str.maketrans(",.", ".,")
MICROVARIANT = re.compile(r"[0-9]{1,3},[0-9]")
"""An allele with a decimal comma: 9,3 is the allele 9.3, not two, and no thousands."""


class Style(StrEnum):
    POINT = "decimal point"
    COMMA = "decimal comma"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reads a file's numbers in its style. An empty cell is None."""

    style: Style = Style.POINT

    def column(self, cells: Sequence[str]) -> Sequence[Decimal | None]:
        """The numbers of a column. Raises ValueError where a cell is no number."""
        if not any(cells):
            return (None,) * len(cells)
        if self.style is Style.POINT and _are_digits(cells):
            with suppress(InvalidOperation):
                return [Decimal(cell) if cell else None for cell in cells]
        return [self.one(cell) for cell in cells]

    def one(self, cell: str) -> Decimal | None:
        """The number of a cell. Raises ValueError where it is none."""
        return Decimal(plain(cell, self.style)) if cell else None


def _are_digits(cells: Sequence[str]) -> bool:
    """Whether there are digits and points only: `1.2.3` passes, Decimal refuses it."""
    joined = "".join(cells).replace(".", "")
    return joined.isascii() and joined.isdigit() and max(map(len, cells)) <= LONGEST


def plain(cell: str, style: Style) -> str:
    """The number with a decimal point and no thousands signs."""
    if style is Style.COMMA:
        cell = cell.translate(SWAPPED)
    whole, point, fraction = cell.partition(".")
    if GROUPS.fullmatch(whole):
        whole = whole.replace(",", "")
    found = whole + point + fraction
    if not PLAIN.fullmatch(found) or len(found) > LONGEST:
        raise ValueError(cell)
    return found


def style_of(
    places: Iterable[tuple[int, str, str]], *, has_commas: bool = False
) -> Style:
    """The style of a file's numbers, given as (line, column, cell).

    `has_commas` says that its alleles have a decimal comma: it decides where no number
    does, for then `1.204` is more than a thousand.
    """
    evidence: dict[Style, tuple[int, str, str]] = {}
    doubtful = None
    for place in places:
        if found := _told_by(place[2]):
            evidence.setdefault(found, place)
        elif "," in place[2] and GROUPS.fullmatch(place[2]):
            doubtful = doubtful or place
    if has_commas and not evidence:
        return Style.COMMA
    return _decided(evidence, doubtful)


def _decided(
    evidence: Mapping[Style, tuple[int, str, str]],
    doubtful: tuple[int, str, str] | None,
) -> Style:
    match list(evidence):
        case [style]:
            return style
        case [] if doubtful is None:
            return Style.POINT
        case [] if doubtful is not None:
            line, column, cell = doubtful
            says = "A comma may mean thousands or decimals, and no other number tells."
        case _:
            line, column, cell = evidence[Style.COMMA]
            other = evidence[Style.POINT][0]
            says = f"The comma is decimal here, but line {other} has a decimal point."
    raise BadTable(
        says,
        line=line,
        column=column,
        value=cell,
        expected="one style of numbers in the whole file",
    )


def _told_by(cell: str) -> Style | None:
    """Which style this number proves, if it proves one."""
    signs = re.sub(r"[0-9]", "", cell) if NUMBERLIKE.fullmatch(cell) else ""
    if not signs or (len(signs) == 1 and GROUPS.fullmatch(cell)):
        return None
    decimal = signs[-1]
    if len(signs) > 1 and len(set(signs)) == 1:  # one sign several times: thousands
        decimal = "." if decimal == "," else ","
    return Style.COMMA if decimal == "," else Style.POINT
