"""Genotypes by Mendel: founders from the frequencies, children from their parents.

No mutations: at each autosomal marker a child shares an allele with each parent.
"""

from collections.abc import Mapping
from random import Random

from lims.demo.pedigree import Member, Tree
from lims.demo.sex import Sex
from lims.demo.sources import Sources

AMELOGENIN = "AMEL"

Genotype = Mapping[str, tuple[str, ...]]
"""By marker: (from the father, from the mother); one allele at a man's Y markers and
none at a woman's."""


def inherit(tree: Tree, sources: Sources, chance: Random) -> dict[str, Genotype]:
    """The genotype of everybody in the family."""
    typed: dict[str, Genotype] = {}
    for member in tree.values():
        typed[member.key] = _genotype(member, typed, sources, chance)
    return typed


def _genotype(
    member: Member, typed: Mapping[str, Genotype], sources: Sources, chance: Random
) -> Genotype:
    father = typed[member.father] if member.father else None
    mother = typed[member.mother] if member.mother else None
    autosomal = {
        marker: tuple(
            chance.choice(parent[marker]) if parent else alleles.draw(chance)
            for parent in (father, mother)
        )
        for marker, alleles in sources.autosomal.items()
    }
    if member.sex is Sex.FEMALE:
        absent: dict[str, tuple[str, ...]] = dict.fromkeys(sources.y_markers, ())
        return autosomal | {AMELOGENIN: ("X", "X")} | absent
    paternal = {
        marker: father[marker] if father else (alleles.draw(chance),)
        for marker, alleles in sources.y_markers.items()
    }
    return autosomal | {AMELOGENIN: ("Y", "X")} | paternal
