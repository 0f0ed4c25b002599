"""Peaks of a trace: where light rises out of its baseline and falls again.

A second opinion on what the laboratory's software called, no replacement for it: the
rules are few and plain. A peak is a highest point of at least the threshold from which
the trace falls, on both sides, by the given part of its height before it rises to
another. Scans count from 0, heights are RFU above the baseline.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

BLOCK = 200
"""Scans of which the baseline is one value: five to ten times a peak's width."""

LOW = 0.2
"""The part of a block's points that lie at or below its baseline."""

FALL = 0.25
"""The part of the lower of two tops by which the trace falls between them."""

NOISE = 12
"""RFU by which it falls at least: less is the light's own trembling."""


class Found(NamedTuple):
    """A peak that was found."""

    scan: int
    height: int
    begin: int
    end: int
    """The first and the last scan at no less than a tenth of the height."""
    width: int
    """Scans at half of the height or more."""
    middle: float
    """The top to a part of a scan, from the points beside it."""
    off_scale: bool = False

    @property
    def is_spike(self) -> bool:
        """Narrower than molecules can run: a bubble, or the voltage jumped."""
        return self.width <= SPIKE


SPIKE = 2
"""Scans at half height of the widest spike; real peaks have five and more."""


def baseline(points: "array[int]") -> "array[float]":
    """What the trace would be without peaks, point by point.

    Of each block, the value below which a fifth of its points lie; between the middles
    of two blocks along a straight line; never above what a window of three blocks has
    at its lowest fifth, so that a crowd of ladder peaks is no baseline.
    """
    size = len(points)
    if not size:
        return array("d")
    blocks = [sorted(points[at : at + BLOCK]) for at in range(0, size, BLOCK)]
    low = [block[int(LOW * len(block))] for block in blocks]
    calm = [min(low[max(0, at - 1) : at + 2]) for at in range(len(low))]
    found: array[float] = array("d")
    half = BLOCK // 2
    for at in range(len(calm) + 1):
        left, right = calm[max(0, at - 1)], calm[min(at, len(calm) - 1)]
        start = 0 if at == 0 else (at - 1) * BLOCK + half
        end = min(size, at * BLOCK + half)
        steps = BLOCK
        rise = (right - left) / steps
        found.extend(left + rise * step for step in range(max(0, end - start)))
    return found[:size]


def lowered(points: "array[int]") -> "array[int]":
    """The trace without its baseline, in whole RFU."""
    return array(
        "i",
        [
            round(point - low)
            for point, low in zip(points, baseline(points), strict=True)
        ],
    )


def find(
    points: "array[int]",
    threshold: int,
    off_scale: Sequence[int] = (),
) -> tuple[Found, ...]:
    """The peaks of a trace without baseline, in the order of their scans.

    `off_scale` are scans at which the camera was saturated, ascending.
    """
    tops = _parted(points, list(_tops(points, threshold)))
    return tuple(_peak(points, scan, off_scale) for scan in tops)


def _tops(points: "array[int]", threshold: int) -> Iterator[int]:
    """The middle of each highest point or plateau at or above the threshold."""
    size = len(points)
    at = 0
    while at < size:
        here = points[at]
        if here < threshold:
            at += 1
            continue
        end = at
        while end + 1 < size and points[end + 1] == here:
            end += 1
        before = points[at - 1] if at else -1
        after = points[end + 1] if end + 1 < size else -1
        if before < here > after:
            yield (at + end) // 2
        at = end + 1


def _parted(points: "array[int]", tops: list[int]) -> list[int]:
    """Of tops with no valley between them, the highest."""
    kept: list[int] = []
    for top in tops:
        while kept and not _is_valley(points, kept[-1], top):
            if points[kept[-1]] >= points[top]:
                break
            kept.pop()
        else:
            kept.append(top)
    return kept


def _is_valley(points: "array[int]", left: int, right: int) -> bool:
    lower = min(points[left], points[right])
    deep = lower - min(points[left : right + 1])
    return deep >= max(NOISE, FALL * lower)


def _peak(points: "array[int]", scan: int, off_scale: Sequence[int]) -> Found:
    height = points[scan]
    begin, end = _reach(points, scan, height // 10)
    left, right = _reach(points, scan, height // 2)
    saturated = bisect_left(off_scale, left) < bisect_right(off_scale, right)
    middle = _middle(points, scan)
    return Found(scan, height, begin, end, right - left + 1, middle, saturated)


def _reach(points: "array[int]", scan: int, least: int) -> tuple[int, int]:
    """How far to both sides the points stay above a height, and go on falling off."""
    begin = end = scan
    while begin > 0 and points[begin - 1] > least:
        begin -= 1
        if points[begin] > points[scan]:
            break
    while end + 1 < len(points) and points[end + 1] > least:
        end += 1
        if points[end] > points[scan]:
            break
    return begin, end


def _middle(points: "array[int]", scan: int) -> float:
    """The top of the parabola through the highest point and those three beside it."""
    step = 2
    if scan < step or scan + step >= len(points):
        return float(scan)
    left, top, right = points[scan - step], points[scan], points[scan + step]
    bend = left - 2 * top + right
    if bend >= 0:
        return float(scan)
    return scan + step * 0.5 * (left - right) / bend
