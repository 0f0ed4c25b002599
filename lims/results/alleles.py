"""Alleles that a kit cannot show, or that are no allele's name (domain rule E7)."""

from collections.abc import Iterable
from decimal import Decimal
import re

from lims.batches.kits import Kit, Marker, MarkerKind
from lims.batches.plate import WellRole
from lims.results.calls import OFF_LADDER, TypedWell
from lims.results.rules import Alleles
from lims.results.verdicts import Outcome, Verdict

NAME = re.compile(r"[1-9]\d?(\.[1-9])?")
"""Whole repeats, and after the point the bases of an unfinished one."""


def is_possible(allele: str, marker: Marker, beyond_ladder: int) -> bool:
    """Whether this kit can show this allele here; a peak in no bin always can be."""
    if OFF_LADDER.fullmatch(allele):
        return True
    if marker.kind is MarkerKind.AMELOGENIN:
        return allele in {marker.ladder_first, marker.ladder_last}
    if not NAME.fullmatch(allele):
        return False
    bases = allele.partition(".")[2]
    first, last = Decimal(marker.ladder_first), Decimal(marker.ladder_last)
    in_reach = first - beyond_ladder <= Decimal(allele) <= last + beyond_ladder
    return in_reach and (not bases or int(bases) < marker.repeat)


def check_alleles(
    wells: Iterable[TypedWell], kit: Kit, rule: Alleles
) -> tuple[Verdict, ...]:
    """E7: one finding for each well with an impossible call, one for all the others.

    A ladder holds the kit's own alleles and is not asked.
    """
    faulty: list[Verdict] = []
    clean: list[str] = []
    for well in wells:
        if well.role is WellRole.LADDER:
            continue
        markers = _impossible(well, kit, rule)
        if markers:
            faulty.append(_verdict(well, markers, kit, rule))
        else:
            clean.append(well.position)
    sentence = f"All alleles of {len(clean)} wells are possible with {kit.name}."
    passed = Verdict("E7", rule.version, Outcome.PASS, sentence, tuple(clean))
    return (*faulty, passed)


def _verdict(
    well: TypedWell, markers: tuple[str, ...], kit: Kit, rule: Alleles
) -> Verdict:
    sentence = (
        f"Well {well.position} has a call that {kit.name} cannot show at"
        f" {', '.join(markers)}. Look at the export; the well is not taken in."
    )
    numbers = {"markers": len(markers)}
    wells = (well.position,)
    return Verdict("E7", rule.version, Outcome.BLOCK, sentence, wells, numbers, markers)


def _impossible(well: TypedWell, kit: Kit, rule: Alleles) -> tuple[str, ...]:
    return tuple(
        name
        for name, calls in well.calls.items()
        if calls and not _all_possible(name, [c.allele for c in calls], kit, rule)
    )


def _all_possible(name: str, alleles: list[str], kit: Kit, rule: Alleles) -> bool:
    marker = kit.by_name.get(name)
    return marker is not None and all(
        is_possible(allele, marker, rule.beyond_ladder) for allele in alleles
    )
