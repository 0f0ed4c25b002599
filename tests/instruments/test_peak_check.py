"""A second opinion on calls: what the trace does not bear out is told."""

from array import array
from dataclasses import replace

import pytest

from instruments.ladder import Bins
from instruments.peak_check import (
    Disagreement,
    Expected,
    Kind,
    Limits,
    Mark,
    ladder_of,
    look,
)
from instruments.peaks import find, lowered
from instruments.roles import Role
from instruments.sizing import best, fit
from instruments.standards import ILS_500, LIZ_500, LIZ_600, STANDARDS, named
from instruments.traces import TraceExport
from tests.instruments.runs_made import (
    PANEL,
    SAMPLE,
    ladder,
    place,
    run,
    sample,
    scan,
)


@pytest.fixture(scope="module")
def bins() -> Bins:
    found, opinion = ladder_of(ladder(), PANEL)
    assert found is not None
    assert not opinion.disagreements
    return found


def _told(
    trace: TraceExport,
    bins: Bins | None,
    calls: dict[str, list[str]] | None = None,
    role: Role = Role.SAMPLE,
) -> list[tuple[Kind, str, str]]:
    calls = SAMPLE if calls is None else calls
    opinion = look(trace, PANEL, Expected(calls, role), bins)
    return [(one.kind, one.marker, one.allele) for one in opinion.disagreements]


def test_calls_that_the_trace_bears_out_are_not_doubted(bins: Bins) -> None:
    assert _told(sample(), bins) == []
    opinion = look(sample(), PANEL, Expected(SAMPLE), bins)
    assert {marker: list(opinion.alleles(marker)) for marker in SAMPLE} == SAMPLE


def test_a_call_without_a_peak(bins: Bins) -> None:
    calls = {**SAMPLE, "TH": ["6", "8"]}
    assert _told(sample(), bins, calls) == [(Kind.CALL_WITHOUT_PEAK, "TH", "8")]


def test_a_peak_without_a_call(bins: Bins) -> None:
    calls = {**SAMPLE, "D3": ["8"]}
    assert _told(sample(), bins, calls) == [(Kind.PEAK_WITHOUT_CALL, "D3", "9.3")]


def test_an_allele_in_anothers_bin(bins: Bins) -> None:
    calls = {**SAMPLE, "D3": ["8", "10"]}
    assert _told(sample(), bins, calls) == [(Kind.WRONG_BIN, "D3", "10")]


def test_a_call_off_the_ladder_speaks_for_one_peak_that_is_left(bins: Bins) -> None:
    calls = {**SAMPLE, "D3": ["8", "OL"]}
    assert _told(sample(), bins, calls) == []


def test_a_marker_of_which_nothing_was_called_is_not_judged(bins: Bins) -> None:
    assert _told(sample(), bins, {"TH": ["6"]}) == []


def test_a_peak_below_the_threshold_needs_no_call(bins: Bins) -> None:
    faint = sample({1: {place("TH", "8"): 45}})
    assert _told(faint, bins) == []
    told = look(faint, PANEL, Expected(SAMPLE, threshold=40), bins).disagreements
    assert [one.kind for one in told] == [Kind.PEAK_WITHOUT_CALL]


@pytest.mark.parametrize(
    ("top", "height", "mark"),
    [
        (place("TH", "5"), 150, Mark.STUTTER),
        (place("TH", "7"), 70, Mark.STUTTER),
        (place("TH", "6") - 11, 300, Mark.ADENYLATION),
        (place("AMEL", "X") + 1, 100, Mark.PULL_UP),
    ],
)
def test_what_explains_a_peak_is_marked(
    bins: Bins, top: int, height: int, mark: Mark
) -> None:
    opinion = look(sample({1: {top: height}}), PANEL, Expected(SAMPLE), bins)
    near = (one for one in opinion.seen if abs(one.one.peak.scan - top) <= 2)
    marks = [one.mark for one in near if one.one.dye == 1]
    assert marks == [mark]
    assert not opinion.disagreements


def test_stutter_that_is_too_high_is_a_peak_without_a_call(bins: Bins) -> None:
    told = _told(sample({1: {place("TH", "5"): 600}}), bins)
    assert told == [(Kind.PEAK_WITHOUT_CALL, "TH", "5")]


def test_the_limits_are_those_that_a_laboratory_sets(bins: Bins) -> None:
    """Of all markers, or of one; a part that is lower explains nothing any more."""
    trace = sample({1: {place("TH", "5"): 150, place("AMEL", "X") + 1: 100}})
    own = Limits(markers={"TH": ((-1, 0.05),)}, pull_up=0.01)
    told = look(trace, PANEL, Expected(SAMPLE, limits=own), bins).disagreements
    found = {(one.marker, one.kind) for one in told}
    assert found >= {("TH", Kind.PEAK_WITHOUT_CALL)}
    wide = Limits(stutter=((-1, 0.7),))
    high = sample({1: {place("TH", "5"): 600}})
    assert not look(high, PANEL, Expected(SAMPLE, limits=wide), bins).disagreements


def test_a_saturated_scan_is_told_and_nothing_waits_for_it(bins: Bins) -> None:
    top = place("TH", "6")
    seen = look(
        replace(sample(), off_scale=array("i", [top])), PANEL, Expected(SAMPLE), bins
    ).disagreements
    assert [(one.kind, one.is_hard) for one in seen] == [(Kind.OFF_SCALE, False)]


def test_a_mixture_shows_at_two_loci(bins: Bins) -> None:
    more = {1: {place("D3", "11"): 900, place("TH", "8"): 800, place("TH", "5"): 900}}
    told = _told(sample(more), bins)
    assert (Kind.MIXTURE, "D3", "") in told
    assert (Kind.MIXTURE, "TH", "") in told
    one = {1: {place("D3", "11"): 900}}
    assert Kind.MIXTURE not in {kind for kind, *_ in _told(sample(one), bins)}


