"""What an instrument's software called, well by well, as the rules read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

from lims.batches.kits import Kit
from lims.batches.plate import PlannedWell, WellRole

OFF_LADDER = re.compile(r"OL|OMR|\?|[<>]\d{1,2}(\.\d)?")
"""Peaks in no bin of the ladder: seen, and no allele that can be compared."""


@dataclass(frozen=True)
class Call:
    allele: str
    height: int | None = None
    """RFU; None where the export has no heights."""


Calls = Mapping[str, tuple[Call, ...]]
"""By canonical marker name."""


@dataclass(frozen=True)
class WellCalls:
    """What was found at a position, beside what was planned there."""

    position: str
    role: WellRole
    item: str
    """A sample's code or a control's name."""
    calls: Calls


@dataclass(frozen=True)
class PlateFacts:
    """What the laboratory planned, against which the calls are held."""

    code: str
    stream: str
    """'bone' or 'reference'."""
    wells: tuple[PlannedWell, ...]


@dataclass(frozen=True)
class EarlierWell:
    """A well of another plate that holds an item of the same sources."""

    plate: str
    position: str
    item: str
    calls: Calls
    kit: Kit


@dataclass(frozen=True)
class Known:
    """What the laboratory knows besides this plate."""

    sources: Mapping[str, str] = field(default_factory=dict)
    """The source of each item: replicates and re-extracts of one sample share it."""
    earlier: tuple[EarlierWell, ...] = ()

    def source(self, item: str) -> str:
        return self.sources.get(item, item)


@dataclass(frozen=True)
class Genotype:
    """The comparable alleles of one well: autosomal, in a bin, not below threshold."""

    alleles: Mapping[str, frozenset[str]]
    kit: Kit
    confirmed: frozenset[str] = frozenset()
    """Markers with a single allele too high to have lost a partner."""
    tri_alleles: frozenset[str] = frozenset()
    """Markers where a third allele of this person was confirmed."""


@dataclass(frozen=True)
class TypedWell:
    """A well's calls, read once for all rules."""

    position: str
    role: WellRole
    item: str
    calls: Calls
    peaks: Calls
    """The calls at or above the analytical threshold, off-ladder peaks included."""
    genotype: Genotype


def typed_well(well: WellCalls, kit: Kit) -> TypedWell:
    found = peaks(well.calls, kit)
    return TypedWell(
        well.position, well.role, well.item, well.calls, found, genotype(found, kit)
    )


def peaks(calls: Calls, kit: Kit) -> dict[str, tuple[Call, ...]]:
    """The calls at or above the analytical threshold, off-ladder peaks included."""
    high = {
        marker: tuple(c for c in found if _reaches(c, kit.analytical_threshold))
        for marker, found in calls.items()
    }
    return {marker: found for marker, found in high.items() if found}


def genotype(
    calls: Calls, kit: Kit, tri_alleles: frozenset[str] = frozenset()
) -> Genotype:
    """The alleles that are compared (domain rule 9.0)."""
    alleles: dict[str, frozenset[str]] = {}
    confirmed: set[str] = set()
    for marker, found in calls.items():
        if marker not in kit.autosomal:
            continue
        on_ladder = [
            call
            for call in found
            if _reaches(call, kit.analytical_threshold) and is_on_ladder(call)
        ]
        names = frozenset(call.allele for call in on_ladder)
        if not names:
            continue
        alleles[marker] = names
        if len(names) == 1 and is_confirmed_homozygote(on_ladder, kit):
            confirmed.add(marker)
    return Genotype(alleles, kit, frozenset(confirmed), tri_alleles)


def is_confirmed_homozygote(found: list[Call], kit: Kit) -> bool:
    """One allele, at the stochastic threshold or above: no partner was lost.

    Some software writes a homozygote twice; that alone confirms nothing.
    """
    one_allele = len({call.allele for call in found}) == 1
    heights = [call.height for call in found if call.height is not None]
    return one_allele and bool(heights) and max(heights) >= kit.stochastic_threshold


def is_on_ladder(call: Call) -> bool:
    return not OFF_LADDER.fullmatch(call.allele)


def _reaches(call: Call, threshold: int) -> bool:
    return call.height is None or call.height >= threshold
