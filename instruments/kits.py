"""What readers of kit definitions share: numbers in base pairs, and bins in order."""

from decimal import Decimal

from instruments.numbers import Numbers

WIDEST = 2_000
"""Base pairs: no capillary tells more."""

READ = Numbers()


def pairs(text: str) -> Decimal | None:
    """Base pairs; None where nothing is told. ValueError where it is no number."""
    number = READ.one(text.strip())
    if number is not None and number > WIDEST:
        raise ValueError(text)
    return number


def off(size: Decimal | None, edge: Decimal | None) -> Decimal | None:
    """How far the edge of a bin lies from its size."""
    return None if size is None or edge is None else abs(size - edge)
