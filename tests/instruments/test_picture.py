"""What is drawn of a trace packs into bytes and comes back as it was."""

from array import array
from dataclasses import replace

import pytest

from instruments import Source, parse
from instruments.panels import panel
from instruments.peak_check import Expected, Kind
from instruments.picture import MOST_SCANS, packed, picture, unpacked
from instruments.roles import Role
from instruments.second_opinion import Ask, answer
from instruments.standards import LIZ_600
from instruments.traces import CEILING, TraceExport
from tests.instruments.abif_made import Made, run_tags, trace
from tests.traces import GLOBALFILER, place, scan


@pytest.fixture(scope="module")
def export() -> TraceExport:
    th01 = next(one for one in GLOBALFILER.markers if one.name == "TH01")
    standard = {scan(size): 900 for size in LIZ_600.sizes}
    tops = {dye: {20 + dye: 9} for dye in range(1, 7)}
    tops[th01.dye] |= {place(th01, "6"): 1500, place(th01, "9.3"): 1400}
    six = [trace(7400, {**tops, 5: standard}[dye], 2.5) for dye in range(1, 7)]
    found = parse(Source("a.fsa", Made(run_tags("a", six)).content()))
    assert isinstance(found, TraceExport)
    return found


def test_a_picture_comes_back_as_it_was_packed(export: TraceExport) -> None:
    calls = {"TH01": ["6", "9.3"]}
    told = answer(export, Ask("GlobalFiler", Expected(calls)))
    drawn = unpacked(told.picture)
    assert unpacked(packed(drawn)) == drawn
    assert told.opinion is not None
    assert drawn.told == told.opinion.disagreements
    assert [one.marker for one in drawn.spots] == ["TH01", "TH01"]
    assert [one.height for one in drawn.spots] == [1501, 1400]
    assert [one.number for one in drawn.lines if one.is_standard] == [5]
    assert len(drawn.arrays) == len(drawn.places) * (4 + 6 * 2)


def test_it_shows_what_the_size_standard_reaches(export: TraceExport) -> None:
    drawn = unpacked(answer(export, Ask("GlobalFiler", Expected())).picture)
    assert drawn.is_sized
    assert (round(drawn.places[0]), round(drawn.places[-1])) == (60, 600)
    assert list(drawn.places) == sorted(set(drawn.places))
    assert drawn.fragments == tuple(map(float, LIZ_600.sizes))


def test_of_a_ladder_it_shows_its_own_bins(export: TraceExport) -> None:
    ask = Ask("GlobalFiler", Expected(role=Role.LADDER))
    drawn = unpacked(answer(export, ask).picture)
    assert {one.kind for one in drawn.told} == {Kind.LADDER_FAILED}
    assert all(not one.bins for one in drawn.ranges)


def test_a_kit_without_a_panel_is_drawn_in_scans_and_not_judged(
    export: TraceExport,
) -> None:
    told = answer(export, Ask("A kit of our own", Expected()))
    drawn = unpacked(told.picture)
    assert told.opinion is None
    assert not drawn.is_judged
    assert not drawn.is_sized
    assert len(drawn.places) == export.points


def test_however_long_a_trace_is_its_picture_is_not(export: TraceExport) -> None:
    points = array("i", [40_000, -40_000] * MOST_SCANS)
    long = tuple(
        one._replace(points=points, analysed=points) for one in export.dyes[:2]
    )
    drawn = picture(replace(export, dyes=long), None, panel("GlobalFiler"))
    assert len(drawn.places) == MOST_SCANS
    assert set(drawn.points[0]) == {CEILING, -CEILING}
    assert len(packed(drawn)) < 1_000_000
