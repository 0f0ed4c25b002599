"""Simulated people and plates for the quality rules. No real person's genotype."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from lims.batches.kits import Kit, Marker, MarkerKind
from lims.batches.plate import Controls, PlannedWell, WellRole, layout
from lims.batches.turns import Turn, found_at
from lims.results.calls import Call, Calls, PlateFacts, WellCalls

Person = dict[str, tuple[str, str]]
HIGH = 1000


def a_person(kit: Kit, chance: Random) -> Person:
    """Two alleles at each autosomal marker, a man's at the others."""
    return {marker.name: _alleles(marker, chance) for marker in kit.markers}


def a_sibling(person: Person, kit: Kit, chance: Random) -> Person:
    """Shares each allele with one half chance, by descent."""
    other = a_person(kit, chance)
    return {
        name: (
            chance.choice([alleles[0], other[name][0]]),
            chance.choice([alleles[1], other[name][1]]),
        )
        for name, alleles in person.items()
    }


def typed(
    person: Mapping[str, Sequence[str]], height: int | None = HIGH, loci: int = 99
) -> Calls:
    """What the analyzer shows of the first so many loci of this person."""
    return {
        name: tuple(Call(allele, height) for allele in sorted(set(alleles)))
        for name, alleles in list(person.items())[:loci]
    }


def mixed(*people: Calls) -> Calls:
    names = {name: None for person in people for name in person}
    return {
        name: tuple({c.allele: c for p in people for c in p.get(name, ())}.values())
        for name in names
    }


def control_calls(kit: Kit, height: int = HIGH) -> Calls:
    return typed({n: sorted(a) for n, a in kit.positive.genotype.items()}, height)


def ladder_calls(kit: Kit) -> Calls:
    return {
        marker.name: tuple(Call(allele, HIGH) for allele in _ladder(marker))
        for marker in kit.markers
    }


def a_plate(
    codes: Sequence[str], chance: Random, code: str = "P1", stream: str = "bone"
) -> PlateFacts:
    return PlateFacts(code, stream, layout(codes, Controls(), chance))


def clean_calls(
    plate: PlateFacts, contents: Mapping[str, Calls], kit: Kit
) -> tuple[WellCalls, ...]:
    """The calls of a plate on which everything went well."""
    return tuple(
        WellCalls(well.position, well.role, well.item, _content(well, contents, kit))
        for well in plate.wells
        if well.role is not WellRole.EMPTY
    )


def turned(
    plate: PlateFacts, calls: Sequence[WellCalls], turn: Turn
) -> tuple[WellCalls, ...]:
    """The same plate, put down wrongly: contents lie at the turned positions.

    The analyzer injects the wells of its plate record, and no other.
    """
    content = {found_at(turn, well.position): well.calls for well in calls}
    return tuple(
        WellCalls(well.position, well.role, well.item, content.get(well.position, {}))
        for well in plate.wells
        if well.role is not WellRole.EMPTY
    )


def exchanged(
    calls: Sequence[WellCalls], contents: Mapping[str, Calls]
) -> tuple[WellCalls, ...]:
    """The same calls with other contents in the wells of these items."""
    return tuple(
        replace(well, calls=contents.get(well.item, well.calls)) for well in calls
    )


def position_of(plate: PlateFacts, item: str) -> str:
    return next(well.position for well in plate.wells if well.item == item)


def _content(well: PlannedWell, contents: Mapping[str, Calls], kit: Kit) -> Calls:
    match well.role:
        case WellRole.POSITIVE:
            return control_calls(kit)
        case WellRole.LADDER:
            return ladder_calls(kit)
        case WellRole.SAMPLE:
            return contents[well.item]
    return {}


def _alleles(marker: Marker, chance: Random) -> tuple[str, str]:
    match marker.kind:
        case MarkerKind.AMELOGENIN:
            return "X", "Y"
        case MarkerKind.Y:
            return (chance.choice(_ladder(marker)),) * 2
    return chance.choice(_ladder(marker)), chance.choice(_ladder(marker))


def _ladder(marker: Marker) -> list[str]:
    if marker.kind is MarkerKind.AMELOGENIN:
        return [marker.ladder_first, marker.ladder_last]
    first, last = (int(end.split(".")[0]) for end in _ends(marker))
    return [str(repeats) for repeats in range(first, last + 1)]


def _ends(marker: Marker) -> tuple[str, str]:
    return marker.ladder_first, marker.ladder_last
