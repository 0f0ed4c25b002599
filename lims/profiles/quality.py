"""How much of a person a profile shows, and whether it may be searched (rule E6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from lims.batches.kits import Kit
from lims.results.rules import Quality


class QualityClass(StrEnum):
    FULL = "full"
    GOOD = "good"
    PARTIAL = "partial"
    WEAK = "weak"
    MINIMAL = "minimal"


def usable_loci(loci: Mapping[str, Sequence[str]], kit: Kit) -> int:
    """The autosomal loci with a result; one that may have lost an allele is usable."""
    return sum(
        1 for marker, alleles in loci.items() if alleles and marker in kit.autosomal
    )


def quality_class(usable: int, kit: Kit, rule: Quality) -> QualityClass:
    """By the number of usable autosomal loci; full is measured by the kit."""
    if usable >= rule.full_share * len(kit.autosomal):
        return QualityClass.FULL
    if usable >= rule.good:
        return QualityClass.GOOD
    if usable >= rule.partial:
        return QualityClass.PARTIAL
    return QualityClass.WEAK if usable >= rule.weak else QualityClass.MINIMAL


def may_be_searched(
    quality: QualityClass,
    rule: Quality,
    *,
    chance: Decimal | None = None,
    closed_and_small: bool = False,
) -> bool:
    """Whether the profile may go to the engine for search.

    `chance` is the expected number of agreements by pure chance in the register (9.0);
    a weak profile needs it low, or an event that is closed and small.
    """
    match quality:
        case QualityClass.MINIMAL:
            return False
        case QualityClass.WEAK:
            rare = chance is not None and chance <= rule.chance
            return rare or closed_and_small
    return True
