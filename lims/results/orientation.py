"""Whether the plate was put down turned, shifted or mirrored (domain rule C4).

Each turn is scored by how many control wells behave as planned, and how many items
agree with what was found of their source before, if the plate had been turned so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from lims.batches.kits import Kit
from lims.batches.plate import BLANKS, PlannedWell, WellRole
from lims.batches.turns import Turn, found_at
from lims.results.calls import (
    Calls,
    Genotype,
    Known,
    PlateFacts,
    TypedWell,
    genotype,
)
from lims.results.compare import ALIKE, likeness_of
from lims.results.controls import is_right
from lims.results.rules import Orientation, RuleSet
from lims.results.verdicts import Numbers, Outcome, Verdict


@dataclass(frozen=True)
class _Found:
    """What lies at each position, read once for all turns."""

    peaks: Mapping[str, Calls]
    genotypes: Mapping[str, Genotype]
    earlier: Mapping[str, tuple[Genotype, ...]]
    """By source: what was found of it before."""
    duplicates: tuple[tuple[str, str], ...]
    """Pairs of wells that were planned to hold one source."""


def check_orientation(
    plate: PlateFacts,
    wells: Sequence[TypedWell],
    kit: Kit,
    rules: RuleSet,
    known: Known,
) -> Verdict:
    found = _read(plate, wells, known)
    scores = {turn: _score(turn, plate, found, kit, rules, known) for turn in Turn}
    # Among equal scores, the turn that leaves fewest samples without any DNA.
    best = max(Turn, key=lambda turn: (scores[turn], _filled(turn, plate, found)))
    as_planned = scores[Turn.IDENTITY]
    numbers: Numbers = {turn.value: score for turn, score in scores.items()}
    if scores[best] <= as_planned:
        sentence = f"{as_planned} controls and known samples stand where planned."
        return Verdict("C4", rules.c4.version, Outcome.PASS, sentence, (), numbers)
    sentence = (
        f"The plate looks {best}: so {scores[best]} controls and known samples fit,"
        f" as planned only {as_planned}. The batch is held; nothing is renamed."
    )
    return Verdict(
        "C4",
        rules.c4.version,
        Outcome.HOLD,
        sentence,
        (),
        numbers,
        (best.value,),
        whole_batch=True,
    )


def looks_like_ladder(peaks: Calls, kit: Kit, rule: Orientation) -> bool:
    """Whether many markers show more alleles than any person or mixture has."""
    rich = [one for one in peaks.values() if len(one) >= rule.ladder_alleles]
    return len(rich) >= rule.ladder_share * len(kit.markers)


def _read(plate: PlateFacts, wells: Sequence[TypedWell], known: Known) -> _Found:
    earlier: dict[str, tuple[Genotype, ...]] = {}
    for one in known.earlier:
        source = known.source(one.item)
        typed = genotype(one.calls, one.kit)
        earlier[source] = (*earlier.get(source, ()), typed)
    samples = [well for well in plate.wells if well.role is WellRole.SAMPLE]
    return _Found(
        peaks={well.position: well.peaks for well in wells},
        genotypes={well.position: well.genotype for well in wells},
        earlier=earlier,
        duplicates=tuple(
            (x.position, y.position)
            for x, y in combinations(samples, 2)
            if known.source(x.item) == known.source(y.item)
        ),
    )


def _score(
    turn: Turn,
    plate: PlateFacts,
    found: _Found,
    kit: Kit,
    rules: RuleSet,
    known: Known,
) -> int:
    places = {well.position: found_at(turn, well.position) for well in plate.wells}
    single = sum(
        _fits(planned, place, found, kit, rules, known)
        for planned in plate.wells
        if (place := places[planned.position]) is not None
    )
    paired = sum(
        _alike(places[x], places[y], found, rules) for x, y in found.duplicates
    )
    return single + paired


def _fits(
    planned: PlannedWell,
    place: str,
    found: _Found,
    kit: Kit,
    rules: RuleSet,
    known: Known,
) -> bool:
    """Whether what lies at this place behaves as what was planned.

    A place that was not injected shows nothing, not even that it is clean.
    """
    peaks = found.peaks.get(place)
    if peaks is None:
        return False
    if planned.role in BLANKS:
        return not peaks
    if planned.role is WellRole.POSITIVE:
        return is_right(peaks, kit)
    if planned.role is WellRole.LADDER:
        return looks_like_ladder(peaks, kit, rules.c4)
    before = found.earlier.get(known.source(planned.item), ())
    here = found.genotypes[place]
    return any(likeness_of(here, one, rules.compare) in ALIKE for one in before)


def _filled(turn: Turn, plate: PlateFacts, found: _Found) -> int:
    """How many samples would show any DNA, had the plate been turned so."""
    return sum(
        bool(found.peaks.get(found_at(turn, well.position) or ""))
        for well in plate.wells
        if well.role is WellRole.SAMPLE
    )


def _alike(x: str | None, y: str | None, found: _Found, rules: RuleSet) -> bool:
    left = found.genotypes.get(x) if x else None
    right = found.genotypes.get(y) if y else None
    if left is None or right is None:
        return False
    return likeness_of(left, right, rules.compare) in ALIKE
