"""A trace with more points than the paper has columns, drawn without losing a peak."""

from collections.abc import Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """The lowest and the highest point of one column, in RFU."""

    at: int
    low: int
    high: int


def columns(
    places: Sequence[float], points: Sequence[int], span: tuple[float, float], wide: int
) -> list[Column]:
    """The extremes of each of `wide` columns; a column without points is left out.

    `places` are the base pairs, or the scans, of the points; outside of `span`, lowest
    and highest place, a point is not drawn.
    """
    first, last = span
    scale = wide / (last - first)
    found: dict[int, tuple[int, int]] = {}
    for place, point in zip(places, points, strict=True):
        if first <= place <= last:
            at = min(wide - 1, int((place - first) * scale))
            low, high = found.get(at, (point, point))
            found[at] = min(low, point), max(high, point)
    return [Column(at, *found[at]) for at in sorted(found)]


def path(drawn: Sequence[Column], top: int, tall: int) -> str:
    """The `d` of an SVG path: `top` RFU are at 0, nothing is at `tall`."""
    steps = []
    for one in drawn:
        low, high = (
            round(tall - max(0, min(top, rfu)) * tall / top)
            for rfu in (one.low, one.high)
        )
        steps.append(f"{one.at} {low}" if low == high else f"{one.at} {low}V{high}")
    return "M" + "L".join(steps) if steps else ""
