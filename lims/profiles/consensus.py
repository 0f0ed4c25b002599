"""One profile from replicate calls (domain rules E4 and E5).

An allele is kept when enough replicates show it. A single allele that may have lost
its partner is stored as {a, ?}: one peak is not a homozygote.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from lims.batches.kits import Kit, Marker, MarkerKind
from lims.results.calls import (
    Call,
    Calls,
    is_confirmed_homozygote,
    is_on_ladder,
    peaks,
)
from lims.results.compare import PERSON, Likeness, locus
from lims.results.rules import Replicates

MAY_BE_MORE = "?"
"""Stands for a partner that may have dropped out."""


@dataclass(frozen=True)
class Consensus:
    loci: Mapping[str, tuple[str, ...]]
    """By marker in the kit's order: the alleles, and '?' where one may be missing."""
    not_reported: Mapping[str, str]
    """The markers that have peaks and no result, each with the reason."""

    @property
    def tri_alleles(self) -> frozenset[str]:
        """Markers where replicates confirm a third allele (E1)."""
        return frozenset(
            marker for marker, alleles in self.loci.items() if len(alleles) > PERSON
        )


@dataclass(frozen=True)
class _Shown:
    """What one replicate shows at one locus."""

    alleles: frozenset[str]
    confirmed: bool


def consensus(replicates: Sequence[Calls], kit: Kit, rule: Replicates) -> Consensus:
    """What the replicates of one sample show together, marker by marker."""
    found = [peaks(calls, kit) for calls in replicates]
    loci: dict[str, tuple[str, ...]] = {}
    silent: dict[str, str] = {}
    for marker in kit.markers:
        shown = [_shown(one.get(marker.name, ()), kit) for one in found]
        shown = [one for one in shown if one.alleles]
        if not shown:
            continue
        kept = _kept(shown, len(replicates), rule)
        reason = _why_not(shown, kept, len(replicates))
        if reason:
            silent[marker.name] = reason
        else:
            loci[marker.name] = _stored(marker, kept, shown)
    return Consensus(loci, silent)


def _shown(calls: Sequence[Call], kit: Kit) -> _Shown:
    real = [call for call in calls if is_on_ladder(call)]
    names = frozenset(call.allele for call in real)
    return _Shown(names, bool(real) and is_confirmed_homozygote(real, kit))


def _kept(shown: Sequence[_Shown], replicates: int, rule: Replicates) -> frozenset[str]:
    """The alleles seen often enough; those of a single injection all are."""
    needed = min(rule.seen, replicates)
    seen = Counter(allele for one in shown for allele in one.alleles)
    return frozenset(allele for allele, times in seen.items() if times >= needed)


def _why_not(
    shown: Sequence[_Shown], kept: frozenset[str], replicates: int
) -> str | None:
    if any(_excludes(x, y) for x, y in combinations(shown, 2)):
        return "replicates exclude each other"
    if not kept:
        return "no allele was seen in enough replicates"
    if len(kept) > PERSON and replicates == 1:
        return "more than two alleles, and no replicate confirms them"
    return None


def _excludes(x: _Shown, y: _Shown) -> bool:
    likeness = locus(
        x.alleles, y.alleles, x_confirmed=x.confirmed, y_confirmed=y.confirmed
    )
    return likeness is Likeness.HARD


def _stored(
    marker: Marker, kept: frozenset[str], shown: Sequence[_Shown]
) -> tuple[str, ...]:
    alleles = tuple(sorted(kept, key=_size))
    one_copy = marker.kind is MarkerKind.Y
    whole = one_copy or len(kept) > 1 or any(one.confirmed for one in shown)
    return alleles if whole else (*alleles, MAY_BE_MORE)


def _size(allele: str) -> tuple[Decimal, str]:
    """Alleles in the order of their length; X before Y."""
    return (Decimal(0) if allele.isalpha() else Decimal(allele)), allele
