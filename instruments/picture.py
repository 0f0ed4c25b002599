"""What is drawn of a trace: made once where the file is read, and small.

Points without baseline, one for each scan that the size standard reaches, with what the
peak check saw in them. It packs into bytes that need no parser: the head as JSON, the
places as 32-bit floats, then the points of each dye as 16-bit whole numbers, all little
endian, so that a browser takes them as they are.
"""

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
import json
import sys
from typing import Any
import zlib

from instruments.ladder import Bins
from instruments.panels import Panel
from instruments.peak_check import Disagreement, Kind, Mark, Opinion, shown
from instruments.sizing import Curve
from instruments.traces import CEILING, Dye, TraceExport

MOST_SCANS = 65_536
"""No run has a third of it; what lies behind is not drawn."""

PLACE, POINT = "f", "h"
"""How a place and a point are packed: four bytes and two."""


@dataclass(frozen=True)
class Line:
    """One dye."""

    number: int
    name: str
    letter: str
    is_standard: bool = False


@dataclass(frozen=True)
class Range:
    """Where a marker's alleles lie, in base pairs; its bins are those of the run."""

    marker: str
    dye: int
    low: float
    high: float
    bins: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Spot:
    """A peak within a marker's range."""

    marker: str
    allele: str
    """By the bins of the run; empty where there are none."""
    dye: int
    at: float
    """Base pairs."""
    height: int
    """RFU."""
    mark: str = ""
    """What explains it, where it need not be called."""


@dataclass(frozen=True)
class Picture:
    is_sized: bool
    lines: tuple[Line, ...]
    places: "array[float]" = field(repr=False)
    """Base pairs of each scan, ascending; numbers of scans where nothing was sized."""
    points: "tuple[array[int], ...]" = field(repr=False)
    """RFU of each dye, in the order of `lines`."""
    ranges: tuple[Range, ...] = ()
    fragments: tuple[float, ...] = ()
    """Base pairs of the size standard's fragments that were found."""
    spots: tuple[Spot, ...] = ()
    told: tuple[Disagreement, ...] = ()
    """What the peak check said of the calls of that hour."""
    is_judged: bool = True
    """Whether a panel of the kit is known."""

    @property
    def arrays(self) -> bytes:
        """Places and points, one after the other."""
        return b"".join([_little(self.places), *map(_little, self.points)])


def picture(
    trace: TraceExport,
    opinion: Opinion | None,
    panel: Panel | None = None,
    bins: Bins | None = None,
) -> Picture:
    """In base pairs where the size standard was found, in scans elsewhere."""
    curve = None if opinion is None else opinion.curve
    scans, places = _places(trace, curve)
    return Picture(
        is_sized=curve is not None,
        lines=tuple(_line(dye, trace.standard_dye) for dye in trace.dyes),
        places=places,
        points=tuple(_points(dye, scans) for dye in trace.dyes),
        ranges=() if panel is None or curve is None else _ranges(panel, bins),
        fragments=() if curve is None else curve.sizes,
        spots=() if opinion is None else tuple(_spots(opinion)),
        told=() if opinion is None else opinion.disagreements,
        is_judged=opinion is not None,
    )


def packed(one: Picture) -> bytes:
    head = {
        "sized": one.is_sized,
        "judged": one.is_judged,
        "count": len(one.places),
        "lines": [asdict(line) for line in one.lines],
        "ranges": [asdict(band) for band in one.ranges],
        "fragments": one.fragments,
        "spots": [asdict(spot) for spot in one.spots],
        "told": [asdict(said) for said in one.told],
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(len(told).to_bytes(4, "little") + told + one.arrays)


def unpacked(kept: bytes) -> Picture:
    whole = zlib.decompress(kept)
    start = 4 + int.from_bytes(whole[:4], "little")
    head = json.loads(whole[4:start])
    count, dyes = head["count"], len(head["lines"])
    places = _read(PLACE, whole[start : start + 4 * count])
    start += 4 * count
    points = tuple(
        _read(POINT, whole[start + 2 * count * at : start + 2 * count * (at + 1)])
        for at in range(dyes)
    )
    return Picture(
        is_sized=head["sized"],
        lines=tuple(Line(**line) for line in head["lines"]),
        places=places,
        points=points,
        ranges=tuple(_range(band) for band in head["ranges"]),
        fragments=tuple(head["fragments"]),
        spots=tuple(Spot(**spot) for spot in head["spots"]),
        told=tuple(_said(said) for said in head["told"]),
        is_judged=head["judged"],
    )


def _places(trace: TraceExport, curve: Curve | None) -> "tuple[range, array[float]]":
    """The scans that are drawn, and where; each lies beyond the one before it."""
    every = range(min(trace.points, MOST_SCANS))
    if curve is None:
        return every, array(PLACE, every)
    sized = [(scan, curve.size(scan)) for scan in every]
    known = [(scan, size) for scan, size in sized if size is not None]
    places = array(PLACE, (size for _, size in known))
    falls = next((n for n, (a, b) in enumerate(pairwise(places), 1) if b <= a), None)
    scans = range(known[0][0], known[0][0] + len(known)) if known else range(0)
    return scans[:falls], places[:falls]


def _points(dye: Dye, scans: range) -> "array[int]":
    whole = shown(dye)
    own = (max(-CEILING, min(CEILING, one)) for one in whole[scans.start : scans.stop])
    found = array(POINT, own)
    found.extend([0] * (len(scans) - len(found)))
    return found


def _line(dye: Dye, standard: int) -> Line:
    return Line(dye.number, dye.name, dye.letter, dye.number == standard)


def _ranges(panel: Panel, bins: Bins | None) -> tuple[Range, ...]:
    known = {} if bins is None else bins.alleles
    return tuple(
        Range(
            one.name,
            one.dye,
            one.low,
            one.high,
            tuple((allele, round(at, 2)) for allele, at in known.get(one.name, ())),
        )
        for one in panel.markers
    )


def _spots(opinion: Opinion) -> Sequence[Spot]:
    return [
        Spot(
            one.marker,
            one.allele,
            one.one.dye,
            round(one.one.size, 2),
            one.one.peak.height,
            "" if one.mark is None else Mark(one.mark).value,
        )
        for one in opinion.seen
    ]


def _range(told: dict[str, Any]) -> Range:
    bins = tuple((str(allele), float(at)) for allele, at in told.pop("bins"))
    return Range(**told, bins=bins)


def _said(told: dict[str, Any]) -> Disagreement:
    return Disagreement(Kind(told.pop("kind")), **told)


def _little(numbers: "array[Any]") -> bytes:
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _read(kind: str, content: bytes) -> "array[Any]":
    found = array(kind, content)
    if sys.byteorder == "big":
        found.byteswap()
    return found
