"""One invented family after another: a tree of three generations and a half."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from lims.demo.pedigree import Member, Tree
from lims.demo.sex import Sex
from lims.demo.sources import Names

YEAR = 2015
"""Of the incident."""
F, M = Sex.FEMALE, Sex.MALE


@dataclass(frozen=True)
class Family:
    key: str
    country: str
    tree: Tree
    missing: tuple[str, ...]
    donors: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """One place in every family's tree. Without a sex, chance decides it."""

    role: str
    years: range
    """Of a founder, the age in the year of the incident; of a child, how many years
    after the younger parent it was born. All within rule A4."""
    sex: Sex | None = None
    father: str | None = None
    mother: str | None = None


OLD = range(66, 70)
TREE = (
    _Place("father's father", OLD, M),
    _Place("father's mother", OLD, F),
    _Place("mother's father", OLD, M),
    _Place("mother's mother", OLD, F),
    _Place("father", range(18, 21), M, "father's father", "father's mother"),
    _Place("mother", range(18, 21), F, "mother's father", "mother's mother"),
    _Place("uncle", range(22, 26), M, "father's father", "father's mother"),
    _Place("uncle's wife", range(44, 49), F),
    _Place("aunt", range(22, 26), F, "mother's father", "mother's mother"),
    _Place("aunt's husband", range(44, 49), M),
    _Place("second wife", range(45, 49), F),
    _Place("brother", range(17, 19), M, "father", "mother"),
    _Place("missing", range(20, 28), None, "father", "mother"),
    _Place("sister", range(29, 32), F, "father", "mother"),
    _Place("half brother", range(20, 26), M, "father", "second wife"),
    _Place("father's nephew", range(18, 23), M, "uncle", "uncle's wife"),
    _Place("mother's nephew", range(18, 23), M, "aunt's husband", "aunt"),
    _Place("brother's wife", range(27, 31), F),
    _Place("nephew", range(17, 21), None, "brother", "brother's wife"),
    _Place("partner", range(26, 30)),
    _Place("first child", range(17, 19), None, "missing", "partner"),
    _Place("second child", range(19, 20), None, "missing", "partner"),
)
"""Parents before children; whoever has no parents here is a founder."""

WEIGHTS = {
    "mother": 30,
    "father": 22,
    "first child": 9,
    "second child": 5,
    "brother": 16,
    "sister": 18,
    "partner": 6,
    "half brother": 3,
    "uncle": 4,
    "aunt": 4,
    "father's mother": 2,
    "mother's mother": 2,
    "father's father": 1,
    "mother's father": 1,
    "father's nephew": 2,
    "mother's nephew": 2,
    "nephew": 2,
}
"""How willingly each is asked: parents and children say most (domain 1.3)."""

TOGETHER = (
    ("missing", "brother"),
    ("missing", "sister"),
    ("missing", "father's nephew"),
    ("missing", "brother", "mother's nephew"),
)
"""Who travelled together, where more than one of a family is missing."""


def family(
    key: str,
    country: str,
    names: Names,
    missing: tuple[str, ...],
    donors: int,
    chance: Random,
) -> Family:
    """A family of this country that misses whoever stands at these places."""
    return Family(
        key,
        country,
        {one.key: one for one in _members(key, names, chance)},
        tuple(_key(key, role) for role in missing),
        tuple(_key(key, role) for role in _donors(missing, donors, chance)),
    )


def _donors(missing: tuple[str, ...], count: int, chance: Random) -> list[str]:
    """So many relatives who give a sample; a partner only beside a common child."""
    chosen: list[str] = []
    while len(chosen) < count:
        open_to = {
            role: weight
            for role, weight in WEIGHTS.items()
            if role not in (*missing, *chosen)
            and (role != "partner" or "first child" in chosen)
        }
        chosen += chance.choices(list(open_to), weights=list(open_to.values()))
    return chosen


def _members(family_key: str, names: Names, chance: Random) -> Iterator[Member]:
    made: dict[str, Member] = {}
    lines = chance.sample(names.family, len(names.family))
    for number, place in enumerate(TREE):
        father, mother = _parents(place, made)
        sex = place.sex or _sex(place.role, made, chance)
        line = _line(father) if father else lines[number % len(lines)]
        made[place.role] = Member(
            key=_key(family_key, place.role),
            sex=sex,
            birth_year=_birth_year(place, father, mother, chance),
            name=f"{chance.choice(names.given[sex])} {line}",
            fathers_name=father.name if father else "",
            father=father.key if father else None,
            mother=mother.key if mother else None,
        )
        yield made[place.role]


def _sex(role: str, made: Mapping[str, Member], chance: Random) -> Sex:
    """Most who were aboard were men; a partner is of the other sex."""
    match role:
        case "missing":
            return chance.choices((M, F), weights=(88, 12))[0]
        case "partner":
            return F if made["missing"].sex is M else M
    return chance.choice((F, M))


def _parents(
    place: _Place, made: Mapping[str, Member]
) -> tuple[Member | None, Member | None]:
    """Father and mother, also where the missing person is the mother."""
    if place.father is None or place.mother is None:
        return None, None
    one, other = made[place.father], made[place.mother]
    return (one, other) if one.sex is M else (other, one)


def _birth_year(
    place: _Place, father: Member | None, mother: Member | None, chance: Random
) -> int:
    years = chance.choice(place.years)
    if father is None or mother is None:
        return YEAR - years
    return max(father.birth_year, mother.birth_year) + years


def _line(member: Member) -> str:
    return member.name.rpartition(" ")[2]


def _key(family_key: str, role: str) -> str:
    return f"{family_key} {role}"
