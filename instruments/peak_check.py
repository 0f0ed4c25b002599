"""The calls of an injection, held against its trace: a second opinion.

The analyst's calls stay the calls. What the trace does not bear out is told, each thing
by itself: a call without a peak, a peak without a call, an allele in another's bin, a
size standard or a ladder that fails. What explains a peak without a call is marked, and
is no disagreement: it is pulled up by another dye, or lies where stutter is expected.
Without a ladder of the same run nothing is told that depends on its bins.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from instruments.ladder import OFF_LADDER, WINDOW, Bins, Sized, bins, sized
from instruments.panels import Panel, PanelMarker
from instruments.peaks import Found, find, lowered
from instruments.roles import Role
from instruments.sizing import Curve, best
from instruments.standards import STANDARDS, named
from instruments.traces import CEILING, Dye, TraceExport

LOWEST = 30
"""RFU; peaks below it are not looked for, whatever the threshold."""

LADDER_LOWEST = 50
"""RFU; no allele of a ladder is lower."""

NEAR = 0.8
"""Base pairs off its place at which a called allele's peak is still that allele's."""

APART = 1.6
"""Base pairs; a peak so near a call's place is that call's, in another bin."""

HIGH = 0.10
"""The part of the highest dye from which on a saturated scan speaks of another."""

SAME_PLACE = 3.0
"""Scans between a peak and what it pulls up."""

MIXTURE_LOCI, PERSON = 2, 2
"""Loci with more alleles than one person has, from which on it is a mixture (E1)."""

MINOR = 0.10
"""The part of a marker's highest peak from which on a peak speaks for a person more."""


@dataclass(frozen=True)
class Limits:
    """The highest part of a peak that another may be, to be explained by it.

    These are usual limits of validations, which those of the kit replace.
    """

    stutter: Sequence[tuple[int, float]] = ((-1, 0.20), (1, 0.06), (-2, 0.06))
    """Repeats that stutter lies apart from its allele, and how high it may be."""
    markers: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)
    """Of single markers, where theirs differ."""
    minus_a: float = 0.35
    """One base before the allele."""
    pull_up: float = 0.10
    """Light that shines into another dye."""
    off_scale_pull_up: float = 0.40
    """The same of a peak that is off scale."""

    def of(self, marker: str) -> Sequence[tuple[int, float]]:
        return self.markers.get(marker, self.stutter)


class Kind(StrEnum):
    """What the trace says against the calls."""

    CALL_WITHOUT_PEAK = "call without peak"
    LADDER_FAILED = "ladder failed"
    MIXTURE = "mixture"
    NO_TRACE = "no trace"
    OFF_RUN_LADDER = "off-run ladder"
    OFF_SCALE = "off scale"
    PEAK_IN_NEGATIVE = "peak in a negative"
    PEAK_WITHOUT_CALL = "peak without call"
    STANDARD_FAILED = "size standard failed"
    STANDARD_LOW = "size standard low"
    WRONG_BIN = "wrong bin"


NOTES = frozenset({Kind.OFF_RUN_LADDER, Kind.OFF_SCALE})
"""Kinds that speak of no wrong call: told, and nothing waits for them."""


class Mark(StrEnum):
    """What explains a peak that is not called."""

    ADENYLATION = "minus A"
    PULL_UP = "pull-up"
    SPIKE = "spike"
    STUTTER = "stutter"


@dataclass(frozen=True)
class Disagreement:
    """One thing that calls and trace do not tell alike."""

    kind: Kind
    marker: str = ""
    allele: str = ""
    dye: int = 0
    scan: int = 0
    size: float = 0.0
    """Base pairs."""
    height: int = 0
    """RFU."""

    @property
    def is_hard(self) -> bool:
        """Whether a person has to look, or is only told."""
        return self.kind not in NOTES


@dataclass(frozen=True)
class Seen:
    """A peak within a marker's range, by what it is taken for."""

    marker: str
    allele: str
    """By the bins; empty where there are none."""
    one: Sized
    mark: Mark | None = None
    off_scale: bool = False


