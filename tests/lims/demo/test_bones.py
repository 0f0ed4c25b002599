from random import Random

import pytest

from lims.batches.kits import Kit
from lims.demo.bones import (
    FRESH,
    OFF_LADDER,
    Quality,
    Typing,
    control,
    ladder,
    quality_of,
    size,
    trace_of,
    typed,
)
from lims.demo.genotypes import Genotype
from tests.kits import ESX17, GLOBALFILER
from tests.lims.demo.demo_people import the_people

KITS = pytest.mark.parametrize("kit", [GLOBALFILER, ESX17], ids=lambda kit: kit.name)
BROKEN = Quality(height=500, decay=0.012, spread=0.2)


def _somebody() -> Genotype:
    made = the_people()
    return made.genotype(made.bones[0].key)


def _names(typing: Typing) -> dict[str, set[str]]:
    return {name: {p.allele for p in peaks} for name, peaks in typing.items()}


@KITS
def test_fresh_dna_shows_every_allele_and_no_other(kit: Kit) -> None:
    shown = _names(typed(_somebody(), FRESH, kit, Random(1)))
    assert shown == {m.name: set(_somebody()[m.name]) for m in kit.markers}


@KITS
def test_broken_dna_loses_long_alleles_and_gains_none(kit: Kit) -> None:
    found = typed(_somebody(), BROKEN, kit, Random(1))
    assert any(not peaks for peaks in found.values())
    for name, alleles in _names(found).items():
        assert alleles <= set(_somebody()[name])
    kept = [peak.size for peaks in found.values() for peak in peaks]
    whole = typed(_somebody(), FRESH, kit, Random(1))
    lost = [
        peak.size
        for name, peaks in whole.items()
        for peak in peaks
        if peak.allele not in _names(found)[name]
    ]
    assert sum(lost) / len(lost) > sum(kept) / len(kept)


def test_two_injections_of_one_extract_are_not_alike_to_the_last_peak() -> None:
    chance = Random(1)
    one, other = (typed(_somebody(), BROKEN, GLOBALFILER, chance) for _ in range(2))
    assert one != other


def test_no_peak_below_the_analytical_threshold_is_called() -> None:
    found = typed(_somebody(), BROKEN, GLOBALFILER, Random(1))
    lowest = min(peak.height for peaks in found.values() for peak in peaks)
    assert lowest >= GLOBALFILER.analytical_threshold


def test_a_peak_in_no_bin_is_named_off_ladder() -> None:
    odd = Quality(2000, 0.001, 0.1, off_ladder=1.0)
    found = typed(_somebody(), odd, GLOBALFILER, Random(1))
    assert {name for names in _names(found).values() for name in names} == {OFF_LADDER}


@KITS
def test_alleles_of_the_ladder_lie_inside_their_markers_range(kit: Kit) -> None:
    for marker in kit.markers:
        for allele in (marker.ladder_first, marker.ladder_last):
            assert marker.shortest < size(marker, allele) < marker.longest


def test_a_microvariant_is_longer_by_the_bases_of_its_name() -> None:
    th01 = GLOBALFILER.by_name["TH01"]
    assert size(th01, "9.3") - size(th01, "9") == 3
    assert size(th01, "10") - size(th01, "9.3") == 1


@KITS
def test_the_control_dna_is_the_kits(kit: Kit) -> None:
    shown = _names(control(kit, Random(1)))
    assert shown == {name: set(a) for name, a in kit.positive.genotype.items()}


def test_a_ladder_has_every_whole_repeat() -> None:
    shown = ladder(GLOBALFILER, Random(1))
    assert [p.allele for p in shown["D16S539"]] == [str(n) for n in range(5, 16)]


def test_a_trace_shows_nothing_but_alleles_of_its_source_and_low() -> None:
    source = typed(_somebody(), FRESH, GLOBALFILER, Random(1))
    trace = trace_of(source, GLOBALFILER, Random(1))
    shown = {name: peaks for name, peaks in trace.items() if peaks}
    assert len(shown) == 8
    for name, alleles in _names(shown).items():
        assert alleles <= _names(source)[name]
    assert max(peak.height for peaks in shown.values() for peak in peaks) < 200


def test_a_petrous_bone_usually_types_better_than_a_rib() -> None:
    petrous, rib = (
        [quality_of(name, Random(n)).height for n in range(50)]
        for name in ("PETR", "RIB05")
    )
    assert sum(petrous) > 2 * sum(rib)
