"""One profile from replicate calls (E4, E5)."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.profiles.consensus import Consensus, consensus
from lims.results.calls import Call, Calls
from tests.kits import ESX17, GLOBALFILER
from tests.people import a_person, typed
from tests.rules import RULES

LOW, HIGH = 199, 200
"""Just below the stochastic threshold, and at it."""


def _of(*replicates: str, marker: str = "TH01", height: int | None = LOW) -> Consensus:
    """Each replicate as '7 9.3' at one marker."""
    calls: list[Calls] = [
        {marker: tuple(Call(allele, height) for allele in one.split())}
        for one in replicates
    ]
    return consensus(calls, GLOBALFILER, RULES.e5)


def _locus(*replicates: str, marker: str = "TH01", height: int | None = LOW) -> str:
    return " ".join(_of(*replicates, marker=marker, height=height).loci[marker])


def _silence(*replicates: str, height: int | None = LOW) -> str:
    found = _of(*replicates, height=height)
    assert not found.loci
    return found.not_reported["TH01"]


def test_e4_a_single_allele_below_the_stochastic_threshold_may_have_a_partner() -> None:
    assert _locus("7", height=LOW) == "7 ?"


def test_e4_a_single_allele_at_the_stochastic_threshold_is_a_homozygote() -> None:
    assert _locus("7", height=HIGH) == "7"


def test_e4_a_single_allele_of_unknown_height_may_have_a_partner() -> None:
    assert _locus("7", height=None) == "7 ?"
    assert _locus("7 7", height=None) == "7 ?"


def test_e4_two_alleles_are_stored_as_they_are_in_the_order_of_length() -> None:
    assert _locus("10 9.3") == "9.3 10"
    assert _locus("Y X", marker="AMEL") == "X Y"


def test_e4_a_marker_of_the_y_chromosome_has_one_copy() -> None:
    assert _locus("11", marker="DYS391") == "11"


def test_e4_a_low_single_x_may_have_lost_its_y() -> None:
    assert _locus("X", marker="AMEL") == "X ?"


@pytest.mark.parametrize(
    ("replicates", "stored"),
    [
        (("7 8", "7 8"), "7 8"),
        (("7 8", "7"), "7 ?"),
        (("7", "7"), "7 ?"),
        (("7 8", "7", "8"), "7 8"),
        (("7 8", ""), None),
        (("7", "8"), None),
        (("7", "7", "8"), "7 ?"),
    ],
)
def test_e5_an_allele_is_kept_when_seen_in_two_replicates(
    replicates: tuple[str, ...], stored: str | None
) -> None:
    if stored is None:
        assert _silence(*replicates) == "no allele was seen in enough replicates"
    else:
        assert _locus(*replicates) == stored


@pytest.mark.parametrize(
    "replicates", [("7 8", "7 9"), ("7", "8 9"), ("7 8", "7 8", "7 9")]
)
def test_e5_a_locus_that_excludes_between_replicates_is_not_reported(
    replicates: tuple[str, ...],
) -> None:
    assert _silence(*replicates) == "replicates exclude each other"


def test_e5_a_confirmed_homozygote_against_two_alleles_is_not_reported() -> None:
    assert _silence("7", "7 8", height=HIGH) == "replicates exclude each other"
    assert _silence("7 8", "7", height=HIGH) == "replicates exclude each other"


def test_e5_a_homozygote_confirmed_in_one_replicate_is_whole() -> None:
    calls: list[Calls] = [{"TH01": (Call("7", LOW),)}, {"TH01": (Call("7", HIGH),)}]
    assert consensus(calls, GLOBALFILER, RULES.e5).loci == {"TH01": ("7",)}


def test_e5_another_rule_set_may_ask_for_three() -> None:
    one: Calls = {"TH01": (Call("7", HIGH),)}
    calls = [one, one, {}]
    strict = replace(RULES.e5, seen=3)
    assert not consensus(calls, GLOBALFILER, strict).loci


def test_a_third_allele_is_reported_only_when_a_replicate_confirms_it() -> None:
    assert _silence("7 8 9").startswith("more than two alleles")
    both = _of("7 8 9", "7 8 9")
    assert both.loci == {"TH01": ("7", "8", "9")}
    assert both.tri_alleles == {"TH01"}
    assert _of("7 8", "7 8").tri_alleles == frozenset()


def test_a_low_single_allele_is_no_tri_allele() -> None:
    assert _of("7 8").tri_alleles == _of("7").tri_alleles == frozenset()


def test_off_ladder_peaks_and_peaks_below_the_threshold_are_not_reported() -> None:
    calls: Calls = {
        "TH01": (Call("OL", 900),),
        "FGA": (Call("20", 49),),
        "SE33": (Call("17", 900), Call("OL", 900)),
    }
    found = consensus([calls], GLOBALFILER, RULES.e5)
    assert found == Consensus({"SE33": ("17",)}, {})


def test_a_marker_of_another_kit_is_not_reported() -> None:
    calls: Calls = {"DYS391": (Call("11", 900),)}
    assert not consensus([calls], ESX17, RULES.e5).loci


def test_loci_come_in_the_order_of_the_kit() -> None:
    person = typed(a_person(GLOBALFILER, Random(1)))
    backwards = dict(reversed(list(person.items())))
    found = consensus([backwards], GLOBALFILER, RULES.e5)
    assert list(found.loci) == list(GLOBALFILER.by_name)


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_equal_replicates_of_a_good_sample_give_the_person(
    seed: int, replicates: int
) -> None:
    person = a_person(GLOBALFILER, Random(seed))
    found = consensus([typed(person)] * replicates, GLOBALFILER, RULES.e5)
    assert not found.not_reported
    assert {name: set(alleles) for name, alleles in found.loci.items()} == {
        name: set(alleles) for name, alleles in person.items()
    }


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_dropout_never_adds_an_allele_and_never_makes_a_homozygote(
    seed: int, replicates: int
) -> None:
    chance = Random(seed)
    person = a_person(GLOBALFILER, chance)
    low = [
        {
            name: tuple(call for call in calls if chance.random() > 0.3)
            for name, calls in typed(person, height=LOW).items()
        }
        for _ in range(replicates)
    ]
    for name, alleles in consensus(low, GLOBALFILER, RULES.e5).loci.items():
        assert set(alleles) - {"?"} <= set(person[name])
        if name in GLOBALFILER.autosomal and len(set(person[name])) == 2:
            assert len(alleles) == 2
