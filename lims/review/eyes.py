"""Which markers want eyes: the clean ones are counted, these are shown first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lims.batches.kits import Kit

PAIR = 2
BALANCE = Decimal("0.3")
"""The lower bound for bone (rule E2); above it a pair of peaks is no surprise."""

REASONS = (
    "off-ladder peak",
    "stutter",
    "pull-up",
    "spike or artefact",
    "below threshold",
    "allele missed by the analysis",
    "wrong bin",
)
"""Why a reader may change a call: a closed list, so that no free text enters."""


@dataclass(frozen=True)
class Locus:
    name: str
    dye: str
    alleles: tuple[str, ...]
    heights: tuple[int | None, ...]
    why: tuple[str, ...]
    """What to look at; empty where the analysis is clean."""


def loci(calls: Mapping[str, Any], flags: Mapping[str, Any], kit: Kit) -> list[Locus]:
    """Every marker of the kit in its order, also those without a call."""
    return [
        _locus(marker.name, marker.dye, calls.get(marker.name, []), flags, kit)
        for marker in kit.markers
    ]


def _locus(
    name: str, dye: str, called: list[Any], flags: Mapping[str, Any], kit: Kit
) -> Locus:
    alleles = tuple(str(allele) for allele, _ in called)
    heights = tuple(height for _, height in called)
    return Locus(name, dye, alleles, heights, tuple(_why(name, called, flags, kit)))


def _why(name: str, called: list[Any], flags: Mapping[str, Any], kit: Kit) -> list[str]:
    why = []
    distinct = {allele for allele, _ in called}
    heights = [height for _, height in called if height is not None]
    autosomal = name in kit.autosomal
    if not called and autosomal:
        why.append("no call")
    if distinct & {"OL", "?", "OMR"}:
        why.append("off-ladder peak")
    if len(distinct) > PAIR:
        why.append("more than two alleles")
    low = heights and max(heights) < kit.stochastic_threshold
    if autosomal and len(distinct) == 1 and low:
        why.append("one peak below the stochastic threshold")
    pair = len(distinct) == PAIR and len(heights) == PAIR
    if pair and Decimal(min(heights)) < BALANCE * max(heights):
        why.append("peaks out of balance")
    why += [str(flag) for flag in flags.get(name, [])]
    return why
