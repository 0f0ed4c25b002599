"""What comes to the laboratory, what goes on which plate, and what goes wrong.

Fixed before anything is written: the story only carries it out. Not everything is
finished, so that everybody finds work to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from math import exp
from random import Random

from lims.demo.bones import FRESH, Quality, quality_of
from lims.demo.exports import Software
from lims.demo.people import Bone, People
from lims.samples.tables import Stream

BAGS = 70
"""The most that one consignment holds."""


class Mishap(StrEnum):
    CONTAMINATED_BLANK = "contaminated extraction blank"
    NO_CONSENT = "reference without consent"
    SWAPPED_TUBES = "two swapped tubes"
    TURNED_PLATE = "plate turned by 180 degrees"


class Sender(StrEnum):
    """The codes of those who send."""

    MORTUARY = "MELILLI"
    ASSOCIATION = "DAKAR"
    DIASPORA = "ROMA"
    FOCAL_POINT = "BANJUL"


COUNTRIES = {
    **dict.fromkeys(("CI", "ML", "MR", "SN"), Sender.ASSOCIATION),
    **dict.fromkeys(("ER", "SD", "SO"), Sender.DIASPORA),
    "GM": Sender.FOCAL_POINT,
}
"""Who speaks with the families of which country."""


class Reach(StrEnum):
    """How far a consignment has come; in this order."""

    IN_TRANSIT = "in transit"
    RECEIVED = "received"
    ACCESSIONED = "accessioned"


class Progress(StrEnum):
    """How far the profile of a sample has come; in this order."""

    READ_ONCE = "read once"
    READ_TWICE = "read twice"
    REVIEWED = "reviewed"
    RELEASED = "released"


@dataclass(frozen=True)
class Bag:
    sample: str
    code: str
    """Neutral: it says who sent it and nothing of what is in it."""
    seal: str


@dataclass(frozen=True)
class Consignment:
    sender: Sender
    stream: Stream
    bags: tuple[Bag, ...]
    reach: Reach


@dataclass(frozen=True)
class Tube:
    """One extract of a sample; the second is made when the first is not believed."""

    sample: str
    extract: int = 1


class PlateReach(StrEnum):
    """How far a plate has come; in this order."""

    PLANNED = "planned"
    RUN = "run"
    """Its export still waits for somebody to take it in."""
    IMPORTED = "imported"


@dataclass(frozen=True)
class PlatePlan:
    name: str
    stream: Stream
    kit: str
    software: Software
    tubes: tuple[Tube, ...]
    amplification: int = 1
    """The second of the same extracts is a replicate."""
    mishap: Mishap | None = None
    reach: PlateReach = PlateReach.IMPORTED


@dataclass(frozen=True)
class Plan:
    consignments: tuple[Consignment, ...]
    plates: tuple[PlatePlan, ...]
    swapped: tuple[str, str]
    """Two bones whose first extracts went into each other's tubes."""
    without_consent: str
    """A reference whose donor signed nothing."""
    qualities: Mapping[str, Quality]
    """How well each sample types."""
    progress: Mapping[str, Progress]
    """Samples whose profile has been worked on."""

    @cached_property
    def bags(self) -> Mapping[str, Bag]:
        """By the sample in each."""
        return {bag.sample: bag for one in self.consignments for bag in one.bags}

    @cached_property
    def traced(self) -> frozenset[str]:
        """Samples whose traces came: bones that wait for their second reading."""
        plate = next(one for one in self.plates if one.name in TRACED)
        waiting = [
            tube.sample
            for tube in plate.tubes
            if self.progress.get(tube.sample) is Progress.READ_ONCE
        ]
        return frozenset(waiting[:MOST_TRACED])

    def content(self, tube: Tube) -> str:
        """The sample whose DNA is really in this tube."""
        x, y = self.swapped
        if tube.extract > 1:
            return tube.sample
        return {x: y, y: x}.get(tube.sample, tube.sample)


GLOBALFILER, ESX17 = "GlobalFiler", "PowerPlex ESX 17"
CLEAN, BLANK, SWAPPED = slice(0, 30), slice(30, 54), slice(54, 78)
"""The bones on each plate; the rest is received and has no code yet."""
AGAIN = 4
"""How many others of the swapped plate are extracted again, for they typed worst."""
FIRST, OTHER_KIT, TURNED, WAITING, NEXT = (
    slice(0, 60), slice(60, 100), slice(100, 189), slice(189, 199), slice(199, 205),
)  # fmt: skip
"""The references on each plate; a full plate takes 89 beside its controls."""
TRACED = frozenset({"bones 1", "bones 2"})
"""Plates of which traces came with the calls, one a replicate of the other."""
MOST_TRACED = 3
"""Samples of them with a trace; each takes a second at the first start."""
DONE = (
    *(Progress.RELEASED,) * 12,
    *(Progress.REVIEWED,) * 4,
    *(Progress.READ_TWICE,) * 4,
    *(Progress.READ_ONCE,) * 4,
)
"""How far the first samples of each clean set have come."""


