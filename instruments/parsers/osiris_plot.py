"""OSIRIS 2 plot (`.plt`): the traces of one injection, raw and analysed, with peaks."""

from array import array
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from instruments.errors import BadTable
from instruments.markup import Element, root_of, tree_of
from instruments.parsers import Parser
from instruments.records import Maturity, UnreadLine
from instruments.source import Source
from instruments.traces import Dye, Tags, TraceExport, TracePeak

ROOT = "plt"
MOST_POINTS = 100_000
LARGEST = 2**31 - 1
OF_PLOT = ("filename", "ilsChannel")
OF_CHANNEL = ("nr", "rawPoints", "analyzedPoints")
OF_PEAK = ("mean", "height", "PeakArea", "meanbps")


def claims(source: Source) -> bool:
    return root_of(source) == ROOT


def read(source: Source) -> TraceExport:
    plot = tree_of(source)
    dyes = tuple(_dye(channel) for channel in plot.all("channel"))
    numbers = [dye.number for dye in dyes]
    if not dyes or len(set(numbers)) < len(numbers):
        expected = "channels, each with a number of its own"
        raise BadTable("The plot has no channels, or one twice.", expected=expected)
    standard = _whole(plot, "ilsChannel")
    known = set(map(id, _known(plot)))
    return TraceExport(
        **PARSER.told(source),
        rows=len(dyes),
        unread_lines=tuple(
            UnreadLine(leaf.line, leaf.told())
            for leaf in plot.leaves()
            if id(leaf) not in known
        ),
        sample=plot.one("filename"),
        well="",
        instrument="",
        machine="",
        plate="",
        run="",
        role="",
        started="",
        size_standard=plot.one("parameters", "ls"),
        standard_dye=standard if standard in numbers else 0,
        dye_set="",
        tags=Tags(None),
        dyes=dyes,
        peaks=tuple(
            peak for channel in plot.all("channel") for peak in _peaks(channel)
        ),
    )


def _known(plot: Element) -> Iterator[Element]:
    """The elements that are read."""
    yield from (one for tag in OF_PLOT for one in plot.all(tag)[:1])
    yield from plot.all("parameters", "ls")[:1]
    for channel in plot.all("channel"):
        yield from (one for tag in OF_CHANNEL for one in channel.all(tag)[:1])
        for peak in channel.all("samplePeak"):
            yield from (one for tag in OF_PEAK for one in peak.all(tag)[:1])


def _dye(channel: Element) -> Dye:
    number = _whole(channel, "nr")
    letter = "BGYROP"[number - 1] if 1 <= number <= len("BGYROP") else ""
    raw, analysed = (_points(channel, tag) for tag in ("rawPoints", "analyzedPoints"))
    return Dye(number, "", letter, raw, analysed)


def _points(channel: Element, tag: str) -> "array[int]":
    """Heights, scan by scan."""
    texts = channel.one(tag).split()
    try:
        points = array("i", map(int, texts))
    except (ValueError, OverflowError) as error:
        raise BadTable(
            "A trace holds what is no whole number.",
            line=channel.line,
            column=tag,
            expected="heights, parted by blanks",
        ) from error
    if len(points) > MOST_POINTS:
        raise BadTable(
            f"A trace has {len(points)} points.",
            line=channel.line,
            expected=f"at most {MOST_POINTS}",
        )
    return points


def _peaks(channel: Element) -> Iterator[TracePeak]:
    number = _whole(channel, "nr")
    for peak in channel.all("samplePeak"):
        scan, height, area, size = (
            _number(peak, tag) for tag in ("mean", "height", "PeakArea", "meanbps")
        )
        yield TracePeak(
            dye=number,
            scan=round(scan),
            height=round(height),
            begin=0,
            end=0,
            area=round(area),
            told=float(size),
        )


def _whole(element: Element, tag: str) -> int:
    return round(_number(element, tag))


def _number(element: Element, tag: str) -> Decimal:
    text = element.one(tag)
    try:
        number = Decimal(text)
        if number.is_finite() and abs(number) <= LARGEST:
            return number
    except InvalidOperation:
        pass
    raise BadTable(
        line=element.line, column=tag, value=text, expected="a number of the plot"
    )


PARSER = Parser("OSIRIS plot", "1", Maturity.VERIFIED, claims, read)
