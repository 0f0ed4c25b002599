"""Replicates and re-extracts of one source must agree (G1)."""

import pytest

from lims.batches.plate import WellRole
from lims.results.agreement import (
    Pair,
    check_agreement,
    conflicts,
    pairs,
    placed,
)
from lims.results.calls import (
    Calls,
    EarlierWell,
    Known,
    PlateFacts,
    WellCalls,
    typed_well,
)
from lims.results.verdicts import Outcome, Verdict
from tests.kits import ESX17, GLOBALFILER
from tests.people import typed
from tests.rules import RULES

PLATE = PlateFacts("P2", "bone", ())
NAMES = sorted(GLOBALFILER.autosomal & ESX17.autosomal)
PERSON = typed({name: ["7", "8"] for name in NAMES})


def _with_hard(loci: int) -> Calls:
    """The same person, but so many loci exclude it."""
    return {**PERSON, **typed({name: ["9", "10"] for name in NAMES[:loci]})}


def _pairs(here: dict[str, Calls], before: dict[str, Calls]) -> tuple[Pair, ...]:
    """All items are of one source; those before stood on plate P1."""
    wells = [
        typed_well(WellCalls(f"A{n:02d}", WellRole.SAMPLE, item, calls), GLOBALFILER)
        for n, (item, calls) in enumerate(here.items(), 1)
    ]
    earlier = tuple(
        EarlierWell("P1", f"B{n:02d}", item, calls, ESX17)
        for n, (item, calls) in enumerate(before.items(), 1)
    )
    known = Known(dict.fromkeys([*here, *before], "source"), earlier)
    return tuple(pairs(placed(PLATE, wells, known)))


def _check(here: dict[str, Calls], before: dict[str, Calls]) -> tuple[Verdict, ...]:
    return check_agreement(PLATE, _pairs(here, before), RULES)


@pytest.mark.parametrize(
    ("hard", "outcome"),
    [(1, Outcome.WARN), (2, Outcome.WARN), (3, Outcome.HOLD), (16, Outcome.HOLD)],
)
def test_g1_one_or_two_excluding_loci_warn_and_three_hold(
    hard: int, outcome: Outcome
) -> None:
    told, _ = _check({"S2": _with_hard(hard)}, {"S1": PERSON})
    assert (told.rule, told.outcome) == ("G1", outcome)
    assert told.numbers == {"hard": hard, "compared": 16}
    assert told.evidence == tuple(NAMES[:hard])


def test_g1_says_how_many_loci_exclude_and_what_is_held() -> None:
    warned, _ = _check({"S2": _with_hard(1)}, {"S1": PERSON})
    held, _ = _check({"S2": _with_hard(3)}, {"S1": PERSON})
    assert warned.sentence.endswith("exclude each other at 1 locus.")
    assert "at 3 loci. Both are held" in held.sentence


def test_g1_no_excluding_locus_passes() -> None:
    [passed] = _check({"S2": PERSON}, {"S1": PERSON})
    assert (passed.outcome, passed.numbers) == (Outcome.PASS, {"pairs": 1, "unlike": 0})


def test_g1_only_the_wells_of_this_plate_are_held() -> None:
    told, _ = _check({"S2": _with_hard(5)}, {"S1": PERSON})
    assert told.wells == ("A01",)
    assert "P1 B01" in told.sentence


def test_g1_replicates_on_one_plate_are_compared_and_both_held() -> None:
    told, _ = _check({"S1": PERSON, "S2": _with_hard(5)}, {})
    assert told.wells == ("A01", "A02")


def test_g1_what_disagreed_before_is_not_told_again() -> None:
    [passed] = _check({"S3": {}}, {"S1": PERSON, "S2": _with_hard(5)})
    assert passed.outcome is Outcome.PASS


def test_g1_each_conflicting_pair_is_told() -> None:
    told = _check({"S3": _with_hard(4)}, {"S1": PERSON, "S2": PERSON})
    assert [verdict.outcome for verdict in told] == [
        Outcome.HOLD,
        Outcome.HOLD,
        Outcome.PASS,
    ]


def test_only_pairs_that_cannot_be_one_person_conflict() -> None:
    compared = _pairs({"S2": _with_hard(3), "S3": _with_hard(2)}, {"S1": PERSON})
    found = conflicts(compared, RULES.g1)
    assert {(pair.x.item, pair.y.item) for pair in found} == {("S2", "S1")}


def test_items_of_different_sources_are_not_paired() -> None:
    well = typed_well(WellCalls("A01", WellRole.SAMPLE, "S2", PERSON), GLOBALFILER)
    earlier = EarlierWell("P1", "B01", "S1", PERSON, ESX17)
    known = Known({}, (earlier,))
    assert not tuple(pairs(placed(PLATE, [well], known)))


def test_controls_and_empty_wells_are_no_replicates() -> None:
    wells = [
        typed_well(WellCalls("A01", WellRole.POSITIVE, "x", PERSON), GLOBALFILER),
        typed_well(WellCalls("A02", WellRole.SAMPLE, "x", {}), GLOBALFILER),
    ]
    assert placed(PLATE, wells, Known()) == ()
