"""The line through the standards: cycle against the logarithm of ng/µl. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

LEAST = 3
"""Two amounts give a line that nothing can contradict."""


class Curve(NamedTuple):
    target: str
    slope: Decimal | None
    """Cycles for each ten times as much DNA; -3.32 doubles with each cycle."""
    intercept: Decimal | None
    """The cycle of 1 ng/µl."""
    r2: Decimal | None
    """How much of the spread the line explains, at most 1."""
    ours: bool = False
    """Whether the file tells none and it was reckoned from the standards."""


def fitted(target: str, points: Sequence[tuple[Decimal, Decimal]]) -> Curve | None:
    """Least squares through (ng/µl, cycle); None with fewer than three amounts."""
    if len({amount for amount, _ in points if amount > 0}) < LEAST:
        return None
    xs = [amount.log10() for amount, _ in points if amount > 0]
    ys = [cycle for amount, cycle in points if amount > 0]
    x, y = _mean(xs), _mean(ys)
    across = _total([(one - x) ** 2 for one in xs])
    both = _total([(a - x) * (b - y) for a, b in zip(xs, ys, strict=True)])
    along = _total([(one - y) ** 2 for one in ys])
    slope = both / across
    r2 = both * both / (across * along) if along else Decimal(0)
    intercept = y - slope * x
    return Curve(
        target, rounded(slope, 5), rounded(intercept, 5), rounded(r2, 5), ours=True
    )


def rounded(number: Decimal, digits: int = 6) -> Decimal:
    """With so many digits, whatever its size: no file can make it too large."""
    return Decimal(f"{number:.{digits}g}")


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    return _total(numbers) / len(numbers)


def _total(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))
