"""A picture of a trace as SVG, dye by dye: on paper and in a browser without script."""

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.ladder import WINDOW
from instruments.picture import Line, Picture, Range
from lims.batches.kits import Kit
from lims.web.decimated import columns, edges, level, path
from lims.web.overlay import CALL, Note

WIDE, TALL = 760, 120
"""Of a drawing: columns, and units of height."""

ROOM = 1.15
"""How much higher than its highest peak a drawing is."""

LEAST_TOP = 200
"""RFU; a dye without peaks is not blown up to show its noise."""

AROUND = 10
"""Base pairs that are drawn beyond the markers."""

SIGN = 6.5
"""Units that one sign of a text takes, so that no two overlap."""

LINE = 13
"""Units from one row of texts to the next."""


@dataclass(frozen=True)
class Axis:
    """What lies between the edges of each drawing: base pairs, or scans."""

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
class Label:
    """A word below a place of a drawing."""

    x: int
    y: int
    text: str
    kind: str
    peak: int
    """Where its peak ends above."""


@dataclass(frozen=True)
class Drawing:
    """One dye of one injection."""

    line: Line
    top: int
    """RFU of the upper edge."""
    path: str
    bands: str
    """The bins of the ladder, as one path."""
    ranges: tuple[tuple[int, int, str], ...]
    """Column, width and name of each marker."""
    thresholds: tuple[tuple[int, int, int], ...]
    """Height in the drawing, RFU, and the height of its number."""
    fragments: tuple[tuple[int, str], ...]
    """Column and base pairs of the size standard's."""
    labels: tuple[Label, ...]
    tall: int
    """Units below the line of nothing that the labels take."""


def axis_of(drawn: Picture) -> Axis:
    """The markers' extent where they are known; else all that was measured."""
    places = drawn.places
    if not drawn.is_sized or not places:
        return Axis(0.0, float(max(1, len(places) - 1)), 1000)
    low, high = places[0], places[-1]
    if drawn.ranges:
        low = max(low, min(one.low for one in drawn.ranges) - AROUND)
        high = min(high, max(one.high for one in drawn.ranges) + AROUND)
    return Axis(low, max(high, low + 1), 50)


def tops(drawn: Picture, axis: Axis) -> dict[int, int]:
    """RFU of the upper edge of each dye."""
    cuts = edges(drawn.places, (axis.low, axis.high), 1)
    found = {}
    for line, points in zip(drawn.lines, drawn.points, strict=True):
        within = points[cuts[0] : cuts[1]]
        found[line.number] = round(max(LEAST_TOP, *within, 0) * ROOM)
    return found


def drawings(
    drawn: Picture, axis: Axis, top: dict[int, int], notes: Sequence[Note], kit: Kit
) -> tuple[Drawing, ...]:
    cuts = edges(drawn.places, (axis.low, axis.high), WIDE)
    both = (kit.analytical_threshold, kit.stochastic_threshold)
    found = []
    for line, points in zip(drawn.lines, drawn.points, strict=True):
        edge = top[line.number]
        own = [one for one in drawn.ranges if one.dye == line.number]
        here = [one for one in notes if one.dye == line.number]
        labels = _labels(here, axis, edge)
        found.append(
            Drawing(
                line=line,
                top=edge,
                path=path(columns(cuts, points), edge, TALL),
                bands=_bands(own, axis),
                ranges=tuple(_range(one, axis) for one in own),
                thresholds=_levels(both, edge),
                fragments=_fragments(drawn, axis) if line.is_standard else (),
                labels=labels,
                tall=max((one.y for one in labels), default=0),
            )
        )
    return tuple(found)


def _levels(thresholds: Sequence[int], top: int) -> tuple[tuple[int, int, int], ...]:
    """From the lowest up; numbers that would overlap stand one above the other."""
    found, free = [], TALL + LINE
    for rfu in sorted(thresholds):
        if rfu <= top:
            y = level(rfu, top, TALL)
            free = min(y + 4, free - LINE + 2)
            found.append((y, rfu, free))
    return tuple(found)


def _fragments(drawn: Picture, axis: Axis) -> tuple[tuple[int, str], ...]:
    return tuple(
        (axis.column(one), f"{one:g}")
        for one in drawn.fragments
        if axis.low <= one <= axis.high
    )


def _bands(ranges: Sequence[Range], axis: Axis) -> str:
    wide = max(1, round(2 * WINDOW * WIDE / (axis.high - axis.low)))
    places = [axis.column(at - WINDOW) for one in ranges for _, at in one.bins]
    return "".join(f"M{x} 0h{wide}v{TALL}h-{wide}z" for x in places)


def _range(one: Range, axis: Axis) -> tuple[int, int, str]:
    x = max(0, axis.column(one.low))
    return x, max(1, min(WIDE, axis.column(one.high)) - x), one.marker


def _labels(notes: Sequence[Note], axis: Axis, top: int) -> tuple[Label, ...]:
    """Each in the first row in which it has room; calls first: they stand highest."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for one in sorted(notes, key=lambda note: (note.kind != CALL, note.at)):
        x = axis.column(one.at)
        if not 0 <= x <= WIDE:
            continue
        text = f"{one.text} / {one.height}" if one.kind == CALL else one.text
        half = (len(text) + 1) * SIGN / 2
        row = _row(rows, (x - half, x + half))
        peak = level(one.height, top, TALL)
        found.append(Label(x, (row + 1) * LINE, text, one.kind, peak))
    return tuple(found)


def _row(rows: list[list[tuple[float, float]]], wanted: tuple[float, float]) -> int:
    """The first row that is free there; it is taken."""
    left, right = wanted
    for number, row in enumerate(rows):
        if all(right <= begin or end <= left for begin, end in row):
            row.append(wanted)
            return number
    rows.append([wanted])
    return len(rows) - 1