def plan(people: People, seed: int) -> Plan:
    """The same plan for the same people and seed."""
    qualities = {
        **{
            bone.key: quality_of(bone.element, Random(f"{seed} {bone.key}"))
            for bone in people.bones
        },
        **{reference.key: FRESH for reference in people.references},
    }
    swapped = _swapped(people.bones[SWAPPED], qualities)
    consignments = (*_bone_consignments(people), *_reference_consignments(people))
    references = [
        bag.sample
        for one in consignments
        for bag in one.bags
        if one.stream is Stream.REFERENCE and one.reach is Reach.ACCESSIONED
    ]
    without_consent = references.pop(len(references) // 2)
    bones = [bone.key for bone in people.bones]
    return Plan(
        consignments=consignments,
        plates=(
            *_bone_plates(bones, swapped, qualities),
            *_reference_plates(references),
        ),
        swapped=swapped,
        without_consent=without_consent,
        qualities=qualities,
        progress=dict(zip(_best(bones[CLEAN], qualities), DONE, strict=False))
        | dict(zip(references[FIRST], DONE, strict=False)),
    )


def _bone_plates(
    bones: list[str], swapped: tuple[str, str], qualities: Mapping[str, Quality]
) -> Iterator[PlatePlan]:
    bone, mapper, marker = Stream.BONE, Software.GENEMAPPER, Software.GENEMARKER
    clean = _tubes(bones[CLEAN])
    yield PlatePlan("bones 1", bone, GLOBALFILER, mapper, clean)
    yield PlatePlan("bones 2", bone, GLOBALFILER, mapper, clean, amplification=2)
    mishap = Mishap.CONTAMINATED_BLANK
    blank = _tubes(bones[BLANK])
    yield PlatePlan("bones 3", bone, GLOBALFILER, mapper, blank, mishap=mishap)
    mixed_up = _tubes(bones[SWAPPED])
    yield PlatePlan("bones 4", bone, ESX17, marker, mixed_up)
    others = [key for key in bones[SWAPPED] if key not in swapped]
    worst = _best(others, qualities)[-AGAIN:]
    again = tuple(Tube(key, extract=2) for key in (*swapped, *worst))
    mishap = Mishap.SWAPPED_TUBES
    yield PlatePlan("bones 5", bone, ESX17, marker, again, mishap=mishap)


def _reference_plates(references: list[str]) -> Iterator[PlatePlan]:
    reference = Stream.REFERENCE
    mapper, marker = Software.GENEMAPPER, Software.GENEMARKER
    first = _tubes(references[FIRST])
    yield PlatePlan("references 1", reference, GLOBALFILER, mapper, first)
    other_kit = _tubes(references[OTHER_KIT])
    yield PlatePlan("references 2", reference, ESX17, marker, other_kit)
    mishap, turned = Mishap.TURNED_PLATE, _tubes(references[TURNED])
    yield PlatePlan(
        "references 3", reference, GLOBALFILER, mapper, turned, mishap=mishap
    )
    reach, waiting = PlateReach.RUN, _tubes(references[WAITING])
    yield PlatePlan(
        "references 4", reference, GLOBALFILER, mapper, waiting, reach=reach
    )
    reach, next_up = PlateReach.PLANNED, _tubes(references[NEXT])
    yield PlatePlan(
        "references 5", reference, GLOBALFILER, mapper, next_up, reach=reach
    )


def _tubes(samples: Sequence[str]) -> tuple[Tube, ...]:
    return tuple(Tube(sample) for sample in samples)


def _swapped(
    bones: Sequence[Bone], qualities: Mapping[str, Quality]
) -> tuple[str, str]:
    """Two bones that lie side by side, are of two bodies, and type well."""

    def worse(pair: tuple[Bone, Bone]) -> float:
        return min(_at(qualities[bone.key], 250) for bone in pair)

    of_two = [pair for pair in pairwise(bones) if pair[0].body != pair[1].body]
    x, y = max(of_two, key=worse)
    return x.key, y.key


def _best(samples: Sequence[str], qualities: Mapping[str, Quality]) -> list[str]:
    """In the order of how well their long alleles type."""
    return sorted(samples, key=lambda key: -_at(qualities[key], 300))


def _at(quality: Quality, length: float) -> float:
    """Expected height in RFU of an allele of so many base pairs."""
    return quality.height * exp(-quality.decay * length)


def _bone_consignments(people: People) -> Iterator[Consignment]:
    keys = [bone.key for bone in people.bones]
    accessioned, received = keys[: SWAPPED.stop], keys[SWAPPED.stop :]
    bags = _bags(Sender.MORTUARY, keys)
    for part, reach in (
        (accessioned[: CLEAN.stop], Reach.ACCESSIONED),
        (accessioned[CLEAN.stop :], Reach.ACCESSIONED),
        (received, Reach.RECEIVED),
    ):
        held = tuple(bags[key] for key in part)
        yield Consignment(Sender.MORTUARY, Stream.BONE, held, reach)


def _reference_consignments(people: People) -> Iterator[Consignment]:
    """Of each sender in turn; the last of all is still on its way."""
    sent: dict[Sender, list[str]] = {sender: [] for sender in Sender}
    country = {donor: one.country for one in people.families for donor in one.donors}
    for reference in people.references:
        sent[COUNTRIES[country[reference.donor]]].append(reference.key)
    parts = [
        (sender, keys[start : start + BAGS])
        for sender, keys in sent.items()
        for start in range(0, len(keys), BAGS)
    ]
    for number, (sender, keys) in enumerate(parts, 1):
        reach = Reach.ACCESSIONED if number < len(parts) else Reach.IN_TRANSIT
        bags = tuple(_bags(sender, sent[sender])[key] for key in keys)
        yield Consignment(sender, Stream.REFERENCE, bags, reach)


def _bags(sender: Sender, samples: Sequence[str]) -> dict[str, Bag]:
    return {
        sample: Bag(sample, f"{sender}-{number:04d}", f"{sender[:3]} {73000 + number}")
        for number, sample in enumerate(samples, 1)
    }
