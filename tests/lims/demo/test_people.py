from collections import Counter

from config.vocab import read_vocabulary
from lims.demo.pedigree import claim
from lims.demo.people import SEED, people
from lims.demo.sex import Sex
from tests.lims.demo.demo_people import the_people, the_sources

YEAR = 2015


def test_193_are_missing_87_bones_are_of_58_people_and_286_relatives_gave_dna() -> None:
    made = the_people()
    assert len(set(made.missing)) == 193
    assert len(made.bones) == 87
    assert len({bone.person for bone in made.bones}) == 58
    assert len({reference.donor for reference in made.references}) == 286


def test_the_same_seed_makes_the_same_people() -> None:
    assert people(the_sources(), SEED) == the_people()


def test_another_seed_makes_other_people() -> None:
    assert people(the_sources(), SEED + 1).genotypes != the_people().genotypes


def test_bones_are_of_missing_people_and_each_element_is_of_one_body_once() -> None:
    made = the_people()
    assert {bone.person for bone in made.bones} <= set(made.missing)
    pieces = Counter((bone.body, bone.element, bone.side) for bone in made.bones)
    assert max(pieces.values()) == 1


def test_elements_and_sides_are_of_the_vocabulary() -> None:
    sides = {
        row["code"]: row["side_options"].split("/")
        for row in read_vocabulary("skeletal_elements")
    }
    assert all(bone.side in sides[bone.element] for bone in the_people().bones)


def test_a_child_has_one_allele_of_each_parent_at_every_autosomal_marker() -> None:
    made = the_people()
    children = [one for one in made.members.values() if one.father and one.mother]
    assert children
    for child in children:
        for marker in the_sources().autosomal:
            of_father, of_mother = made.genotypes[child.key][marker]
            assert of_father in made.genotypes[str(child.father)][marker]
            assert of_mother in made.genotypes[str(child.mother)][marker]


def test_sons_have_their_fathers_y_markers_and_women_have_none() -> None:
    made = the_people()
    for member in made.members.values():
        genotype = made.genotypes[member.key]
        is_man = member.sex is Sex.MALE
        assert ("Y" in genotype["AMEL"]) is is_man
        for marker in the_sources().y_markers:
            assert bool(genotype[marker]) is is_man
            if is_man and member.father:
                assert genotype[marker] == made.genotypes[member.father][marker]


def test_every_donor_claims_relations_that_the_vocabulary_knows() -> None:
    known = {row["code"] for row in read_vocabulary("donor_relations")}
    for reference in the_people().references:
        assert reference.claims
        assert set(reference.claims.values()) <= known


def test_a_claim_names_the_line_and_the_sex() -> None:
    family = the_people().families[0]
    tree, missing = family.tree, f"{family.key} missing"
    told = {
        role: claim(tree, f"{family.key} {role}", missing)
        for role in (
            "mother", "father", "mother's mother", "father's father", "aunt", "uncle",
            "sister", "half brother", "mother's nephew", "father's nephew", "nephew",
            "partner", "second wife",
        )
    }  # fmt: skip
    assert told == {
        "mother": "MOTHER",
        "father": "FATHER",
        "mother's mother": "MGM",
        "father's father": "PGF",
        "aunt": "MAUNT",
        "uncle": "PUNCLE",
        "sister": "SISTER",
        "half brother": "PHALFSIB",
        "mother's nephew": "MCOUSIN",
        "father's nephew": "PCOUSIN",
        "nephew": "NEPHNIEC",
        "partner": "SPOUSE",
        "second wife": None,
    }


def test_nobody_is_a_parent_too_young_or_too_old() -> None:
    members = the_people().members
    for child in members.values():
        assert child.birth_year <= YEAR
        for parent in child.parents:
            age = child.birth_year - members[parent].birth_year
            assert 12 <= age <= 55
