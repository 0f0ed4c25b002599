"""What a sample shows in the analyzer: relatives all of it, bones a part.

Long fragments of old DNA are broken, so that their peaks are low, and what stays below
the analytical threshold is not called: an allele drops out. Stutter is left out, as the
software filters it; now and then a peak falls in no bin (`OL`). It is a picture that is
good enough for a demo and no model to validate anything with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp
from random import Random
from typing import NamedTuple

from lims.batches.kits import Kit, Marker, MarkerKind
from lims.demo.genotypes import Genotype

OFF_LADDER = "OL"
SHORT = 80.0
"""Base pairs at which nothing is lost yet."""
HOMOZYGOTE = 1.8
"""A peak of two copies, over that of one."""


class Peak(NamedTuple):
    allele: str
    height: int
    """RFU."""
    size: Decimal
    """Base pairs."""


Typing = Mapping[str, tuple[Peak, ...]]
"""By marker, in the kit's order; a marker without a peak is empty."""


@dataclass(frozen=True)
class Quality:
    """How well a sample types."""

    height: float
    """RFU of a short allele."""
    decay: float
    """Share of the height that each base pair more costs."""
    spread: float
    """Of one peak against the next, on the logarithmic scale."""
    off_ladder: float = 0.0
    """Chance of a marker to show a peak in no bin."""


FRESH = Quality(height=2400, decay=0.0012, spread=0.07)
"""Cells on a card, and control DNA."""
ELEMENT = {
    "PETR": Quality(950, 0.0060, 0.16, 0.001),
    "FEMU": Quality(820, 0.0075, 0.18, 0.002),
    "TOOTH": Quality(740, 0.0085, 0.19, 0.002),
    "MT1": Quality(760, 0.0085, 0.19, 0.002),
    "MC2": Quality(740, 0.0090, 0.19, 0.002),
    "TIBI": Quality(620, 0.0105, 0.20, 0.003),
    "HUME": Quality(480, 0.0135, 0.22, 0.004),
    "RADI": Quality(380, 0.0165, 0.24, 0.006),
    "ULNA": Quality(350, 0.0175, 0.24, 0.006),
    "RIB05": Quality(300, 0.0190, 0.25, 0.006),
}
"""In the order of success by element (domain 1.3: Milos 2007, Zupanc 2021)."""


def quality_of(element: str, chance: Random) -> Quality:
    """One bone of this kind: years under water and sun differ from bone to bone."""
    usual = ELEMENT[element]
    luck = chance.lognormvariate(0, 0.35)
    return Quality(
        usual.height * luck, usual.decay / luck, usual.spread, usual.off_ladder
    )


def typed(genotype: Genotype, quality: Quality, kit: Kit, chance: Random) -> Typing:
    """One injection of somebody's DNA; called again it is a replicate."""
    return {
        marker.name: tuple(
            peak
            for peak in _peaks(marker, genotype[marker.name], quality, chance)
            if peak.height >= kit.analytical_threshold
        )
        for marker in kit.markers
    }


def control(kit: Kit, chance: Random) -> Typing:
    """The kit's control DNA, as it should be."""
    alleles = {name: tuple(sorted(a)) for name, a in kit.positive.genotype.items()}
    return typed(alleles, FRESH, kit, chance)


def ladder(kit: Kit, chance: Random) -> Typing:
    """The ladder: every whole repeat from its first allele to its last."""
    return {
        marker.name: tuple(
            Peak(allele, chance.randint(700, 1600), size(marker, allele))
            for allele in _rungs(marker)
        )
        for marker in kit.markers
    }


def nothing(kit: Kit) -> Typing:
    """A clean blank."""
    return {marker.name: () for marker in kit.markers}


def trace_of(source: Typing, kit: Kit, chance: Random, markers: int = 8) -> Typing:
    """A little of a sample where it should not be: short alleles of some markers."""
    shown = [name for name, peaks in source.items() if peaks and name in kit.autosomal]
    shortest = sorted(shown, key=lambda name: source[name][0].size)[:markers]
    return {
        name: tuple(
            peak._replace(height=chance.randint(60, 170))
            for peak in peaks
            if name in shortest and peak.allele != OFF_LADDER
        )
        for name, peaks in source.items()
    }


def size(marker: Marker, allele: str) -> Decimal:
    """Base pairs of an allele: the ladder lies in the middle of the marker's range."""
    last = _bases(marker, marker.ladder_last)
    margin = (marker.longest - marker.shortest - last) / 2
    return round(marker.shortest + margin + _bases(marker, allele), 2)


def _bases(marker: Marker, allele: str) -> Decimal:
    """How many bases longer than the ladder's first allele."""
    if marker.kind is MarkerKind.AMELOGENIN:
        return Decimal(6 if allele == marker.ladder_last else 0)
    return _length(marker, allele) - _length(marker, marker.ladder_first)


def _length(marker: Marker, allele: str) -> Decimal:
    whole, _, part = allele.partition(".")
    return Decimal(int(whole) * marker.repeat + int(part or 0))


def _rungs(marker: Marker) -> list[str]:
    first, last = marker.ladder_first, marker.ladder_last
    if marker.kind is MarkerKind.AMELOGENIN:
        return [first, last]
    whole = range(int(first.partition(".")[0]) + 1, int(last.partition(".")[0]) + 1)
    return list(dict.fromkeys((first, *map(str, whole), last)))


def _peaks(
    marker: Marker, alleles: tuple[str, ...], quality: Quality, chance: Random
) -> Iterator[Peak]:
    """The peaks of one marker by size, before the threshold."""
    for allele in sorted(set(alleles), key=lambda one: size(marker, one)):
        long = size(marker, allele)
        lost = exp(-quality.decay * max(0.0, float(long) - SHORT))
        copies = HOMOZYGOTE if alleles.count(allele) > 1 else 1.0
        height = (
            quality.height * lost * copies * chance.lognormvariate(0, quality.spread)
        )
        off = chance.random() < quality.off_ladder
        measured = long + Decimal(chance.randint(-12, 12)) / 100
        yield Peak(OFF_LADDER if off else allele, round(height), measured)