@dataclass(frozen=True)
class Opinion:
    """What the trace of one injection shows."""

    curve: Curve | None
    seen: tuple[Seen, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    def alleles(self, marker: str) -> tuple[str, ...]:
        """The names of a marker's peaks that nothing else explains."""
        own = (one for one in self.seen if one.marker == marker and one.mark is None)
        return tuple(dict.fromkeys(one.allele for one in own))


@dataclass(frozen=True)
class Expected:
    """What the laboratory knows of an injection besides its trace."""

    calls: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Marker to called alleles; of a marker that is not there nothing is known."""
    role: Role = Role.SAMPLE
    threshold: int = 50
    """RFU; the analytical threshold: what is lower need not be called."""
    thresholds: Mapping[int, int] = field(default_factory=dict)
    """Of single dyes, where they differ."""
    limits: Limits = field(default_factory=Limits)

    def least(self, dye: int) -> int:
        return self.thresholds.get(dye, self.threshold)


def look(
    trace: TraceExport,
    panel: Panel,
    expected: Expected,
    ladder: Bins | None = None,
    *,
    off_run: bool = False,
) -> Opinion:
    """The second opinion on one injection; `ladder` are the bins of its run.

    `off_run` says that the bins are those of another run: names are then a hint.
    """
    if not trace.dyes:
        return Opinion(None, (), (Disagreement(Kind.NO_TRACE),))
    found = _found(trace, min(LOWEST, expected.threshold))
    curve = curve_of(trace, panel, found.get(trace.standard_dye, ()))
    if curve is None:
        failed = Disagreement(Kind.STANDARD_FAILED, dye=trace.standard_dye)
        return Opinion(None, (), (failed,))
    told = list(_of_standard(trace, curve))
    seen = tuple(_seen(panel, found, curve, ladder, expected))
    told += _of_scale(seen)
    if expected.role is Role.NEGATIVE:
        told += _of_negative(seen)
    elif expected.role is not Role.LADDER:
        told += _of_mixture(seen)
        if ladder is None or off_run:
            told.append(Disagreement(Kind.OFF_RUN_LADDER))
        else:
            told += _of_calls(panel, seen, expected, ladder)
    return Opinion(curve, seen, tuple(told))


def ladder_of(trace: TraceExport, panel: Panel) -> tuple[Bins | None, Opinion]:
    """The bins of a run from its ladder, and what is wrong with the ladder itself."""
    if not trace.dyes:
        return None, Opinion(None, (), (Disagreement(Kind.NO_TRACE),))
    found = _found(trace, LADDER_LOWEST)
    curve = curve_of(trace, panel, found.pop(trace.standard_dye, ()))
    if curve is None:
        failed = Disagreement(Kind.STANDARD_FAILED, dye=trace.standard_dye)
        return None, Opinion(None, (), (failed,))
    run = bins(panel, sized(curve, found))
    failed_markers = [
        Disagreement(Kind.LADDER_FAILED, marker=marker) for marker in run.failed
    ]
    told = (*_of_standard(trace, curve), *failed_markers)
    return run, Opinion(curve, (), told)


def curve_of(trace: TraceExport, panel: Panel, peaks: Sequence[Found]) -> Curve | None:
    """The size standard: the kit's first, then the file's, then whichever fits.

    A file's word on it is not relied on, nor is the kit's where a laboratory runs it
    with another.
    """
    told = [named(panel.size_standard), named(trace.size_standard)]
    order = dict.fromkeys(one for one in (*told, *STANDARDS) if one is not None)
    first, *others = order
    return best(peaks, [first]) or best(peaks, others)


def shown(dye: Dye) -> "array[int]":
    """The trace without its baseline: the software's, or ours where it has none."""
    whole = len(dye.analysed) == len(dye.points)
    return dye.analysed if whole else lowered(dye.points)


def _found(trace: TraceExport, threshold: int) -> dict[int, tuple[Found, ...]]:
    return {
        dye.number: tuple(
            peak._replace(off_scale=peak.off_scale or dye.points[peak.scan] >= CEILING)
            for peak in find(shown(dye), threshold, trace.off_scale)
        )
        for dye in trace.dyes
    }


def _of_standard(trace: TraceExport, curve: Curve) -> list[Disagreement]:
    low = min(curve.heights)
    if low >= curve.standard.least:
        return []
    return [Disagreement(Kind.STANDARD_LOW, dye=trace.standard_dye, height=low)]


def _seen(
    panel: Panel,
    found: Mapping[int, Sequence[Found]],
    curve: Curve,
    ladder: Bins | None,
    expected: Expected,
) -> list[Seen]:
    """The peaks of each marker at the threshold or above, and what explains each."""
    all_sized = sized(curve, found)
    listed = []
    for marker in panel.markers:
        own = [
            one
            for one in all_sized
            if one.dye == marker.dye
            and marker.low <= one.size <= marker.high
            and one.peak.height >= expected.least(one.dye)
        ]
        for one in own:
            allele = "" if ladder is None else ladder.name_of(marker.name, one.size)
            mark = _mark(marker, one, own, found, expected.limits)
            scale = one.peak.off_scale and _is_high(one, found)
            listed.append(Seen(marker.name, allele, one, mark, scale))
    return listed


def _mark(
    marker: PanelMarker,
    one: Sized,
    own: Sequence[Sized],
    found: Mapping[int, Sequence[Found]],
    limits: Limits,
) -> Mark | None:
    if one.peak.is_spike:
        return Mark.SPIKE
    if _is_pulled_up(one, found, limits):
        return Mark.PULL_UP
    for other in own:
        part = one.peak.height / other.peak.height
        apart = one.size - other.size
        for repeats, most in limits.of(marker.name):
            near = abs(apart - repeats * marker.repeat) <= NEAR
            if near and part <= most:
                return Mark.STUTTER
        if abs(apart + 1) <= NEAR / 2 and part <= limits.minus_a:
            return Mark.ADENYLATION
    return None


def _is_pulled_up(
    one: Sized, found: Mapping[int, Sequence[Found]], limits: Limits
) -> bool:
    for dye, peaks in found.items():
        if dye == one.dye:
            continue
        for peak in peaks:
            if abs(peak.middle - one.peak.middle) > SAME_PLACE:
                continue
            most = limits.off_scale_pull_up if peak.off_scale else limits.pull_up
            if one.peak.height <= most * peak.height:
                return True
    return False


def _is_high(one: Sized, found: Mapping[int, Sequence[Found]]) -> bool:
    """The light of a saturated scan shows in every dye; in most as next to nothing."""
    return all(
        HIGH * peak.height <= one.peak.height
        for dye, peaks in found.items()
        if dye != one.dye
        for peak in peaks
        if abs(peak.middle - one.peak.middle) <= SAME_PLACE
    )


def _of_scale(seen: Sequence[Seen]) -> list[Disagreement]:
    return [_about(Kind.OFF_SCALE, one) for one in seen if one.off_scale]


def _of_negative(seen: Sequence[Seen]) -> list[Disagreement]:
    return [_about(Kind.PEAK_IN_NEGATIVE, one) for one in seen if one.mark is None]


def _of_mixture(seen: Sequence[Seen]) -> list[Disagreement]:
    counts: dict[str, int] = {}
    highest: dict[str, int] = {}
    for one in seen:
        so_far = highest.get(one.marker, 0)
        highest[one.marker] = max(so_far, one.one.peak.height)
    for one in seen:
        high = one.one.peak.height >= MINOR * highest[one.marker]
        if one.mark is None and one.allele != OFF_LADDER and high:
            counts[one.marker] = counts.get(one.marker, 0) + 1
    many = [marker for marker, count in counts.items() if count > PERSON]
    if len(many) < MIXTURE_LOCI:
        return []
    return [Disagreement(Kind.MIXTURE, marker=marker) for marker in many]


def _of_calls(
    panel: Panel, seen: Sequence[Seen], expected: Expected, ladder: Bins
) -> list[Disagreement]:
    told = []
    for marker in panel.markers:
        calls = expected.calls.get(marker.name)
        if calls is None or marker.name in ladder.failed:
            continue
        own = [one for one in seen if one.marker == marker.name]
        told += _of_marker(marker, list(dict.fromkeys(calls)), own, ladder)
    return told


def _of_marker(
    marker: PanelMarker, calls: list[str], own: list[Seen], ladder: Bins
) -> list[Disagreement]:
    told: list[Disagreement] = []
    taken: set[int] = set()
    for allele in calls:
        place = ladder.size_of(marker.name, allele)
        if place is None:
            continue  # OL, or a name that tells no repeats: nobody knows its place
        near = [one for one in own if abs(one.one.size - place) <= APART]
        best_of = min(near, key=lambda one: abs(one.one.size - place), default=None)
        if best_of is None:
            size = round(place, 2)
            told.append(
                Disagreement(
                    Kind.CALL_WITHOUT_PEAK, marker.name, allele, marker.dye, 0, size
                )
            )
            continue
        taken.add(id(best_of))
        off = abs(best_of.one.size - place)
        if off > NEAR or (best_of.allele not in {allele, OFF_LADDER} and off > WINDOW):
            told.append(_about(Kind.WRONG_BIN, best_of, allele))
    unnamed = [call for call in calls if ladder.size_of(marker.name, call) is None]
    rest = [one for one in own if id(one) not in taken and one.mark is None]
    # A call without a known place, such as OL, speaks for one peak that is left.
    told += [_about(Kind.PEAK_WITHOUT_CALL, one) for one in rest[len(unnamed) :]]
    return told


def _about(kind: Kind, seen: Seen, allele: str = "") -> Disagreement:
    one = seen.one
    return Disagreement(
        kind,
        seen.marker,
        allele or seen.allele,
        one.dye,
        one.peak.scan,
        round(one.size, 2),
        one.peak.height,
    )
