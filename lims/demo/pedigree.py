"""A family: who is whose child, and what a donor is to the one who is missing.

The words are the codes of the vocabulary `donor_relations`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lims.demo.sex import Sex


@dataclass(frozen=True)
class Member:
    """Somebody in a family tree; a founder has no parents in it."""

    key: str
    sex: Sex
    birth_year: int
    name: str
    fathers_name: str
    father: str | None = None
    mother: str | None = None

    @property
    def parents(self) -> frozenset[str]:
        return frozenset(key for key in (self.father, self.mother) if key)


Tree = Mapping[str, Member]
"""By key, parents before their children."""


def claim(tree: Tree, donor: str, missing: str) -> str | None:
    """What the donor is to the missing person; None for no relative."""
    giver, missed = tree[donor], tree[missing]
    word = (
        _in_line(tree, giver, missed)
        or _sibling(giver, missed)
        or _beside(tree, giver, missed)
    )
    if word is None and _ancestors(tree, donor) & _ancestors(tree, missing):
        return "OTHER"
    return word


def _in_line(tree: Tree, giver: Member, missed: Member) -> str | None:
    """Parents, children, grandparents, grandchildren."""
    if giver.key in missed.parents:
        return _word(giver, "MOTHER", "FATHER")
    if missed.key in giver.parents:
        return _word(giver, "DAUGHTER", "SON")
    for side, parent in _sides(tree, missed):
        if giver.key in parent.parents:
            return f"{side}{_word(giver, 'GM', 'GF')}"
    if any(missed.key in tree[parent].parents for parent in giver.parents):
        return "GRANDCHILD"
    return None


def _sibling(giver: Member, missed: Member) -> str | None:
    shared = giver.parents & missed.parents
    if len(shared) > 1:
        return _word(giver, "SISTER", "BROTHER")
    if shared:
        return "MHALFSIB" if missed.mother in shared else "PHALFSIB"
    return None


def _beside(tree: Tree, giver: Member, missed: Member) -> str | None:
    """Aunts and uncles, cousins, siblings' children, and a common child's parent."""
    for side, parent in _sides(tree, missed):
        if _full_siblings(giver, parent):
            return f"{side}{_word(giver, 'AUNT', 'UNCLE')}"
        if any(_full_siblings(tree[one], parent) for one in giver.parents):
            return f"{side}COUSIN"
    if any(_full_siblings(tree[one], missed) for one in giver.parents):
        return "NEPHNIEC"
    if any({giver.key, missed.key} == one.parents for one in tree.values()):
        return "SPOUSE"
    return None


def _sides(tree: Tree, missed: Member) -> list[tuple[str, Member]]:
    """The mother's side and the father's, each with its letter."""
    sides = (("M", missed.mother), ("P", missed.father))
    return [(side, tree[key]) for side, key in sides if key]


def _full_siblings(x: Member, y: Member) -> bool:
    return x.key != y.key and len(x.parents & y.parents) > 1


def _word(giver: Member, woman: str, man: str) -> str:
    return woman if giver.sex is Sex.FEMALE else man


def _ancestors(tree: Tree, key: str) -> frozenset[str]:
    """Everybody above, and this person."""
    above = (_ancestors(tree, parent) for parent in tree[key].parents)
    return frozenset({key}).union(*above)
