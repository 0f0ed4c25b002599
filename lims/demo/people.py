"""Everybody in the demo: who is missing, who gave a sample, whose bones were found.

The size is that of an exercise of eleven laboratories (domain 4.1, Vullo et al. 2016):
193 missing, 87 bone samples of 58 people, 286 references.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random

from lims.demo.families import TOGETHER, Family, family
from lims.demo.genotypes import Genotype, inherit
from lims.demo.pedigree import Member, claim
from lims.demo.sources import Sources

SEED = 20150418
FAMILIES = 170
TOGETHER_OF = (*TOGETHER[:1] * 9, *TOGETHER[1:3] * 4, *TOGETHER[3:] * 3)
"""The families that miss more than one: 17 miss two and three miss three."""
DONORS = (*(1,) * 80, *(2,) * 64, *(3,) * 26)
"""How many of a family gave a sample, family by family in a shuffled order."""
BONES = (*(1,) * 38, *(2,) * 13, *(3,) * 5, *(4,) * 2)
"""How many samples were cut of each body that was found."""

ELEMENTS = {
    "FEMU": 24, "TOOTH": 16, "PETR": 16, "TIBI": 10, "HUME": 8, "MT1": 5, "MC2": 5,
    "RADI": 4, "ULNA": 3, "RIB05": 3,
}  # fmt: skip
"""What was chosen, and how often: the elements that type best, where they were left."""
UNSIDED = frozenset({"TOOTH"})


@dataclass(frozen=True)
class Bone:
    """One sample of bone, as the mortuary cut and sealed it."""

    key: str
    person: str
    """The missing person it is of: known to nobody in the demo."""
    body: int
    """The number that the mortuary gave the body."""
    element: str
    side: str
    grams: Decimal


@dataclass(frozen=True)
class Reference:
    """One sample of a relative."""

    key: str
    donor: str
    claims: Mapping[str, str]
    """Each missing person of the family with what the donor says to be to them."""


@dataclass(frozen=True)
class People:
    families: tuple[Family, ...]
    bones: tuple[Bone, ...]
    references: tuple[Reference, ...]
    genotypes: Mapping[str, Genotype]
    """Of everybody in every family."""

    @cached_property
    def members(self) -> Mapping[str, Member]:
        return {key: one for f in self.families for key, one in f.tree.items()}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        return tuple(key for one in self.families for key in one.missing)

    @cached_property
    def source(self) -> Mapping[str, str]:
        """Each sample's key with whose DNA it is."""
        bones = {bone.key: bone.person for bone in self.bones}
        return bones | {one.key: one.donor for one in self.references}

    @cached_property
    def grams(self) -> Mapping[str, Decimal]:
        """Each sample of bone with its mass."""
        return {bone.key: bone.grams for bone in self.bones}

    def of_family(self, family: Family) -> tuple[Reference, ...]:
        return tuple(one for one in self.references if one.donor in family.donors)

    def genotype(self, sample: str) -> Genotype:
        return self.genotypes[self.source[sample]]


def people(sources: Sources, seed: int = SEED) -> People:
    """The same people for the same seed."""
    chance = Random(seed)
    families = tuple(_families(sources, chance))
    genotypes = {
        key: genotype
        for one in families
        for key, genotype in inherit(one.tree, sources, chance).items()
    }
    missing = [key for one in families for key in one.missing]
    return People(
        families,
        tuple(_bones(chance.sample(missing, len(BONES)), chance)),
        tuple(_references(families)),
        genotypes,
    )


def _families(sources: Sources, chance: Random) -> Iterator[Family]:
    alone = (("missing",),) * (FAMILIES - len(TOGETHER_OF))
    missing = chance.sample((*TOGETHER_OF, *alone), FAMILIES)
    donors = chance.sample(DONORS, FAMILIES)
    for number, (places, count) in enumerate(zip(missing, donors, strict=True), 1):
        country = chance.choice(list(sources.names))
        names = sources.names[country]
        yield family(f"family {number:03d}", country, names, places, count, chance)


def _bones(found: list[str], chance: Random) -> Iterator[Bone]:
    counts = chance.sample(BONES, len(BONES))
    number = 0
    for body, (person, count) in enumerate(zip(found, counts, strict=True), 1):
        for element, side in _elements(count, chance):
            number += 1
            grams = Decimal(chance.randint(900, 4800)) / 1000
            yield Bone(f"bone {number:02d}", person, body, element, side, grams)


def _elements(count: int, chance: Random) -> list[tuple[str, str]]:
    """So many elements of one body, none of them twice."""
    chosen: list[tuple[str, str]] = []
    while len(chosen) < count:
        (name,) = chance.choices(list(ELEMENTS), weights=list(ELEMENTS.values()))
        one = (name, "M" if name in UNSIDED else chance.choice("LR"))
        if one not in chosen:
            chosen.append(one)
    return chosen


def _references(families: tuple[Family, ...]) -> Iterator[Reference]:
    given = ((one, donor) for one in families for donor in one.donors)
    for number, (one, donor) in enumerate(given, 1):
        claims = {
            missing: word
            for missing in one.missing
            if (word := claim(one.tree, donor, missing)) is not None
        }
        yield Reference(f"reference {number:03d}", donor, claims)
