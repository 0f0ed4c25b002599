"""What is left of a bone, and whether it is worth another extraction. Pure.

Rule K1: no amount ends a sample. Where little is to be hoped for it is said so, and a
person decides: it may be tested again all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

PORTION = Decimal(200)
"""Milligrams that one extraction takes, where none was made of it yet."""


class Worth(StrEnum):
    UNKNOWN = "not weighed"
    NOTHING = "nothing left"
    UNTRIED = "not quantified"
    """There is enough, and nobody knows yet what it gives."""
    YES = "worth it"
    LITTLE = "little"
    """Less is to be hoped for than one reaction wants."""


@dataclass(frozen=True)
class Tried:
    """One extraction that was made and quantified."""

    taken: Decimal
    """Milligrams."""
    gained: Decimal | None
    """Nanograms of human DNA; None where it was not quantified."""


@dataclass(frozen=True)
class Outlook:
    worth: Worth
    left: Decimal = Decimal(0)
    """Milligrams."""
    portion: Decimal = PORTION
    times: int = 0
    """Extractions of one portion that are left; 0 where only a smaller one is."""
    hoped: Decimal | None = None
    """Nanograms that the next one may give, as the last one did."""


def outlook(left: Decimal | None, tried: Sequence[Tried], wanted: Decimal) -> Outlook:
    """`left` in mg, `tried` the oldest first, `wanted` ng in one reaction (rule Q4)."""
    if left is None:
        return Outlook(Worth.UNKNOWN)
    if not left:
        return Outlook(Worth.NOTHING)
    portion = tried[-1].taken if tried else PORTION
    known = [one for one in tried if one.gained is not None and one.taken]
    times = int(left // portion)
    if not known:
        return Outlook(Worth.UNTRIED, left, portion, times)
    last = known[-1]
    hoped = (last.gained or Decimal(0)) / last.taken * min(left, portion)
    worth = Worth.YES if hoped >= wanted else Worth.LITTLE
    return Outlook(worth, left, portion, times, round(hoped, 2))
