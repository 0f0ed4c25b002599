"""The alleles of a run: named by the ladder that ran beside the samples.

A ladder's peaks are given to its alleles by their distances, for a run shows all sizes
of a marker shifted alike. A peak that lies between two alleles of the ladder is named
by the bases that it is apart from the lower: 9 and three bases are 9.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import math
import re

from instruments.panels import Panel, PanelMarker
from instruments.peaks import Found
from instruments.sizing import Curve

WINDOW = 0.5
"""Base pairs that a peak may lie off the place of its allele: the half of a base."""

OFF_LADDER = "OL"

FEWEST = 2
"""Alleles of a ladder between which a place can be reckoned."""

STRAY = 1.0
SHARE = 0.06
"""Base pairs, and part of the distance, by which two alleles of a ladder may lie
nearer or further than their lengths tell."""

LOWER = 0.25
"""How much a low peak speaks against being an allele of the ladder, beside one that
lies off its place by a base pair."""

AROUND = 6.0
"""Base pairs beyond a marker's range in which its ladder is looked for."""

_ALLELE = re.compile(r"(\d+)(?:\.(\d))?")


@dataclass(frozen=True)
class Sized:
    """A peak with its size."""

    dye: int
    size: float
    peak: Found


@dataclass(frozen=True)
class Bins:
    """Where the alleles of each marker lie in this run."""

    alleles: Mapping[str, tuple[tuple[str, float], ...]]
    """Marker to allele and base pairs, ascending."""
    failed: tuple[str, ...] = ()
    """Markers of which the ladder does not show every allele."""
    repeats: Mapping[str, int] = field(default_factory=dict)

    def name_of(self, marker: str, size: float) -> str:
        """The allele at this size; OL where there is none."""
        known = self.alleles.get(marker, ())
        if not known:
            return OFF_LADDER
        near, at = min(known, key=lambda one: abs(one[1] - size))
        if abs(at - size) <= WINDOW:
            return near
        return self._between(marker, size, known)

    def size_of(self, marker: str, allele: str) -> float | None:
        """Where an allele's peak is to be looked for; None where nobody can tell."""
        known = dict(self.alleles.get(marker, ()))
        if allele in known:
            return known[allele]
        bases = _bases(allele, self.repeats.get(marker, 4))
        if bases is None:
            return None
        counted = self._counted(marker)
        if len(counted) < FEWEST:
            return None
        (low, low_at), (high, high_at) = _beside(counted, bases)
        return low_at + (bases - low) * (high_at - low_at) / (high - low)

    def _between(
        self, marker: str, size: float, known: Sequence[tuple[str, float]]
    ) -> str:
        repeat = self.repeats.get(marker, 4)
        counted = self._counted(marker)
        if len(counted) < FEWEST or len(counted) < len(known):
            return OFF_LADDER
        (low, low_at), (high, high_at) = _beside(
            [(at, bases) for bases, at in counted], size
        )
        bases = low_at + (size - low) * (high_at - low_at) / (high - low)
        whole = round(bases)
        if abs(bases - whole) > WINDOW - 0.05 or whole <= 0:
            return OFF_LADDER
        beyond = counted[0][0] - repeat <= whole <= counted[-1][0] + repeat
        if not beyond:
            return OFF_LADDER
        repeats, rest = divmod(whole, repeat)
        return f"{repeats}.{rest}" if rest else str(repeats)

    def _counted(self, marker: str) -> list[tuple[float, float]]:
        """Bases and size of each allele whose name tells its repeats."""
        repeat = self.repeats.get(marker, 4)
        found = (
            (_bases(allele, repeat), at) for allele, at in self.alleles.get(marker, ())
        )
        return sorted((float(bases), at) for bases, at in found if bases is not None)


def sized(curve: Curve, found: Mapping[int, Sequence[Found]]) -> tuple[Sized, ...]:
    """The peaks of all dyes that lie within the size standard."""
    return tuple(
        Sized(dye, size, peak)
        for dye, peaks in found.items()
        for peak in peaks
        if (size := curve.size(peak.middle)) is not None
    )


def bins(panel: Panel, peaks: Sequence[Sized]) -> Bins:
    """The bins of a run, from the peaks of its ladder."""
    alleles: dict[str, tuple[tuple[str, float], ...]] = {}
    failed = []
    for marker in panel.markers:
        places = _placed(marker, peaks)
        if places is None:
            failed.append(marker.name)
        else:
            alleles[marker.name] = tuple(zip(marker.alleles, places, strict=True))
    repeats = {marker.name: marker.repeat for marker in panel.markers}
    return Bins(alleles, tuple(failed), repeats)


def _placed(marker: PanelMarker, peaks: Sequence[Sized]) -> list[float] | None:
    """The size of each allele of a marker's ladder; None where one has no peak."""
    near = sorted(
        (one.size, one.peak.height)
        for one in peaks
        if one.dye == marker.dye
        and marker.low - AROUND <= one.size <= marker.high + AROUND
        and not one.peak.is_spike
    )
    if len(near) < len(marker.alleles):
        return None
    highest = max(height for _, height in near)
    low = [LOWER * math.log(highest / height) for _, height in near]
    ways: dict[int, tuple[float, tuple[int, ...]]] = {
        at: (low[at], (at,)) for at in range(len(near))
    }
    for before, after in zip(marker.lengths, marker.lengths[1:], strict=False):
        apart = after - before
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for last, (cost, way) in ways.items():
            for at in range(last + 1, len(near)):
                off = near[at][0] - near[last][0] - apart
                if off > STRAY + SHARE * apart:
                    break
                if off < -STRAY - SHARE * apart:
                    continue
                whole = cost + off * off + low[at]
                if at not in further or whole < further[at][0]:
                    further[at] = (whole, (*way, at))
        ways = further
    if not ways:
        return None
    _, way = min(ways.values())
    return [near[at][0] for at in way]


def _bases(allele: str, repeat: int) -> int | None:
    found = _ALLELE.fullmatch(allele)
    return int(found[1]) * repeat + int(found[2] or 0) if found else None


def _beside(
    known: Sequence[tuple[float, float]], value: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two between which a value lies; the two at the end it lies beyond."""
    above = next(
        (at for at, (one, _) in enumerate(known) if one > value), len(known) - 1
    )
    above = max(1, above)
    return known[above - 1], known[above]
