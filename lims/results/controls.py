"""Blanks must be empty, positive controls must be right (domain rules D1, D2).

A clean blank clears no tube: contamination sits in single tubes (D6), so every
other rule runs as well.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from lims.batches.kits import Kit
from lims.batches.plate import BLANKS, WellRole, neighbours
from lims.results.calls import Calls, TypedWell, is_on_ladder
from lims.results.rules import Blanks, Positives
from lims.results.verdicts import Outcome, Verdict, listed

MEMBERS = frozenset({WellRole.SAMPLE, WellRole.POSITIVE})
"""Whose DNA a blank may have caught."""

_Alleles = frozenset[tuple[str, str]]


def check_blanks(wells: Sequence[TypedWell], rule: Blanks) -> tuple[Verdict, ...]:
    """D1 for each extraction blank and negative control."""
    blanks = [well for well in wells if well.role in BLANKS]
    members = [well for well in wells if well.role in MEMBERS]
    return tuple(_blank(blank, members, rule) for blank in blanks)


def check_positives(
    wells: Iterable[TypedWell], kit: Kit, rule: Positives
) -> tuple[Verdict, ...]:
    """D2 for each positive control."""
    positives = [well for well in wells if well.role is WellRole.POSITIVE]
    return tuple(_positive(well, kit, rule) for well in positives)


def is_right(peaks: Calls, kit: Kit) -> bool:
    """Whether these peaks are the control DNA's genotype and nothing else."""
    missing, extra = _against_control(peaks, kit)
    return not missing and not extra


def _blank(blank: TypedWell, members: Sequence[TypedWell], rule: Blanks) -> Verdict:
    found = blank.peaks
    count = sum(len({call.allele for call in calls}) for calls in found.values())
    numbers = {"alleles": count, "loci": len(found)}
    name = f"The {blank.role} at {blank.position}"
    if count == 0:
        outcome, sentence = Outcome.PASS, f"{name} is empty."
    elif count <= rule.note_alleles and len(found) <= rule.note_loci:
        outcome = Outcome.NOTE
        sentence = f"{name} shows {count} of at most {rule.note_alleles} peaks that"
        sentence += " count as drop-in."
    else:
        return _contaminated(blank, members, rule, numbers)
    wells = (blank.position,)
    return Verdict("D1", rule.version, outcome, sentence, wells, numbers, tuple(found))


def _contaminated(
    blank: TypedWell,
    members: Sequence[TypedWell],
    rule: Blanks,
    numbers: dict[str, int],
) -> Verdict:
    sources = _likely_sources(blank, members, rule, numbers["alleles"])
    sentence = (
        f"The {blank.role} at {blank.position} shows {numbers['alleles']} peaks at"
        f" {numbers['loci']} markers: the whole batch is held. {_told(blank, sources)}"
    )
    return Verdict(
        "D1",
        rule.version,
        Outcome.HOLD,
        sentence,
        (blank.position,),
        {**numbers, "likely_sources": len(sources)},
        tuple(sources),
        whole_batch=True,
    )


def _told(blank: TypedWell, sources: Sequence[str]) -> str:
    if not sources:
        return "No well of the batch explains them; compare with staff and suppliers."
    beside = [well for well in sources if well in neighbours(blank.position)]
    told = f"Likely source: {listed(sources)}"
    return f"{told}; {listed(beside)} beside it." if beside else f"{told}."


def _likely_sources(
    blank: TypedWell, members: Sequence[TypedWell], rule: Blanks, count: int
) -> list[str]:
    """Members that show all of the blank's alleles.

    With enough alleles for a search by name, also those that show most of them,
    the best first.
    """
    wanted = _named(blank.peaks)
    if not wanted:
        return []
    shares = [
        (len(wanted & _named(member.peaks)), member.position) for member in members
    ]
    needed = len(wanted)
    if count >= rule.search_alleles:
        needed = ceil(rule.search_share * len(wanted))
    hits = [(shared, position) for shared, position in shares if shared >= needed]
    return [position for _, position in sorted(hits, key=lambda hit: (-hit[0], hit[1]))]


def _named(peaks: Calls) -> _Alleles:
    """Marker and allele of each peak in a bin."""
    return frozenset(
        (marker, call.allele)
        for marker, found in peaks.items()
        for call in found
        if is_on_ladder(call)
    )


def _positive(well: TypedWell, kit: Kit, rule: Positives) -> Verdict:
    missing, extra = _against_control(well.peaks, kit)
    control = f"The positive control at {well.position}"
    if not missing and not extra:
        outcome = Outcome.PASS
        sentence = f"{control} shows {kit.positive.name} and nothing else."
    elif not extra and missing <= set(rule.flagged_loci):
        outcome = Outcome.WARN
        sentence = f"{control} misses alleles only at loci that the protocol flags."
    else:
        outcome = Outcome.HOLD
        sentence = (
            f"{control} is not {kit.positive.name}: alleles are missing at"
            f" {len(missing)} markers and too many at {len(extra)}. The batch is held."
        )
    return Verdict(
        "D2",
        rule.version,
        outcome,
        sentence,
        (well.position,),
        {"missing": len(missing), "extra": len(extra)},
        tuple(sorted(missing | extra)),
        whole_batch=outcome is Outcome.HOLD,
    )


def _against_control(peaks: Calls, kit: Kit) -> tuple[set[str], set[str]]:
    """The markers where expected alleles are missing, and where others stand."""
    missing: set[str] = set()
    extra: set[str] = set(peaks.keys() - kit.by_name.keys())
    for marker, expected in kit.positive.genotype.items():
        names = {call.allele for call in peaks.get(marker, ())}
        if expected - names:
            missing.add(marker)
        if names - expected:
            extra.add(marker)
    return missing, extra
