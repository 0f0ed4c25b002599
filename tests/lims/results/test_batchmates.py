"""The same profile elsewhere in the batch (F3)."""

from decimal import Decimal
from random import Random

import pytest

from lims.batches.plate import WellRole
from lims.results.batchmates import (
    Explained,
    check_batchmates,
    included_share,
    is_included,
)
from lims.results.calls import Calls, Known, WellCalls, genotype, typed_well
from lims.results.verdicts import Outcome, Verdict
from tests.kits import GLOBALFILER
from tests.people import a_person, a_sibling, control_calls, mixed, typed
from tests.rules import RULES

CHANCE = Random(5)
ONE, OTHER, THIRD = (typed(a_person(GLOBALFILER, CHANCE)) for _ in range(3))
NOTHING = Known()


def _nobody(_one: str, _other: str) -> bool:
    return False


def _check(
    *contents: Calls,
    known: Known = NOTHING,
    explained: Explained = _nobody,
    roles: tuple[WellRole, ...] = (),
) -> tuple[Verdict, ...]:
    """One well after the other in row A, items S1, S2 ..."""
    roles = roles or (WellRole.SAMPLE,) * len(contents)
    wells = [
        typed_well(WellCalls(f"A{n:02d}", role, f"S{n}", calls), GLOBALFILER)
        for n, (calls, role) in enumerate(zip(contents, roles, strict=True), 1)
    ]
    return check_batchmates(wells, RULES, known, explained)


def _loci(calls: Calls, count: int) -> Calls:
    names = [name for name in calls if name in GLOBALFILER.autosomal]
    return {name: calls[name] for name in names[:count]}


def test_f3_different_people_pass_and_it_is_kept_that_they_were_compared() -> None:
    [passed] = _check(ONE, OTHER, THIRD)
    assert (passed.rule, passed.outcome) == ("F3", Outcome.PASS)
    assert passed.numbers == {"pairs": 3, "alike": 0}


def test_f3_the_same_profile_in_two_wells_holds_both() -> None:
    held, passed = _check(ONE, OTHER, ONE)
    assert (held.outcome, held.wells) == (Outcome.HOLD, ("A01", "A03"))
    assert held.numbers["relation"] == "same"
    assert passed.numbers == {"pairs": 3, "alike": 1}


@pytest.mark.parametrize(("loci", "found"), [(8, True), (7, False)])
def test_f3_eight_loci_are_enough_to_be_held_and_seven_are_not(
    loci: int, *, found: bool
) -> None:
    verdicts = _check(ONE, _loci(ONE, loci))
    assert (len(verdicts) == 2) is found
    if found:
        assert "close relative" in verdicts[0].sentence


def test_f3_a_sibling_that_agrees_is_told_as_same_or_relative() -> None:
    chance = Random(6)
    person = a_person(GLOBALFILER, chance)
    sibling = a_sibling(person, GLOBALFILER, chance)
    shared = [n for n in person if set(person[n]) == set(sibling[n])][:8]
    alike = {n: typed(sibling)[n] for n in shared if n in GLOBALFILER.autosomal}
    if len(alike) >= 8:
        assert _check(typed(person), alike)[0].outcome is Outcome.HOLD
    assert _check(typed(person), typed(sibling))[0].outcome is Outcome.PASS


def test_f3_what_the_coordinator_explains_is_a_note_and_says_no_more() -> None:
    asked: list[tuple[str, str]] = []

    def explained(one: str, other: str) -> bool:
        asked.append((one, other))
        return True

    note, passed = _check(ONE, OTHER, ONE, explained=explained)
    assert (note.outcome, passed.outcome) == (Outcome.NOTE, Outcome.PASS)
    assert "explained" in note.sentence
    assert asked == [("S1", "S3")]  # nothing is asked of pairs that do not agree


def test_f3_replicates_of_one_source_are_no_batchmates() -> None:
    [passed] = _check(ONE, ONE, known=Known({"S1": "a", "S2": "a"}))
    assert passed.numbers["pairs"] == 0


