"""The electropherogram of one injection: each dye with its calls and thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments import InstrumentError
from instruments.peak_check import Opinion, Seen, shown
from instruments.second_opinion import answer
from instruments.sizing import Curve
from instruments.traces import Dye, TraceExport
from lims.batches.kits import Kit
from lims.batches.wells import WellView
from lims.errors import NotFound
from lims.results import looking, opinions
from lims.results.queries_traces import ladders, trace_of
from lims.results.readable import Injection
from lims.store import Store
from lims.web.decimated import columns, path

WIDE, TALL = 1000, 150
"""Of a drawing: columns, and units of height."""

ROOM = 1.15
"""How much higher than its highest peak a drawing is, for the names above."""

BEFORE = -1.0
"""The place of a scan that the size standard does not reach: it is not drawn."""

LEAST_TOP = 200
"""RFU; a dye without peaks is not blown up to show its noise."""


@dataclass(frozen=True, order=True)
class Label:
    """A name above a place of a drawing."""

    x: int
    y: int
    text: str
    height: int
    """RFU."""


@dataclass(frozen=True)
class Drawing:
    """One dye."""

    name: str
    letter: str
    path: str
    top: int
    """RFU of the upper edge."""
    lines: tuple[int, ...]
    """Where the analytical and the stochastic threshold lie."""
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Axis:
    """Where each scan lies, in base pairs or in scans."""

    places: Sequence[float]
    low: float
    high: float
    step: int
    """From a mark to the next."""

    def column(self, place: float) -> int:
        return round((place - self.low) * WIDE / (self.high - self.low))

    def ticks(self) -> tuple[tuple[int, int], ...]:
        first = -int(-self.low // self.step) * self.step
        marks = range(first, int(self.high) + 1, self.step)
        return tuple((self.column(one), one) for one in marks)


@dataclass(frozen=True)
class Electropherogram:
    drawings: tuple[Drawing, ...]
    ticks: tuple[tuple[int, int], ...]
    """Column and base pairs, or scans, of the marks below each dye."""
    is_sized: bool
    told: tuple[str, ...]
    """What the peak check says of the calls."""


def has_trace(session: Session, injection: Injection) -> bool:
    return trace_of(session, injection) is not None


def electropherogram(
    session: Session, store: Store, injection: Injection, well: WellView, kit: Kit
) -> Electropherogram:
    """Drawn from the sealed original; NotFound where no trace of it is kept."""
    found = trace_of(session, injection)
    if found is None:
        raise NotFound("No trace of this injection was taken in.")
    trace = looking.opened(session, store, found[1])
    best = next(iter(ladders(session, injection.plate_id)), None)
    bins = None if best is None or best.bins is None else opinions.as_bins(best.bins)
    ask = opinions.asked(kit, well.role, injection.calls, bins)
    try:
        said = answer(trace, ask)
    except InstrumentError as error:  # no panel of this kit: drawn, and not judged
        return drawn(trace, Opinion(None), {}, kit, (error.public,))
    told = tuple(one.sentence for one in opinions.verdicts(said, well.position))
    called = {
        marker: {str(call[0]) for call in calls}
        for marker, calls in injection.calls.items()
    }
    return drawn(trace, said.opinion, called, kit, told)


def drawn(
    trace: TraceExport,
    opinion: Opinion,
    called: dict[str, set[str]],
    kit: Kit,
    told: tuple[str, ...],
) -> Electropherogram:
    """In base pairs where the size standard was found, in scans elsewhere."""
    axis = _axis(trace, opinion.curve)
    drawings = []
    for dye in trace.dyes:
        named = [
            one
            for one in opinion.seen
            if one.one.dye == dye.number and one.allele in called.get(one.marker, ())
        ]
        drawings.append(_drawing(dye, axis, named, kit))
    is_sized = opinion.curve is not None
    return Electropherogram(tuple(drawings), axis.ticks(), is_sized, told)


def _axis(trace: TraceExport, curve: Curve | None) -> Axis:
    scans = range(trace.points)
    if curve is None:
        return Axis(scans, 0.0, float(max(1, trace.points - 1)), 1000)
    sizes = [curve.size(one) for one in scans]
    places = [BEFORE if one is None else one for one in sizes]
    return Axis(places, curve.sizes[0], curve.sizes[-1], 50)


def _drawing(dye: Dye, axis: Axis, named: Sequence[Seen], kit: Kit) -> Drawing:
    points = shown(dye)
    cut = columns(axis.places[: len(points)], points, (axis.low, axis.high), WIDE)
    highest = max((one.high for one in cut), default=0)
    top = round(max(LEAST_TOP, highest) * ROOM)
    both = (kit.analytical_threshold, kit.stochastic_threshold)
    lines = tuple(_level(rfu, top) for rfu in both if rfu <= top)
    labels = sorted(_label(one, axis, top) for one in named)
    return Drawing(
        dye.name, dye.letter, path(cut, top, TALL), top, lines, tuple(labels)
    )


def _label(seen: Seen, axis: Axis, top: int) -> Label:
    height = seen.one.peak.height
    text = f"{seen.marker} {seen.allele}"
    return Label(axis.column(seen.one.size), _level(height, top) - 3, text, height)


def _level(rfu: int, top: int) -> int:
    return round(TALL - rfu * TALL / top)
