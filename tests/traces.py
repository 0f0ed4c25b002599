"""Trace files of a plate of our own making. No real person's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from instruments.panels import Panel, PanelMarker, panel
from instruments.standards import LIZ_600
from lims.batches.wells import WellView
from lims.demo import traces
from tests.instruments.abif_made import Made, c_text, pascal, run_tags, trace

POINTS = 7400
WIDTH = 2.5
DYES = (1, 2, 3, 4, 6)

found = panel("GlobalFiler")
assert found is not None
GLOBALFILER: Panel = found


def scan(size: float) -> int:
    return round(400 + 10 * size + 0.002 * size * size)


def place(marker: PanelMarker, allele: str) -> int:
    """Where this run shows an allele: the first of the ladder 5 bp inside its range."""
    return scan(traces.place(marker, allele))


def injected(
    well: WellView, calls: Mapping[str, Sequence[str]], stretch: float = 1.0
) -> bytes:
    """The `.fsa` of a well that shows these alleles, 1,500 RFU each.

    `stretch` makes the run longer: so many times the scans.
    """
    # A speck at the start, so that no two dyes are the same bytes.
    tops: dict[int, dict[int, int]] = {dye: {20 + dye: 9} for dye in DYES}
    for marker in GLOBALFILER.markers:
        for allele in calls.get(marker.name, ()):
            tops[marker.dye][place(marker, allele)] = 1500
    shown = {**tops, 5: {scan(size): 900 for size in LIZ_600.sizes}}
    six = [_run(shown[dye], stretch) for dye in range(1, 7)]
    tags = run_tags(well.name, six)
    tags["CTID", 1] = c_text(well.plate)
    tags["TUBE", 1] = pascal(well.position)
    return Made(tags).content()


def _run(tops: Mapping[int, int], stretch: float) -> list[int]:
    far = {round(scan * stretch): height for scan, height in tops.items()}
    return trace(round(POINTS * stretch), far, WIDTH * stretch)


def ladder(well: WellView, stretch: float = 1.0) -> bytes:
    every = {one.name: one.alleles for one in GLOBALFILER.markers}
    return injected(well, every, stretch)


def other(well: WellView, **changes: str) -> WellView:
    """The same well with another name or position."""
    return replace(well, **changes)  # type: ignore[arg-type] # texts alone are changed
