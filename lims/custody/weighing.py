"""Weights of bags, bones and what was made of them, and whether they add up. Pure.

Rule B8: what was made of an item and what is left of it weigh no more together than it
did, and two parts in a hundred at most for the balance; nothing weighs less than zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
import re

from lims.errors import BadInput, RuleBroken

TOLERANCE = Decimal("1.02")
"""How much heavier the parts may be together than the whole (rule B8)."""
REMARKABLE = Decimal("0.05")
"""A bone that differs by more from what its sender stated is remarked (domain 7.1)."""
FRESH = timedelta(minutes=2)
"""A reading of the balance that is older belongs to another item."""
MG = {"mg": Decimal(1), "g": Decimal(1000)}
MOST = Decimal(100_000)
"""Grams; no bag that is carried by hand weighs so much."""
_BENCH = re.compile(
    r"(?P<grams>-?\d{1,9}(?:\.\d{1,9})?) g "
    r"(?P<serial>[0-9A-Za-z][0-9A-Za-z ./-]{2,31}?)"
    r"(?: due (?P<due>\d{4}-\d{2}-\d{2}))?"
)
_SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{2,31}")


class WeighedPart(StrEnum):
    """What of an item was on the balance."""

    BAG = "bag"
    ITEM = "item"
    REST = "rest"


@dataclass(frozen=True)
class Weight:
    """One weight as it is put on record."""

    value: Decimal
    unit: str
    balance: str = ""
    """The serial number of the balance; empty where nobody knows it."""
    due: date | None = None
    """The last day of its calibration, where the bench told it."""
    reading: int | None = None
    """The bench's reading; None where the weight was typed."""
    reason: str = ""
    """Why it was typed."""

    @property
    def mg(self) -> Decimal:
        return self.value * MG[self.unit]


def of_bench(text: str, reading: int, today: date) -> Weight:
    """The stable weight in a reading: '0.4123 g B123 due 2027-01-31'."""
    found = _BENCH.fullmatch(text)
    if found is None:
        raise BadInput(
            f"'{text[:40]}' is no stable weight in grams. Set the balance to grams, "
            "wait until it is at rest, and weigh again."
        )
    due = date.fromisoformat(found["due"]) if found["due"] else None
    if due is not None and today > due:
        raise RuleBroken(
            f"The calibration of the balance '{found['serial']}' was due by {due}. "
            "Weigh with another one until it is calibrated."
        )
    made = Weight(Decimal(found["grams"]), "g", found["serial"], due, reading)
    require_weight(made)
    return made


def typed(value: Decimal, unit: str, reason: str, balance: str = "") -> Weight:
    """A weight that a person read off. Raises BadInput, RuleBroken."""
    if unit not in MG:
        raise BadInput(
            f"'{unit[:12]}' is no unit of weight here. Set the balance to grams or "
            "milligrams and weigh again: other units are not converted."
        )
    if not reason:
        raise BadInput(
            "A weight that is typed needs a reason, such as: no balance at hand."
        )
    if balance and not _SERIAL.fullmatch(balance):
        raise BadInput(
            f"'{balance[:32]}' is no serial number of a balance: letters, digits and "
            "dashes, three to thirty-two of them."
        )
    made = Weight(value, unit, balance, reason=reason)
    require_weight(made)
    return made


def require_weight(weight: Weight) -> None:
    """RuleBroken below zero (rule B8), BadInput for what no balance here shows."""
    value = weight.value
    if not value.is_finite() or value != round(value, 6):
        raise BadInput(f"'{value}' is no weight: at most six decimals.")
    if value < 0:
        raise RuleBroken(
            f"The balance shows {value:f} {weight.unit}: less than nothing. Tare it "
            "and weigh again."
        )
    if weight.mg >= MOST * MG["g"]:
        raise BadInput(
            f"'{value:f} {weight.unit}' is over the range of a balance here. Is the "
            "unit right?"
        )


def require_balance(
    code: str, whole: Decimal | None, children: Iterable[Decimal], rest: Decimal
) -> None:
    """RuleBroken where the parts weigh more than the whole (rule B8). All in mg."""
    made = sum(children, Decimal(0))
    if whole is None or made + rest <= whole * TOLERANCE:
        return
    raise RuleBroken(
        f"What was made of {code} ({made:f} mg) and what is left ({rest:f} mg) weigh "
        f"{made + rest:f} mg together; {code} weighed {whole:f} mg. Tare the balance, "
        "weigh again, and see whether the labels are on the right parts."
    )


def part_of(code: str | None, *, divided: bool) -> WeighedPart:
    """What is on the balance: a bag before its content has a code, else the item."""
    if not code:
        return WeighedPart.BAG
    return WeighedPart.REST if divided else WeighedPart.ITEM


def whole_mg(told: Sequence[Mapping[str, object]]) -> Decimal | None:
    """What an item weighed before anything was taken, by the facts of its events.

    Oldest first. The last `amount` counts: later ones are what is left. None where it
    was never weighed.
    """
    found = None
    for facts in told:
        amount, unit = facts.get("amount"), str(facts.get("unit") or "")
        if amount is not None and unit in MG:
            found = Decimal(str(amount)) * MG[unit]
    return found


def differs(stated: Decimal | None, found: Decimal) -> bool:
    """Whether a bone's weight is remarkable beside what its sender stated. In mg."""
    return bool(stated) and abs(found - (stated or 0)) > (stated or 0) * REMARKABLE
