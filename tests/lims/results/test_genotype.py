"""What the calls of a well say of a person (E1, E2, E8)."""

from decimal import Decimal
from random import Random

import pytest

from lims.batches.plate import WellRole
from lims.results.calls import Call, Calls, WellCalls, genotype, peaks, typed_well
from lims.results.genotype import (
    Sex,
    check_genotypes,
    crowded_loci,
    genetic_sex,
    is_mixture,
    unbalanced_loci,
)
from lims.results.verdicts import Outcome, Verdict
from tests.kits import ESX17, GLOBALFILER
from tests.people import a_person, control_calls, mixed, typed
from tests.rules import RULES

PERSON = typed(a_person(GLOBALFILER, Random(1)))
THREE = (Call("20", 900), Call("21", 900), Call("22", 900))


def _check(calls: Calls, rule: str, stream: str = "bone") -> list[Verdict]:
    wells = [
        typed_well(WellCalls("B02", WellRole.SAMPLE, "S1", calls), GLOBALFILER),
        typed_well(WellCalls("C02", WellRole.SAMPLE, "S2", PERSON), GLOBALFILER),
    ]
    found = check_genotypes(wells, GLOBALFILER, RULES, stream)
    return [verdict for verdict in found if verdict.rule == rule]


def test_e1_more_than_two_alleles_at_two_loci_are_a_mixture() -> None:
    held, passed = _check({**PERSON, "FGA": THREE, "SE33": THREE}, "E1")
    assert (held.outcome, held.wells) == (Outcome.HOLD, ("B02",))
    assert (held.numbers["loci"], set(held.evidence)) == (2, {"FGA", "SE33"})
    assert (passed.outcome, passed.wells) == (Outcome.PASS, ("C02",))


def test_e1_more_than_two_alleles_at_one_locus_are_a_tri_allele_candidate() -> None:
    told, _ = _check({**PERSON, "FGA": THREE}, "E1")
    assert (told.outcome, told.evidence) == (Outcome.WARN, ("FGA",))
    assert "replicate" in told.sentence


def test_e1_two_people_in_one_tube_are_a_mixture() -> None:
    two = mixed(PERSON, typed(a_person(GLOBALFILER, Random(2))))
    assert is_mixture(genotype(two, GLOBALFILER), RULES.e1)
    assert not is_mixture(genotype(PERSON, GLOBALFILER), RULES.e1)


def test_e1_off_ladder_peaks_and_sex_markers_crowd_no_locus() -> None:
    calls = {
        "FGA": (Call("20", 900), Call("21", 900), Call("OL", 900)),
        "DYS391": (Call("9", 900), Call("10", 900), Call("11", 900)),
    }
    assert crowded_loci(genotype(calls, GLOBALFILER)) == ()


def test_e1_a_third_allele_below_the_threshold_crowds_no_locus() -> None:
    calls = {"FGA": (Call("20", 900), Call("21", 900), Call("22", 49))}
    assert crowded_loci(genotype(calls, GLOBALFILER)) == ()


def _pair(lower: int | None, higher: int | None) -> tuple[Call, ...]:
    return Call("20", higher), Call("21", lower)


@pytest.mark.parametrize(
    ("least", "lower", "flagged"),
    [
        ("0.60", 600, False),
        ("0.60", 599, True),
        ("0.30", 300, False),
        ("0.30", 299, True),
    ],
)
def test_e2_balance_is_flagged_below_the_limit_and_not_at_it(
    least: str, lower: int, *, flagged: bool
) -> None:
    loci = unbalanced_loci({"FGA": _pair(lower, 1000)}, GLOBALFILER, Decimal(least))
    assert (loci == ("FGA",)) is flagged


def test_e2_the_order_of_the_peaks_does_not_matter() -> None:
    calls = {"FGA": tuple(reversed(_pair(500, 1000)))}
    assert unbalanced_loci(calls, GLOBALFILER, Decimal("0.60")) == ("FGA",)


@pytest.mark.parametrize(
    "calls",
    [
        {"FGA": (Call("20", 900),)},
        {"FGA": THREE},
        {"FGA": _pair(None, 1000)},
        {"FGA": _pair(None, None)},
        {"AMEL": (Call("X", 1000), Call("Y", 100))},
    ],
)
def test_e2_only_two_autosomal_alleles_with_heights_have_a_balance(
    calls: Calls,
) -> None:
    assert unbalanced_loci(calls, GLOBALFILER, Decimal("0.60")) == ()


