from collections.abc import Sequence
from random import Random

import pytest

from instruments import genotypes
from instruments.source import Source
from lims.batches.kits import Kit
from lims.demo.bones import OFF_LADDER, Peak, Quality, Typing, control, ladder, typed
from lims.demo.exports import SHOWN, Injected, Run, Software, export, genemapper
from tests.kits import ESX17, GLOBALFILER
from tests.lims.demo.demo_people import the_people

PLATE = "P7K2M9QXA4"
KITS = pytest.mark.parametrize("kit", [GLOBALFILER, ESX17], ids=lambda kit: kit.name)
SOFTWARE = pytest.mark.parametrize("software", Software)
WORN = Quality(height=600, decay=0.01, spread=0.2, off_ladder=0.05)


def _run(kit: Kit) -> Run:
    made, chance = the_people(), Random(1)
    bones = [
        Injected(
            f"A{n:02d}", f"S{n:09d}", typed(made.genotype(b.key), WORN, kit, chance)
        )
        for n, b in enumerate(made.bones[:10], 3)
    ]
    controls = [
        Injected("A01", f"LADDER-{PLATE}-A01", ladder(kit, chance)),
        Injected("A02", f"POS-{PLATE}-A02", control(kit, chance)),
    ]
    return Run(PLATE, kit, (*controls, *bones))


def _flat(typing: Typing, limit: int) -> dict[str, Sequence[tuple[str, int]]]:
    return {
        name: [(peak.allele, peak.height) for peak in peaks[:limit]]
        for name, peaks in typing.items()
    }


@KITS
@SOFTWARE
def test_the_products_own_parser_reads_back_every_peak(
    kit: Kit, software: Software
) -> None:
    run = _run(kit)
    read = genotypes(Source("plate.txt", export(run, software)))
    assert not read.refused
    assert read.unread == 0
    assert read.rows == len(run.injected) * len(kit.markers)
    found: dict[str, dict[str, Sequence[tuple[str, int]]]] = {}
    for one in read.readings:
        peaks = [(p.allele, int(p.height or 0)) for p in one.peaks]
        found.setdefault(one.sample, {})[one.marker] = peaks
    limit = SHOWN if software is Software.GENEMAPPER else 99
    assert found == {one.name: _flat(one.typing, limit) for one in run.injected}


def test_a_genemapper_table_tells_plate_well_panel_and_sizes() -> None:
    run = _run(GLOBALFILER)
    read = genotypes(Source("plate.txt", genemapper(run)))
    first = read.readings[0]
    assert (first.run, first.well, first.panel, first.dye) == (
        f"{PLATE}_run1",
        "A01",
        "GlobalFiler_Panel_v1",
        "B",
    )
    assert PLATE in first.source
    assert first.peaks[0].size == run.injected[0].typing[first.marker][0].size


def test_a_genemapper_table_ends_each_line_as_the_software_does() -> None:
    lines = genemapper(_run(GLOBALFILER)).split(b"\n")
    assert lines.pop() == b""
    assert all(line.endswith(b"\t\r") for line in lines)


def test_more_alleles_than_columns_raise_the_overflow_flag() -> None:
    read = genotypes(Source("plate.txt", genemapper(_run(GLOBALFILER))))
    flags = {one.marker: one.flags["ADO"] for one in read.readings[:24]}
    assert flags["SE33"] == "TRUE"
    assert flags["AMEL"] == "FALSE"


def test_an_off_ladder_peak_and_an_empty_marker_come_through() -> None:
    empty: Typing = {marker.name: () for marker in GLOBALFILER.markers}
    odd = {**empty, "FGA": (Peak(OFF_LADDER, 88, GLOBALFILER.by_name["FGA"].shortest),)}
    run = Run(PLATE, GLOBALFILER, (Injected("A01", "S000000001", odd),))
    read = genotypes(Source("plate.txt", genemapper(run)))
    assert {one.marker: one.alleles for one in read.readings if one.alleles} == {
        "FGA": ("OL",)
    }
