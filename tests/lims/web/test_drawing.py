"""A picture of a trace as SVG: what is written over it, and where."""

from array import array
from dataclasses import replace

from instruments.peak_check import Disagreement, Kind
from instruments.picture import Line, Picture, Range, Spot
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.web.drawing import LINE, axis_of, drawings, tops
from lims.web.overlay import CALL, EXPLAINED, FINDING, notes
from lims.web.trace_shown import sentences
from tests.kits import GLOBALFILER

PLACES = array("f", [60 + n / 10 for n in range(4001)])
BLUE = array("h", [1000 if n == 1400 else 3 for n in range(4001)])
FLAT = array("h", [0] * 4001)
TH01 = Range("TH01", 1, 180.0, 220.0, (("6", 190.0), ("9.3", 205.0)))
PICTURE = Picture(
    is_sized=True,
    lines=(Line(1, "6-FAM", "B"), Line(5, "LIZ", "O", is_standard=True)),
    places=PLACES,
    points=(BLUE, FLAT),
    ranges=(TH01,),
    fragments=(60.0, 200.0, 214.0, 460.0),
    spots=(
        Spot("TH01", "9.3", 1, 200.0, 1000),
        Spot("TH01", "8.3", 1, 196.0, 90, "stutter"),
    ),
    told=(Disagreement(Kind.CALL_WITHOUT_PEAK, "TH01", "6", 1, 0, 190.0),),
)
CALLS = {"TH01": [["6", None], ["9.3", 1000]]}
WELL = WellView(1, "P0", "GlobalFiler", "A01", WellRole.SAMPLE, "S0", 1)


def test_calls_stand_over_their_peaks_and_what_was_found_at_its_place() -> None:
    told = [(one.kind, one.text, one.at) for one in notes(PICTURE, CALLS)]
    assert told == [
        (FINDING, "6: call without a peak", 190.0),
        (EXPLAINED, "stutter", 196.0),
        (CALL, "9.3", 200.0),
    ]


def test_the_markers_extent_is_drawn_with_their_bins_and_thresholds() -> None:
    axis = axis_of(PICTURE)
    assert (axis.low, axis.high) == (170.0, 230.0)
    blue, orange = drawings(
        PICTURE, axis, tops(PICTURE, axis), notes(PICTURE, CALLS), GLOBALFILER
    )
    assert blue.ranges == ((127, 506, "TH01"),)
    assert blue.bands.count("z") == 2
    assert [rfu for _, rfu, _ in blue.thresholds] == [
        GLOBALFILER.analytical_threshold,
        GLOBALFILER.stochastic_threshold,
    ]
    assert blue.top == 1150
    assert "l2-104" in blue.path
    assert [text for _, text in orange.fragments] == ["200", "214"]
    assert orange.bands == ""


def test_numbers_of_thresholds_that_lie_near_stand_one_above_the_other() -> None:
    axis = axis_of(PICTURE)
    high = {1: 30_000, 5: 30_000}
    blue, _ = drawings(PICTURE, axis, high, (), GLOBALFILER)
    (low, _, below), (over, _, above) = blue.thresholds
    assert low - over < 2
    assert below - above >= 11


def test_words_that_would_overlap_stand_in_rows() -> None:
    axis = axis_of(PICTURE)
    spots = tuple(Spot("TH01", "9.3", 1, 200 + n / 10, 1000) for n in range(3))
    crowd = replace(PICTURE, spots=spots, told=())
    drawn = drawings(crowd, axis, tops(crowd, axis), notes(crowd, CALLS), GLOBALFILER)
    assert len({one.y for one in drawn[0].labels}) == 3
    assert drawn[0].tall == 3 * LINE


def test_without_a_size_standard_scans_are_drawn() -> None:
    scans = array("f", range(4001))
    axis = axis_of(replace(PICTURE, is_sized=False, places=scans))
    assert (axis.low, axis.high, axis.step) == (0, 4000, 1000)
    empty = replace(PICTURE, is_sized=False, places=array("f"), points=())
    assert axis_of(empty).high == 1


def test_of_a_kit_without_a_panel_nothing_is_claimed() -> None:
    (told,) = sentences(replace(PICTURE, is_judged=False), WELL, GLOBALFILER)
    assert "No panel of this kit" in told
    assert (
        "no peak where a call stands at TH01"
        in sentences(PICTURE, WELL, GLOBALFILER)[0]
    )
