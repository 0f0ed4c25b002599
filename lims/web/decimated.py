"""A trace with more points than the paper has columns, drawn without losing a peak."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class Column(NamedTuple):
    """The lowest and the highest point of one column, in RFU."""

    at: int
    low: int
    high: int


def edges(places: Sequence[float], span: tuple[float, float], wide: int) -> list[int]:
    """The first point of each of `wide` columns, and the end of the last.

    `places` are the base pairs, or the scans, of the points, ascending; outside of
    `span`, lowest and highest place, a point is not drawn.
    """
    first, last = span
    step = (last - first) / wide
    found = [bisect_left(places, first + at * step) for at in range(wide)]
    end = found[-1]
    while end < len(places) and places[end] <= last:
        end += 1
    return [*found, end]


def columns(cuts: Sequence[int], points: Sequence[int]) -> list[Column]:
    """The extremes of each column; a column without points is left out."""
    parts = ((at, points[a:b]) for at, (a, b) in enumerate(pairwise(cuts)) if b > a)
    return [Column(at, min(part), max(part)) for at, part in parts]


def path(drawn: Sequence[Column], top: int, tall: int) -> str:
    """The `d` of an SVG path: `top` RFU are at 0, nothing is at `tall`.

    Columns of one height are one stroke, and each begins at its end that is nearer.
    Steps are told from where the last one ended, which is half as long.
    """
    if not drawn:
        return ""
    x, y = last, _ = drawn[0].at, level(drawn[0].low, top, tall)
    steps = [f"M{x} {y}"]
    for one in drawn:
        here = level(one.low, top, tall), level(one.high, top, tall)
        near, far = here if abs(here[0] - y) <= abs(here[1] - y) else here[::-1]
        if far == near == y:
            last = one.at
            continue
        if near == y:
            steps.append(_step(one.at - x, 0))
        else:
            steps += _step(last - x, 0), _step(one.at - last, near - y)
        steps.append(_step(0, far - near))
        x, y = last, _ = one.at, far
    return "".join([*steps, _step(last - x, 0)])


def _step(right: int, down: int) -> str:
    if right and down:
        return f"l{right} {down}".replace(" -", "-")
    return f"h{right}" if right else f"v{down}" if down else ""


def level(rfu: int, top: int, tall: int) -> int:
    """Where a height lies; what is higher than the edge lies on it."""
    return round(tall - max(0, min(top, rfu)) * tall / top)