def test_f3_a_sample_that_shows_the_control_dna_is_held() -> None:
    control = control_calls(GLOBALFILER)
    roles = (WellRole.SAMPLE, WellRole.POSITIVE)
    assert _check(control, control, roles=roles)[0].outcome is Outcome.HOLD


def test_f3_two_positive_controls_are_no_finding() -> None:
    control = control_calls(GLOBALFILER)
    roles = (WellRole.POSITIVE, WellRole.POSITIVE)
    assert len(_check(control, control, roles=roles)) == 1


@pytest.mark.parametrize(
    "role", [WellRole.LADDER, WellRole.NEGATIVE, WellRole.EXTRACTION_BLANK]
)
def test_f3_ladders_and_blanks_are_not_compared_as_people(role: WellRole) -> None:
    [passed] = _check(ONE, ONE, roles=(WellRole.SAMPLE, role))
    assert passed.numbers["pairs"] == 0


def test_f3_a_full_profile_in_a_mixture_holds_both() -> None:
    held, _ = _check(ONE, mixed(ONE, OTHER), THIRD)
    assert (held.outcome, held.wells) == (Outcome.HOLD, ("A01", "A02"))
    assert held.numbers["share"] == 1


def test_f3_the_mixture_may_come_first() -> None:
    held, _ = _check(mixed(ONE, OTHER), THIRD, ONE)
    assert held.wells == ("A03", "A01")
    assert "mixture in well A01 holds the profile of well A03" in held.sentence


def test_f3_an_explained_mixture_is_a_note() -> None:
    told = _check(ONE, mixed(ONE, OTHER), explained=lambda _one, _other: True)
    assert told[0].outcome is Outcome.NOTE


def test_f3_two_mixtures_are_not_searched_in_each_other() -> None:
    assert len(_check(mixed(ONE, OTHER), mixed(ONE, THIRD))) == 1


def _genotypes(person: str, mixture: str, loci: int) -> tuple[Calls, Calls]:
    names = sorted(GLOBALFILER.autosomal)[:loci]
    return (
        typed({name: person.split() for name in names}),
        typed({name: mixture.split() for name in names}),
    )


@pytest.mark.parametrize(("loci", "included"), [(12, True), (11, False)])
def test_f3_inclusion_needs_twelve_loci(loci: int, *, included: bool) -> None:
    person, mixture = _genotypes("7 8", "7 8 9", loci)
    found = is_included(
        genotype(person, GLOBALFILER), genotype(mixture, GLOBALFILER), RULES.f3
    )
    assert found is included


@pytest.mark.parametrize(("shared", "included"), [(20, True), (19, False)])
def test_f3_inclusion_needs_four_fifths_of_the_persons_alleles(
    shared: int, *, included: bool
) -> None:
    # 25 alleles in 13 loci: one locus is homozygous
    names = sorted(GLOBALFILER.autosomal)[:13]
    person = typed({name: ["7", "8"] for name in names} | {names[0]: ["7"]})
    carried = [(name, call.allele) for name in person for call in person[name]]
    kept = carried[:shared]
    mixture = typed(
        {name: ["9", "10", *(a for n, a in kept if n == name)] for name in names}
    )
    x, y = genotype(person, GLOBALFILER), genotype(mixture, GLOBALFILER)
    assert included_share(x, y) == (Decimal(shared) / 25, 13)
    assert is_included(x, y, RULES.f3) is included


def test_f3_nothing_is_included_in_nothing() -> None:
    empty = genotype({}, GLOBALFILER)
    assert included_share(empty, empty) == (Decimal(0), 0)


@pytest.mark.parametrize(("people", "findings"), [(4, 4), (5, 1)])
def test_f3_a_well_that_holds_a_crowd_is_told_once(people: int, findings: int) -> None:
    persons = [typed(a_person(GLOBALFILER, CHANCE)) for _ in range(people)]
    pool = persons[0]
    for one in persons[1:]:
        pool = mixed(pool, one)
    told = _check(pool, *persons)
    held = [one for one in told if one.outcome is Outcome.HOLD]
    assert len(held) == findings
    assert {well for one in held for well in one.wells} == {
        f"A{n:02d}" for n in range(1, people + 2)
    }
    if findings == 1:
        assert f"holds the profiles of {people} wells" in held[0].sentence
