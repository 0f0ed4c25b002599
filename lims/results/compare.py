"""The comparison of two profiles that every rule uses (domain rule 9.0).

Agreement of partial profiles is no identity: brothers agree at eight loci now and
then, so SAME_OR_KIN is said as such, and the engine weighs it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lims.results.calls import Genotype
from lims.results.rules import Compare

PERSON = 2
"""Alleles that one person shows at a locus."""


class Likeness(StrEnum):
    """How two sets of alleles at one locus stand to each other."""

    NOTHING = "nothing to compare"
    MIXED = "more than two alleles"
    IDENTICAL = "identical"
    SUBSET = "one lacks an allele of the other"
    SOFT = "one allele each, not the same"
    HARD = "excludes one person"


class Relation(StrEnum):
    SAME = "same"
    SAME_OR_KIN = "same person or close relative"
    DIFFERENT = "different"
    UNCLEAR = "unclear"


ALIKE = frozenset({Relation.SAME, Relation.SAME_OR_KIN})


@dataclass(frozen=True)
class Comparison:
    identical: int = 0
    subset: int = 0
    soft: int = 0
    hard: int = 0
    mixed: int = 0
    excluding: tuple[str, ...] = ()
    """The markers that exclude one person."""

    @property
    def compared(self) -> int:
        return self.identical + self.subset + self.soft + self.hard


def locus(
    x: frozenset[str],
    y: frozenset[str],
    *,
    x_confirmed: bool = False,
    y_confirmed: bool = False,
    tri_allele: bool = False,
) -> Likeness:
    """One locus; `confirmed` says that a single allele cannot have lost a partner."""
    if not x or not y:
        return Likeness.NOTHING
    if max(len(x), len(y)) > PERSON and not tri_allele:
        return Likeness.MIXED
    if x == y:
        return Likeness.IDENTICAL
    lone_is_whole = (len(x) == 1 and x_confirmed) or (len(y) == 1 and y_confirmed)
    return Likeness.HARD if lone_is_whole else _unlike(x, y)


def _unlike(x: frozenset[str], y: frozenset[str]) -> Likeness:
    """Two sets that differ, where a single allele may have lost its partner."""
    match sorted((len(x), len(y))):
        case [1, 1]:
            return Likeness.SOFT
        case [1, 2] if x < y or y < x:
            return Likeness.SUBSET
    return Likeness.HARD


def compare(x: Genotype, y: Genotype) -> Comparison:
    """All loci that both kits type, counted."""
    likenesses = dict(_loci(x, y))
    counts = Counter(likenesses.values())
    return Comparison(
        identical=counts[Likeness.IDENTICAL],
        subset=counts[Likeness.SUBSET],
        soft=counts[Likeness.SOFT],
        hard=counts[Likeness.HARD],
        mixed=counts[Likeness.MIXED],
        excluding=tuple(m for m, one in likenesses.items() if one is Likeness.HARD),
    )


def relation(counted: Comparison, rule: Compare) -> Relation:
    """What the counts say, by the numbers of the rule set."""
    compared = counted.compared
    if compared < rule.kin_loci:
        return Relation.UNCLEAR
    if counted.identical >= rule.identical_share * compared:
        enough = compared >= rule.same_loci
        if enough and counted.hard == 0 and counted.soft <= rule.same_soft:
            return Relation.SAME
        if counted.hard <= rule.kin_hard and counted.soft <= rule.kin_soft:
            return Relation.SAME_OR_KIN
    if counted.hard >= rule.different_hard:
        return Relation.DIFFERENT
    return Relation.UNCLEAR


def likeness_of(x: Genotype, y: Genotype, rule: Compare) -> Relation:
    """The relation where only likeness matters: most pairs are left early.

    A pair left early is UNCLEAR, since nobody asked how different it is.
    """
    hard = 0
    for _, likeness in _loci(x, y):
        if likeness is Likeness.HARD:
            hard += 1
            if hard > rule.kin_hard:
                return Relation.UNCLEAR
    return relation(compare(x, y), rule)


def _loci(x: Genotype, y: Genotype) -> Iterator[tuple[str, Likeness]]:
    nulls = _null_alleles(x, y)
    for marker, left in x.alleles.items():
        right = y.alleles.get(marker)
        if right is None or (nulls and _is_null(nulls, marker, left | right)):
            continue
        yield (
            marker,
            locus(
                left,
                right,
                x_confirmed=marker in x.confirmed,
                y_confirmed=marker in y.confirmed,
                tri_allele=marker in x.tri_alleles or marker in y.tri_alleles,
            ),
        )


def _null_alleles(x: Genotype, y: Genotype) -> frozenset[tuple[str, str]]:
    """The alleles that one of the two kits does not show against the other."""
    if x.kit is y.kit:
        return frozenset()
    pairs = ((x.kit, y.kit), (y.kit, x.kit))
    return frozenset(
        (null.marker, null.allele)
        for kit, other in pairs
        for null in kit.null_alleles
        if null.against == other.name
    )


def _is_null(
    nulls: frozenset[tuple[str, str]], marker: str, alleles: frozenset[str]
) -> bool:
    return any((marker, allele) in nulls for allele in alleles)