def _unbalanced(loci: int, lower: int) -> Calls:
    names = ["FGA", "SE33", "TH01", "vWA", "TPOX"][:loci]
    pairs = {name: _pair(lower, 1000) for name in names}
    return {**PERSON, **pairs}


@pytest.mark.parametrize(
    ("loci", "outcome"),
    [(1, Outcome.NOTE), (3, Outcome.NOTE), (4, Outcome.WARN), (5, Outcome.WARN)],
)
def test_e2_four_unbalanced_loci_are_a_warning_and_fewer_a_note(
    loci: int, outcome: Outcome
) -> None:
    told, passed = _check(_unbalanced(loci, 299), "E2")
    assert (told.outcome, told.numbers["loci"]) == (outcome, loci)
    assert passed.wells == ("C02",)


def test_e2_a_bone_may_be_less_balanced_than_a_reference() -> None:
    calls = _unbalanced(4, 599)
    assert [v.outcome for v in _check(calls, "E2", "bone")] == [Outcome.PASS]
    held = _check(calls, "E2", "reference")
    assert [v.outcome for v in held] == [Outcome.WARN, Outcome.PASS]


X, Y = Call("X", 900), Call("Y", 900)
Y_MARKER = {"DYS391": (Call("11", 900),)}


@pytest.mark.parametrize(
    ("calls", "sex"),
    [
        ({"AMEL": (X, Y), **Y_MARKER}, Sex.MALE),
        ({"AMEL": (X, Y)}, Sex.MALE),
        ({"AMEL": (X,), "FGA": (Call("20", 2100),)}, Sex.FEMALE),
        ({"AMEL": (X,), "FGA": (Call("20", 2099),)}, Sex.UNKNOWN),
        ({"AMEL": (Call("X"),)}, Sex.FEMALE),
        ({"AMEL": (X,), **Y_MARKER}, Sex.AMEL_Y_NULL),
        ({"AMEL": (X,), "Yindel": (Call("2", 60),)}, Sex.AMEL_Y_NULL),
        ({"AMEL": (X,), "Yindel": (Call("2", 49),), "FGA": THREE}, Sex.FEMALE),
        ({"AMEL": (Y,)}, Sex.AMEL_X_NULL),
        ({"AMEL": (Y,), **Y_MARKER}, Sex.AMEL_X_NULL),
        ({"AMEL": (Call("OL", 900),)}, Sex.UNKNOWN),
        ({}, Sex.UNKNOWN),
        (Y_MARKER, Sex.UNKNOWN),
    ],
)
def test_e8_genetic_sex(calls: Calls, sex: Sex) -> None:
    found = peaks(calls, GLOBALFILER)
    assert genetic_sex(found, GLOBALFILER, RULES.e8) is sex


def test_e8_a_y_marker_that_the_kit_does_not_have_says_nothing() -> None:
    calls = {"AMEL": (Call("X", 4000),), **Y_MARKER}
    assert genetic_sex(calls, ESX17, RULES.e8) is Sex.FEMALE


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ({"AMEL": (X,), **Y_MARKER}, "AMEL-Y null candidate"),
        ({"AMEL": (Y,)}, "AMEL-X null candidate"),
    ],
)
def test_e8_null_candidates_are_a_note(calls: Calls, said: str) -> None:
    told, passed = _check(calls, "E8")
    assert told.outcome is Outcome.NOTE
    assert said in told.sentence
    assert passed.wells == ("C02",)


def test_a_clean_plate_keeps_one_passed_finding_for_each_rule() -> None:
    for rule in ("E1", "E2", "E8"):
        [passed] = _check(PERSON, rule)
        assert (passed.outcome, passed.wells) == (Outcome.PASS, ("B02", "C02"))


def test_only_samples_are_judged_as_people() -> None:
    calls = mixed(control_calls(GLOBALFILER), PERSON)
    wells = [
        typed_well(WellCalls("B02", role, "x", calls), GLOBALFILER)
        for role in WellRole
        if role is not WellRole.SAMPLE
    ]
    assert check_genotypes(wells, GLOBALFILER, RULES, "bone") == ()
