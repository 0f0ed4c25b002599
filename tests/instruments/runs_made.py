"""A run of a made-up kit: its ladder and its samples, as traces, with known sizes."""

from array import array
from collections.abc import Mapping, Sequence

from instruments.panels import Panel, PanelMarker
from instruments.records import Maturity
from instruments.standards import LIZ_500
from instruments.traces import Dye, Tags, TraceExport
from tests.instruments.abif_made import trace

PANEL = Panel(
    "Made up",
    "LIZ 500",
    (
        PanelMarker(
            "D3",
            1,
            4,
            100,
            150,
            ("8", "9", "9.3", "10", "11"),
            (108, 112, 115, 116, 120),
        ),
        PanelMarker("TH", 1, 4, 160, 220, ("5", "6", "7", "8"), (170, 174, 178, 182)),
        PanelMarker("AMEL", 2, 6, 100, 120, ("X", "Y"), (104, 110)),
    ),
)
SHIFT = 1.5
"""Base pairs by which all alleles run apart from their lengths."""

POINTS = 6200


def scan(size: float) -> int:
    """Where a fragment of this size comes out; each base pair a little later."""
    return round(400 + 10 * size + 0.002 * size * size)


def place(marker: str, allele: str) -> int:
    one = next(one for one in PANEL.markers if one.name == marker)
    length = dict(zip(one.alleles, one.lengths, strict=True))[allele]
    return scan(length + SHIFT)


def run(
    tops: Sequence[Mapping[int, int]],
    *,
    standard: int = 800,
    fragments: Sequence[int] = LIZ_500.sizes,
    off_scale: Sequence[int] = (),
    closed: bool = False,
) -> TraceExport:
    """An injection with these peaks in its dyes (scan to RFU) and its size standard."""
    traces = {number: trace(POINTS, one, 2.5) for number, one in enumerate(tops, 1)}
    traces[5] = trace(POINTS, {scan(one): standard for one in fragments}, 2.5)
    dyes = () if closed else tuple(_dye(*one) for one in traces.items())
    return TraceExport(
        parser="made",
        version="1",
        maturity=Maturity.VERIFIED,
        sha256="",
        rows=len(dyes),
        sample="S1",
        well="A01",
        instrument="3500",
        machine="",
        plate="",
        run="",
        role="",
        started="",
        size_standard="",
        standard_dye=5,
        dye_set="G5",
        dyes=dyes,
        off_scale=array("i", off_scale),
        tags=Tags(None),
    )


def _dye(number: int, points: list[int]) -> Dye:
    return Dye(number, "", "BGYRO"[number - 1], array("h", points), array("h"))


def ladder(lacking: tuple[str, str] | None = None) -> TraceExport:
    tops: list[dict[int, int]] = [{}, {}]
    for marker in PANEL.markers:
        for allele in marker.alleles:
            if (marker.name, allele) != lacking:
                tops[marker.dye - 1][place(marker.name, allele)] = 600
    return run(tops)


SAMPLE = {"D3": ["8", "9.3"], "TH": ["6"], "AMEL": ["X", "Y"]}


def sample(extra: Mapping[int, Mapping[int, int]] | None = None) -> TraceExport:
    tops: list[dict[int, int]] = [{}, {}]
    for marker in PANEL.markers:
        for allele in SAMPLE[marker.name]:
            tops[marker.dye - 1][place(marker.name, allele)] = 1500
    for dye, more in (extra or {}).items():
        tops[dye - 1] |= more
    return run(tops)