def test_peaks_in_a_negative(bins: Bins) -> None:
    told = _told(run([{place("TH", "6"): 200}]), bins, {}, Role.NEGATIVE)
    assert told == [(Kind.PEAK_IN_NEGATIVE, "TH", "6")]
    assert _told(run([{}]), bins, {}, Role.NEGATIVE) == []


def test_without_a_ladder_of_the_run_nothing_depends_on_bins(bins: Bins) -> None:
    calls = {**SAMPLE, "TH": ["8"]}
    told = look(sample(), PANEL, Expected(calls), None).disagreements
    assert [(one.kind, one.is_hard) for one in told] == [(Kind.OFF_RUN_LADDER, False)]
    told = look(sample(), PANEL, Expected(calls), bins, off_run=True).disagreements
    assert [one.kind for one in told] == [Kind.OFF_RUN_LADDER]


def test_a_ladder_that_lacks_an_allele_fails_at_its_marker() -> None:
    found, opinion = ladder_of(ladder(("TH", "7")), PANEL)
    assert found is not None
    assert found.failed == ("TH",)
    assert opinion.disagreements == (Disagreement(Kind.LADDER_FAILED, "TH"),)
    assert _told(sample(), found, {**SAMPLE, "TH": ["8"]}) == []


def test_a_size_standard_that_is_too_low_or_is_not_there() -> None:
    tops = [{place("TH", "6"): 500}]
    low = look(run(tops, standard=100), PANEL, Expected()).disagreements
    assert low[0].kind is Kind.STANDARD_LOW
    none = look(run(tops, fragments=(75, 160)), PANEL, Expected()).disagreements
    assert [one.kind for one in none] == [Kind.STANDARD_FAILED]
    assert ladder_of(run(tops, fragments=()), PANEL)[0] is None


def test_a_trace_without_points_shows_no_peaks() -> None:
    assert find(lowered(array("h")), 50) == ()


def test_a_file_whose_traces_are_closed() -> None:
    told = look(run([], closed=True), PANEL, Expected()).disagreements
    assert [one.kind for one in told] == [Kind.NO_TRACE]
    assert ladder_of(run([], closed=True), PANEL)[0] is None


class TestNames:
    def test_a_microvariant_between_two_alleles_of_the_ladder(self, bins: Bins) -> None:
        at = bins.size_of("TH", "6.2")
        assert at is not None
        assert abs(at - 177.5) < 0.3
        assert bins.name_of("TH", at) == "6.2"
        assert bins.name_of("TH", at + 0.5) == "OL"

    def test_beyond_the_ladder(self, bins: Bins) -> None:
        assert bins.name_of("TH", 187.5) == "9"
        assert bins.name_of("TH", 199.5) == "OL"
        assert bins.size_of("AMEL", "Z") is None
        assert bins.name_of("nobody", 100) == "OL"


class TestSizing:
    def test_each_fragment_has_its_own_size(self) -> None:
        dye = run([{}]).dyes[-1]
        curve = fit(find(lowered(dye.points), 50), LIZ_500)
        assert curve is not None
        for size in (75, 100, 200, 500):
            found = curve.size(curve.places[curve.sizes.index(size)])
            assert found == pytest.approx(size)
        assert curve.size(curve.places[0] - 50) is None
        assert str(curve.rounded(scan(125)))[:4] in {"124.", "125."}

    def test_between_fragments_by_local_southern(self) -> None:
        """Against the curve by which the scans were made, within a tenth."""
        dye = run([{}]).dyes[-1]
        curve = fit(find(lowered(dye.points), 50), LIZ_500)
        assert curve is not None
        for size in range(110, 480, 7):
            assert curve.size(scan(size)) == pytest.approx(size, abs=0.15)

    def test_peaks_of_dirt_are_no_fragments(self) -> None:
        tops = {scan(size): 700 for size in LIZ_500.sizes} | {700: 6000, 2222: 400}
        dye = run([tops]).dyes[0]
        curve = fit(find(lowered(dye.points), 50), LIZ_500)
        assert curve is not None
        assert [round(place) for place in curve.places] == [
            scan(size) for size in LIZ_500.sizes
        ]

    def test_a_run_that_ended_early(self) -> None:
        dye = run([{}], fragments=LIZ_500.sizes[:-3]).dyes[-1]
        curve = best(find(lowered(dye.points), 50), [LIZ_500])
        assert curve is not None
        assert curve.sizes[-1] == 400

    def test_the_standard_is_recognised(self) -> None:
        dye = run([{}], fragments=ILS_500.sizes).dyes[-1]
        curve = best(find(lowered(dye.points), 50), [ILS_500, *STANDARDS])
        assert curve is not None
        assert curve.standard.name == "ILS 500"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("GeneScan 600 LIZ", "LIZ 600"),
            ("GS600LIZ(60-600)+Normalization", "LIZ 600"),
            ("GS500LIZ(75-450)", "LIZ 500"),
            ("CC5 ILS 500 IDX", "ILS 500"),
            ("Promega_CC5_ILS", "ILS 500"),
            ("WEN ILS 500", "ILS 500"),
            ("ILS 600", "ILS 600"),
            ("BTO 550", "BTO 550"),
        ],
    )
    def test_names_of_standards(self, text: str, name: str) -> None:
        found = named(text)
        assert found is not None
        assert found.name == name

    def test_a_standard_that_nobody_knows(self) -> None:
        assert named("of our own") is None
        assert LIZ_600.within(80, 200).sizes[0] == 80
