"""Sizes in base pairs, by the fragments of the size standard (local Southern).

Between four neighbouring fragments the length L and the place m of a peak obey
L = c / (m - m0) + L0 (E. M. Southern 1979). The curve through the two fragments below
and the one above a peak, and that through the one below and the two above, are both
taken, and the size is their mean (J. K. Elder and E. M. Southern 1983), as GeneMapper
and OSIRIS do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
import math

from instruments.peaks import Found
from instruments.standards import Standard

STRAIGHT = 1e-6
"""Below it a curve is a straight line."""

FEWEST = 4
"""Fragments without which there is no local Southern curve."""

SLOPES = (0.72, 1.4)
"""How much the scans of one base pair change from a fragment to the next."""

SCANS = (2.0, 60.0)
"""Scans that one base pair takes, at the least and at the most."""

MOST_CANDIDATES = 70
HEIGHT_WEIGHT = 0.01
"""How much another height than its neighbour's speaks against a peak, beside an
unusual place."""

DEVIATION, OF_GAP = 1.6, 0.05
"""Base pairs by which a fragment may lie off the curve of its neighbours, and the part
of the gap between these: the further they are, the less they tell of it."""


SURE = 0.6
"""Base pairs; a whole standard that fits so well is not doubted."""

LEFT_OUT = 0.2
SHORT_ENDS, LONG_ENDS, SHORTEST = 3, 4, 200
"""Short fragments of which some may be hidden, long ones that may not have come, and
the base pairs that must be left."""

EVEN = 10
"""How often higher than the lowest fragment of a standard the highest is at most."""


@dataclass(frozen=True)
class Curve:
    """Where the fragments of a size standard were found."""

    standard: Standard
    places: tuple[float, ...]
    """Scan of each fragment."""
    sizes: tuple[float, ...]
    """Base pairs of each, ascending."""
    heights: tuple[int, ...]
    deviation: float
    """Base pairs; the most that a fragment lies off the curve of its neighbours."""

    def size(self, scan: float) -> float | None:
        """Base pairs of a peak; None outside of the standard's fragments."""
        places, sizes = self._used
        if not places[0] <= scan <= places[-1]:
            return None
        return _southern(places, sizes, scan)

    def rounded(self, scan: float) -> Decimal | None:
        found = self.size(scan)
        return None if found is None else Decimal(f"{found:.2f}")

    @property
    def _used(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        pairs = [
            (place, size)
            for place, size in zip(self.places, self.sizes, strict=True)
            if size not in self.standard.odd
        ]
        places, sizes = zip(*pairs, strict=True)
        return places, sizes


def fit(peaks: Sequence[Found], standard: Standard) -> Curve | None:
    """The standard's fragments among the peaks of its dye; None where they are not.

    The order of the fragments is that of the peaks. Of all ways to give each fragment
    a peak, that one in which the scans of one base pair change least from fragment to
    fragment; heights that change speak a little against it.
    """
    candidates = _candidates(peaks, len(standard.sizes))
    if len(standard.sizes) < FEWEST or len(candidates) < len(standard.sizes):
        return None
    chosen = _chosen(candidates, standard.sizes)
    if chosen is None:
        return None
    found = [candidates[at] for at in chosen]
    places = tuple(peak.middle for peak in found)
    sizes = tuple(float(size) for size in standard.sizes)
    heights = tuple(peak.height for peak in found)
    if max(heights) > EVEN * min(heights):
        return None
    off = _deviation(places, sizes, standard)
    if off is None:
        return None
    return Curve(standard, places, sizes, heights, off)


def best(peaks: Sequence[Found], standards: Sequence[Standard]) -> Curve | None:
    """The standard that fits, whole; or the part of one that fits better by far.

    A run that ends early shows no long fragments; primers may hide the shortest. Each
    fragment that is left out must make the others fit better by a fifth of a base pair.
    """
    for standard in standards:
        whole = fit(peaks, standard)
        if whole is not None and whole.deviation <= SURE:
            return whole
        found = [one for one in (whole, *_of_parts(peaks, standard)) if one is not None]
        if found:
            count = len(standard.sizes)
            return min(
                found,
                key=lambda one: one.deviation + LEFT_OUT * (count - len(one.sizes)),
            )
    return None


def _of_parts(peaks: Sequence[Found], standard: Standard) -> Iterator[Curve]:
    """The fits of its longer parts; of shorter ones the longest that fits at all."""
    sizes = standard.sizes
    parts = sorted(
        (
            standard.within(low, high)
            for high in sizes
            for low in sizes[:SHORT_ENDS]
            if high - low >= SHORTEST
        ),
        key=lambda one: -len(one.sizes),
    )
    some = False
    for part in parts[1:]:
        if some and len(part.sizes) < len(sizes) - LONG_ENDS:
            return
        if found := fit(peaks, part):
            some = True
            yield found


def _candidates(peaks: Sequence[Found], wanted: int) -> list[Found]:
    """The highest peaks, a few more than fragments, without spikes; by their scans."""
    real = [peak for peak in peaks if not peak.is_spike]
    most = min(MOST_CANDIDATES, 2 * wanted + 8)
    highest = sorted(real, key=lambda peak: -peak.height)[:most]
    return sorted(highest, key=lambda peak: peak.scan)


def _chosen(peaks: list[Found], sizes: tuple[int, ...]) -> list[int] | None:
    """The best way from the first fragment to the last, over pairs of neighbours."""
    logs = [math.log(peak.height) for peak in peaks]
    places = [peak.middle for peak in peaks]
    count, last = len(peaks), len(sizes) - 1
    ways: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
    for left in range(count - last):
        for right in range(left + 1, count - last + 1):
            slope = (places[right] - places[left]) / (sizes[1] - sizes[0])
            if SCANS[0] <= slope <= SCANS[1]:
                ways[left, right] = (_unlike(logs, left, right), (left, right))
    for step in range(2, len(sizes)):
        apart, before = sizes[step] - sizes[step - 1], sizes[step - 1] - sizes[step - 2]
        further: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
        for (left, right), (cost, way) in ways.items():
            slope = (places[right] - places[left]) / before
            low = places[right] + SLOPES[0] * slope * apart
            high = places[right] + SLOPES[1] * slope * apart
            for at in range(right + 1, count - last + step):
                if places[at] < low:
                    continue
                if places[at] > high:
                    break
                bend = math.log((places[at] - places[right]) / apart / slope)
                whole = cost + bend * bend + _unlike(logs, right, at)
                known = further.get((right, at))
                if known is None or whole < known[0]:
                    further[right, at] = (whole, (*way, at))
        ways = further
    return list(min(ways.values())[1]) if ways else None


def _unlike(logs: list[float], left: int, right: int) -> float:
    return HEIGHT_WEIGHT * abs(logs[right] - logs[left])


def _deviation(
    places: tuple[float, ...], sizes: tuple[float, ...], standard: Standard
) -> float | None:
    """The most by which a fragment, taken out, is missed by its neighbours' curve.

    None where one is missed by more than its neighbours' distance explains.
    """
    pairs = [
        (place, size)
        for place, size in zip(places, sizes, strict=True)
        if size not in standard.odd
    ]
    worst = 0.0
    for at in range(2, len(pairs) - 2):
        place, size = pairs[at]
        others, lengths = zip(*pairs[:at], *pairs[at + 1 :], strict=True)
        off = abs(_southern(others, lengths, place) - size)
        if off > max(DEVIATION, OF_GAP * (pairs[at + 1][1] - pairs[at - 1][1])):
            return None
        worst = max(worst, off)
    return worst


def _southern(
    places: tuple[float, ...], sizes: tuple[float, ...], scan: float
) -> float:
    """The mean of both curves; at the ends, the one that there is."""
    above = next(
        (at for at, place in enumerate(places) if place >= scan), len(places) - 1
    )
    above = max(1, above)
    curves = []
    if above > 1:
        curves.append(
            _curve(places[above - 2 : above + 1], sizes[above - 2 : above + 1], scan)
        )
    if above + 1 < len(places):
        curves.append(
            _curve(places[above - 1 : above + 2], sizes[above - 1 : above + 2], scan)
        )
    return sum(curves) / len(curves)


def _curve(places: tuple[float, ...], sizes: tuple[float, ...], scan: float) -> float:
    """L = c / (m - m0) + L0 through three points; a straight line where it has none."""
    (m1, m2, m3), (l1, l2, l3) = places, sizes
    ratio = (l3 - l2) * (m2 - m1) / ((l2 - l1) * (m3 - m2))
    bend = 1 - ratio
    if abs(bend) < STRAIGHT:
        return l1 + (l2 - l1) * (scan - m1) / (m2 - m1)
    pole = (m1 - ratio * m3) / bend
    if min(abs(pole - m) for m in (m1, m2, m3, scan)) < STRAIGHT:
        return l1 + (l2 - l1) * (scan - m1) / (m2 - m1)
    scale = (l2 - l1) / (1 / (m2 - pole) - 1 / (m1 - pole))
    return l1 + scale * (1 / (scan - pole) - 1 / (m1 - pole))
