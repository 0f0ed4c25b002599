"""Exports as two programs write them, so that the real parsers have something to read.

GeneMapper ID-X: a genotypes table with tabs, CRLF, a tab at the end of each line and
numbered groups of columns. GeneMarker HID: alleles and heights in turn, LF, as many
pairs as the richest row needs (instrument formats 2 and 4).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lims.batches.kits import Kit
from lims.demo.bones import Peak, Typing

SHOWN = 10
"""Alleles that the table setting shows; with more, ADO is true and the rest is cut."""
DYES = {"blue": "B", "green": "G", "yellow": "Y", "red": "R", "purple": "P"}
FLAGS = (
    "ADO", "AE", "OMIT", "OS", "SHP", "OBA", "SPA", "SP", "BIN", "PHR", "LPH", "SPU",
    "AN", "BD", "CC", "OVL", "XTLK", "GQ",
)  # fmt: skip
QUALITY = ("-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1")
"""Process qualities that the analysis method does not evaluate."""


class Software(StrEnum):
    GENEMAPPER = "GeneMapper ID-X"
    GENEMARKER = "GeneMarker HID"


@dataclass(frozen=True)
class Injected:
    """What the analyzer injected from one well, and what it showed."""

    position: str
    name: str
    """As the plate record named the well."""
    typing: Typing


@dataclass(frozen=True)
class Run:
    """One plate through the analyzer."""

    plate: str
    """The plate's code: it is part of the run's name and of each file's."""
    kit: Kit
    injected: tuple[Injected, ...]

    @property
    def name(self) -> str:
        return f"{self.plate}_run1"

    def sample_file(self, number: int, one: Injected) -> str:
        return f"{one.name}_{one.position}_{self.plate}_{number:03d}.hid"


def export(run: Run, software: Software) -> bytes:
    match software:
        case Software.GENEMAPPER:
            return genemapper(run)
        case Software.GENEMARKER:
            return genemarker(run)


def genemapper(run: Run) -> bytes:
    """A genotypes table of GeneMapper ID-X."""
    numbers = range(1, SHOWN + 1)
    header = (
        *("Sample File", "Sample Name", "Panel", "Marker", "Dye"),
        *(f"{group} {n}" for group in ("Allele", "Height", "Size") for n in numbers),
        *FLAGS,
        *("Well", "Run Name"),
    )
    lines = (header, *_genemapper_rows(run))
    return "".join("\t".join(line) + "\t\r\n" for line in lines).encode("ascii")


def genemarker(run: Run) -> bytes:
    """An allele report of GeneMarker HID: it knows no panel, run or well."""
    rows = [
        (one.name, marker.name, one.typing[marker.name])
        for one in run.injected
        for marker in run.kit.markers
    ]
    pairs = max(len(peaks) for _, _, peaks in rows)
    header = ["Sample Name", "Marker"]
    for number in range(1, pairs + 1):
        header += [f"Allele#{number}", f"Height#{number}"]
    lines = [header]
    for name, marker, peaks in rows:
        cells = [cell for peak in peaks for cell in (peak.allele, str(peak.height))]
        lines.append([name, marker, *_padded(cells, 2 * pairs)])
    return "".join("\t".join(line) + "\n" for line in lines).encode("ascii")


def _genemapper_rows(run: Run) -> Iterator[tuple[str, ...]]:
    panel = run.kit.aliases[0]
    for number, one in enumerate(run.injected, 1):
        source = run.sample_file(number, one)
        for marker in run.kit.markers:
            peaks = one.typing[marker.name]
            yield (
                *(source, one.name, panel, marker.name, DYES[marker.dye]),
                *_padded((peak.allele for peak in peaks), SHOWN),
                *_padded((str(peak.height) for peak in peaks), SHOWN),
                *_padded((f"{peak.size:.2f}" for peak in peaks), SHOWN),
                *_flags(peaks),
                *(one.position, run.name),
            )


def _flags(peaks: tuple[Peak, ...]) -> tuple[str, ...]:
    too_many = "TRUE" if len(peaks) > SHOWN else "FALSE"
    off_scale = "FALSE"
    genotype_quality = "1" if peaks else "0"
    return (too_many, "FALSE", "FALSE", off_scale, *QUALITY, genotype_quality)


def _padded(cells: Iterable[str], width: int) -> list[str]:
    """Exactly so many cells: the rest empty, what is too much cut off."""
    filled = list(cells)[:width]
    return filled + [""] * (width - len(filled))
