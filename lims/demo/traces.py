"""Trace files of the demo, as an instrument of six dyes writes them: invented light.

Peaks of the run's own calls over a little noise, with the stutter before each and the
fragments of the size standard. Good enough to look at; no model to validate anything.
"""

from collections.abc import Mapping
from math import exp
from random import Random
import struct

from instruments.panels import Panel, PanelMarker, panel
from instruments.standards import LIZ_600
from instruments.traces import CEILING
from lims.batches.markers import canonical
from lims.demo.bones import OFF_LADDER, Typing
from lims.demo.exports import Injected, Run

POINTS = 9_200
RAW = (1, 2, 3, 4, 105, 106)
"""Numbers of the tags that hold the raw light of each dye."""
NAMES = ("6-FAM", "VIC", "NED", "TAZ", "LIZ", "SID")
STANDARD, FRAGMENT = 5, 800
"""The dye of the size standard, and the height of its fragments."""
STUTTER = 0.07
WIDTH = 2.8
"""Scans; half of the distance between the flanks of a peak."""
NOISE = 4.0
"""RFU."""
MARGIN = 5.0
"""Base pairs from the beginning of a marker's range to its first allele."""
HEADER = 128
"""Bytes before the first tag of a file."""

SEXES = ("X", "Y")
"""Alleles without repeats."""

Shown = Mapping[str, list[tuple[str, int]]]
"""By marker: alleles with their heights in RFU."""

Tag = tuple[int, int, bytes]
"""Kind of value, bytes of one, and all of them (ABIF 1.01)."""


Peaks = dict[int, list[tuple[float, float]]]
"""By dye: base pairs and height of each."""


def trace(run: Run, one: Injected, *, is_ladder: bool, chance: Random) -> bytes:
    """The trace file of a well; of a kit whose panel is known."""
    of_kit = panel(run.kit.name)
    if of_kit is None:
        raise LookupError(run.kit.name)
    shown = _rungs(of_kit, chance) if is_ladder else _called(of_kit, one.typing)
    peaks = _peaks(of_kit, shown, chance)
    light = [_light(peaks[dye], chance) for dye in sorted(peaks)]
    return _file(_tags(run, one, light))


def _rungs(of_kit: Panel, chance: Random) -> Shown:
    return {
        one.name: [(allele, chance.randint(700, 1600)) for allele in one.alleles]
        for one in of_kit.markers
    }


def _called(of_kit: Panel, typing: Typing) -> Shown:
    return {
        one.name: [
            (peak.allele, peak.height)
            for peak in typing.get(canonical(one.name) or one.name, ())
            if peak.allele != OFF_LADDER
        ]
        for one in of_kit.markers
    }


def _peaks(of_kit: Panel, shown: Shown, chance: Random) -> Peaks:
    peaks: Peaks = {dye: [] for dye in range(1, len(RAW) + 1)}
    peaks[STANDARD] = [(float(size), FRAGMENT) for size in LIZ_600.sizes]
    for marker in of_kit.markers:
        for allele, height in shown[marker.name]:
            at = place(marker, allele) + chance.uniform(-0.1, 0.1)
            peaks[marker.dye].append((at, height))
            if marker.repeat > 1 and allele not in SEXES:
                peaks[marker.dye].append((at - marker.repeat, height * STUTTER))
    return peaks


def place(marker: PanelMarker, allele: str) -> float:
    """Base pairs at which this run shows an allele."""
    if allele in marker.alleles:
        length = marker.lengths[marker.alleles.index(allele)]
    else:
        first = next(one for one in marker.alleles if one[0].isdigit())
        at = marker.lengths[marker.alleles.index(first)]
        length = at + _bases(allele, marker) - _bases(first, marker)
    return length - marker.lengths[0] + marker.low + MARGIN


def _bases(allele: str, marker: PanelMarker) -> int:
    whole, _, rest = allele.partition(".")
    return int(whole) * marker.repeat + int(rest or 0)


def _light(peaks: list[tuple[float, float]], chance: Random) -> list[int]:
    """One dye, scan by scan."""
    noise = [chance.gauss(0, NOISE) for _ in range(POINTS)]
    for at, height in peaks:
        middle = _scan(at)
        reach = int(WIDTH * 5)
        for scan in range(int(middle) - reach, int(middle) + reach + 1):
            off = (scan - middle) / WIDTH
            noise[scan] += height * exp(-off * off / 2)
    return [min(CEILING, round(one)) for one in noise]


def _scan(size: float) -> float:
    return 1_100 + 11.5 * size + 0.002 * size * size


def _tags(
    run: Run, one: Injected, light: list[list[int]]
) -> dict[tuple[str, int], Tag]:
    tags = {
        ("DATA", number): (4, 2, struct.pack(f">{POINTS}h", *points))
        for number, points in zip(RAW, light, strict=True)
    }
    tags |= {("DyeN", n): _text(name) for n, name in enumerate(NAMES, 1)}
    return tags | {
        ("Dye#", 1): (4, 2, struct.pack(">h", len(RAW))),
        ("SpNm", 1): _text(one.name),
        ("SMPL", 1): _text("Sample"),
        ("MODL", 1): (2, 1, b"3500"),
        ("HCFG", 3): (19, 1, b"3500\0"),
        ("MCHN", 1): _text("demo"),
        ("RUND", 1): (10, 4, struct.pack(">hBB", 2026, 10, 5)),
        ("RUNT", 1): (11, 4, bytes((9, 30, 15, 0))),
        ("TUBE", 1): _text(one.position),
        ("CTID", 1): (19, 1, run.plate.encode() + b"\0"),
        ("StdF", 1): _text("GS600LIZ"),
        ("SVER", 1): _text("3.0"),
    }


def _text(text: str) -> Tag:
    return 18, 1, bytes([len(text)]) + text.encode("ascii")


def _file(tags: dict[tuple[str, int], Tag]) -> bytes:
    """Header, values, and the directory that tells where each lies."""
    held, entries = bytearray(HEADER), []
    for (name, number), (kind, size, value) in sorted(tags.items()):
        data = value.ljust(4, b"\0")
        if len(value) > len(b"here"):
            data = struct.pack(">I", len(held))
            held += value
        told = (name.encode(), number, kind, size, len(value) // size, len(value))
        entries.append(struct.pack(">4sIHHII4s4x", *told, data))
    directory = b"".join(entries)
    head = (b"ABIF", 101, b"tdir", 1, 1023, 28, len(entries), len(directory), len(held))
    held[:34] = struct.pack(">4sH4sIHHIII4x", *head)
    return bytes(held) + directory
