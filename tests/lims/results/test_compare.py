"""The comparison used everywhere, at each of its boundaries (9.0)."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.batches.kits import NullAllele
from lims.results.calls import Genotype, genotype
from lims.results.compare import (
    ALIKE,
    Comparison,
    Likeness,
    Relation,
    compare,
    likeness_of,
    locus,
    relation,
)
from tests.kits import ESX17, GLOBALFILER
from tests.people import a_person, a_sibling, typed
from tests.rules import RULES

RULE = RULES.compare


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("x", "y", "likeness"),
    [
        ("", "7", Likeness.NOTHING),
        ("7", "", Likeness.NOTHING),
        ("", "", Likeness.NOTHING),
        ("7 8 9", "7 8", Likeness.MIXED),
        ("7 8", "7 8 9", Likeness.MIXED),
        ("7 8 9", "7 8 9", Likeness.MIXED),
        ("7 8", "7 8", Likeness.IDENTICAL),
        ("7", "7", Likeness.IDENTICAL),
        ("7", "7 8", Likeness.SUBSET),
        ("7 8", "8", Likeness.SUBSET),
        ("7", "8", Likeness.SOFT),
        ("7 8", "7 9", Likeness.HARD),
        ("7 8", "9 10", Likeness.HARD),
        ("7", "8 9", Likeness.HARD),
    ],
)
def test_two_sets_of_alleles_stand_so_to_each_other(
    x: str, y: str, likeness: Likeness
) -> None:
    assert locus(_set(x), _set(y)) is likeness


@pytest.mark.parametrize(("x", "y"), [("7", "7 8"), ("7", "8")])
def test_a_confirmed_homozygote_makes_subset_and_soft_count_as_hard(
    x: str, y: str
) -> None:
    assert locus(_set(x), _set(y), x_confirmed=True) is Likeness.HARD
    assert locus(_set(y), _set(x), y_confirmed=True) is Likeness.HARD


def test_only_a_single_allele_can_be_a_confirmed_homozygote() -> None:
    assert locus(_set("7"), _set("7 8"), y_confirmed=True) is Likeness.SUBSET


def test_two_confirmed_homozygotes_of_one_allele_are_identical() -> None:
    same = locus(_set("7"), _set("7"), x_confirmed=True, y_confirmed=True)
    assert same is Likeness.IDENTICAL


def test_a_confirmed_tri_allele_is_compared() -> None:
    three = _set("7 8 9")
    assert locus(three, three, tri_allele=True) is Likeness.IDENTICAL
    assert locus(three, _set("7 8 10"), tri_allele=True) is Likeness.HARD


def _counted(
    identical: int, soft: int = 0, hard: int = 0, subset: int = 0
) -> Comparison:
    return Comparison(identical=identical, subset=subset, soft=soft, hard=hard)


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        # n = 16 is enough for the same person, n = 15 is not
        (_counted(16), Relation.SAME),
        (_counted(15), Relation.SAME_OR_KIN),
        # one soft locus is allowed, two are not
        (_counted(15, soft=1), Relation.SAME),
        (_counted(14, soft=2), Relation.SAME_OR_KIN),
        # no hard locus is allowed for the same person
        (_counted(20, hard=1), Relation.SAME_OR_KIN),
        # n = 8 is enough for same or kin, n = 7 is not
        (_counted(8), Relation.SAME_OR_KIN),
        (_counted(7), Relation.UNCLEAR),
        # at most one hard and two soft loci
        (_counted(18, hard=2), Relation.UNCLEAR),
        (_counted(17, soft=3), Relation.UNCLEAR),
        # half of the loci are identical, or fewer
        (_counted(8, subset=8), Relation.SAME),
        (_counted(7, subset=9), Relation.UNCLEAR),
        (_counted(4, subset=4), Relation.SAME_OR_KIN),
        (_counted(4, subset=5), Relation.UNCLEAR),
        # three hard loci are different, two are unclear
        (_counted(18, hard=3), Relation.DIFFERENT),
        (_counted(5, hard=3), Relation.DIFFERENT),
        (_counted(4, hard=3), Relation.UNCLEAR),
        (_counted(0, hard=20), Relation.DIFFERENT),
        (_counted(0), Relation.UNCLEAR),
    ],
)
def test_the_counts_say(counted: Comparison, said: Relation) -> None:
    assert relation(counted, RULE) is said


def test_mixed_loci_are_not_counted_as_compared() -> None:
    assert Comparison(identical=3, mixed=4).compared == 3


def test_another_rule_set_draws_other_lines() -> None:
    strict = replace(RULE, same_loci=20, identical_share=Decimal("0.9"))
    assert relation(_counted(16), strict) is Relation.SAME_OR_KIN
    assert relation(_counted(16, subset=4), strict) is Relation.UNCLEAR


def test_only_markers_of_both_kits_are_compared() -> None:
    person = a_person(GLOBALFILER, Random(3))
    both = genotype(typed(person), GLOBALFILER), genotype(typed(person), ESX17)
    assert compare(*both).compared == len(GLOBALFILER.autosomal & ESX17.autosomal)


def test_a_marker_with_a_known_null_allele_between_two_kits_is_not_compared() -> None:
    null = NullAllele("TH01", "8", "PowerPlex ESX 17")
    kit = replace(GLOBALFILER, null_alleles=(null,))
    ours = Genotype({"TH01": _set("7 8")}, kit)
    theirs = Genotype({"TH01": _set("7")}, ESX17)
    assert compare(ours, theirs).compared == compare(theirs, ours).compared == 0


def test_a_null_allele_matters_only_between_those_two_kits_and_for_that_allele() -> (
    None
):
    null = NullAllele("TH01", "8", "PowerPlex ESX 17")
    kit = replace(GLOBALFILER, null_alleles=(null,))
    ours = Genotype({"TH01": _set("7 8")}, kit)
    assert compare(ours, ours).compared == 1
    assert compare(ours, Genotype({"TH01": _set("7")}, GLOBALFILER)).compared == 1
    other = Genotype({"TH01": _set("7 9")}, kit)
    assert compare(other, Genotype({"TH01": _set("7")}, ESX17)).compared == 1


def test_a_confirmed_tri_allele_of_either_profile_is_heard() -> None:
    three = Genotype({"TH01": _set("7 8 9")}, ESX17, tri_alleles=_set("TH01"))
    same = Genotype({"TH01": _set("7 8 9")}, ESX17)
    assert compare(three, same).identical == compare(same, three).identical == 1
    assert compare(same, same).mixed == 1


def test_the_markers_that_exclude_are_named() -> None:
    ours = Genotype({"TH01": _set("7 8"), "FGA": _set("20 21")}, ESX17)
    theirs = Genotype({"TH01": _set("7 9"), "FGA": _set("20 21")}, ESX17)
    assert compare(ours, theirs).excluding == ("TH01",)


def test_a_confirmed_homozygote_is_heard_on_both_sides() -> None:
    one = Genotype({"TH01": _set("7")}, ESX17, confirmed=_set("TH01"))
    two = Genotype({"TH01": _set("7 8")}, ESX17)
    assert compare(one, two).hard == compare(two, one).hard == 1


NAMES = sorted(GLOBALFILER.autosomal)
ALLELES = st.frozensets(st.sampled_from(["7", "8", "9"]), min_size=1, max_size=3)


@st.composite
def genotypes(draw: st.DrawFn) -> Genotype:
    loci = draw(st.dictionaries(st.sampled_from(NAMES), ALLELES, max_size=21))
    some = draw(st.frozensets(st.sampled_from(NAMES)))
    tri = draw(st.frozensets(st.sampled_from(NAMES)))
    kit = draw(st.sampled_from([GLOBALFILER, ESX17]))
    return Genotype(loci, kit, some, tri)


@given(genotypes(), genotypes())
def test_the_relation_is_the_same_from_both_sides(x: Genotype, y: Genotype) -> None:
    there, back = compare(x, y), compare(y, x)
    assert replace(there, excluding=()) == replace(back, excluding=())
    assert set(there.excluding) == set(back.excluding)
    assert relation(there, RULE) is relation(back, RULE)


@given(genotypes(), genotypes())
def test_leaving_a_pair_early_never_changes_who_is_alike(
    x: Genotype, y: Genotype
) -> None:
    whole, early = relation(compare(x, y), RULE), likeness_of(x, y, RULE)
    assert (whole in ALIKE) == (early in ALIKE)
    assert early is whole or early is Relation.UNCLEAR


def test_of_a_pair_left_early_nobody_says_how_different_it_is() -> None:
    """It is left at the second locus that excludes; in full it is different."""
    chance = Random(1)
    pair = [a_person(GLOBALFILER, chance) for _ in range(2)]
    x, y = (genotype(typed(one), GLOBALFILER) for one in pair)
    assert likeness_of(x, y, RULE) is Relation.UNCLEAR
    assert relation(compare(x, y), RULE) is Relation.DIFFERENT


@pytest.mark.parametrize(
    ("hard", "said"),
    [(0, Relation.SAME), (1, Relation.SAME_OR_KIN), (2, Relation.UNCLEAR)],
)
def test_one_excluding_locus_leaves_a_pair_alike_and_two_do_not(
    hard: int, said: Relation
) -> None:
    whole = {name: _set("7 8") for name in NAMES}
    other = {**whole, **dict.fromkeys(NAMES[:hard], _set("9 10"))}
    pair = Genotype(whole, GLOBALFILER), Genotype(other, GLOBALFILER)
    assert likeness_of(*pair, RULE) is said


@given(st.integers(0, 5000))
def test_a_person_is_the_same_as_itself_and_a_stranger_is_different(seed: int) -> None:
    chance = Random(seed)
    one, other = (a_person(GLOBALFILER, chance) for _ in range(2))
    typing = genotype(typed(one), GLOBALFILER)
    stranger = genotype(typed(other), GLOBALFILER)
    assert relation(compare(typing, typing), RULE) is Relation.SAME
    assert relation(compare(typing, stranger), RULE) is Relation.DIFFERENT


@given(st.integers(0, 1000))
def test_a_full_sibling_is_never_called_the_same_at_all_loci(seed: int) -> None:
    chance = Random(seed)
    one = a_person(GLOBALFILER, chance)
    sibling = a_sibling(one, GLOBALFILER, chance)
    x, y = (genotype(typed(who), GLOBALFILER) for who in (one, sibling))
    assert likeness_of(x, y, RULE) is not Relation.SAME
