"""What every parser of genotype exports yields, whatever the instrument.

Alleles are names and stay text as written (`9.3`, `OL`, `?`); heights (RFU) and sizes
(base pairs) are Decimal. What a file holds by the thousand is a named tuple: as frozen
as a dataclass, and made four times as fast.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from instruments.errors import sentence

NAMELESS = frozenset({"OL", "?"})
"""Peaks that the software could not name: off the ladder, or in no bin."""


class Maturity(StrEnum):
    """What a parser was tried against. Shown at every import."""

    VERIFIED = "verified on real files"
    READERS_ONLY = "built from public readers only"


class Homozygote(StrEnum):
    """How a marker with one allele is written.

    Seen once, its partner may have dropped out.
    """

    ONCE = "written once"
    TWICE = "written twice"


class Titles(NamedTuple):
    """Names the cells that a reading keeps beside its facts and peaks, as one text."""

    columns: tuple[str, ...]
    flags: frozenset[str]
    """Those of the columns that are quality flags. The others nobody reads."""
    separator: str

    def filled(self, text: str) -> Iterator[tuple[str, str]]:
        cells = text.split(self.separator) if self.columns else ()
        return (pair for pair in zip(self.columns, cells, strict=True) if pair[1])


NO_TITLES = Titles((), frozenset(), "\t")


class Peak(NamedTuple):
    allele: str
    height: Decimal | None = None
    """In relative fluorescence units (RFU), where the export tells it."""
    size: Decimal | None = None
    """In base pairs, where the export tells it."""


class MarkerReading(NamedTuple):
    """What one injection showed at one marker, as the software wrote it.

    Without peaks, the software found none.
    """

    line: int
    sample: str
    source: str
    """The sample file, which keeps two injections of one sample apart; or empty."""
    run: str
    well: str
    panel: str
    marker: str
    dye: str
    peaks: tuple[Peak, ...]
    beside: str = ""
    """The cells of all other columns as one text: most of them are never asked for."""
    titles: Titles = NO_TITLES

    @property
    def flags(self) -> dict[str, str]:
        """Quality flags as written: their coding differs between software versions."""
        known = self.titles.flags
        return {name: told for name, told in self._beside() if name in known}

    @property
    def unread(self) -> dict[str, str]:
        """The filled cells that no parser reads: kept, so that nothing is lost."""
        known = self.titles.flags
        return {name: told for name, told in self._beside() if name not in known}

    @property
    def alleles(self) -> tuple[str, ...]:
        """The names of the peaks as written, in their order, repeats included."""
        return tuple(peak.allele for peak in self.peaks)

    @property
    def called(self) -> tuple[str, ...]:
        """The distinct alleles, in their order; without peaks that have no name."""
        return tuple(
            dict.fromkeys(name for name in self.alleles if name not in NAMELESS)
        )

    @property
    def homozygote(self) -> Homozygote | None:
        """Whether one allele alone was called here, and how that was written."""
        if len(self.called) != 1 or not NAMELESS.isdisjoint(self.alleles):
            return None
        return Homozygote.ONCE if len(self.peaks) == 1 else Homozygote.TWICE

    def _beside(self) -> Iterator[tuple[str, str]]:
        return self.titles.filled(self.beside)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that could not be read, why, and what it is about as far as it tells."""

    line: int
    column: str
    value: str
    expected: str
    sample: str = ""
    source: str = ""
    well: str = ""
    marker: str = ""

    @property
    def reason(self) -> str:
        """The whole sentence, with the value: for the importer."""
        return sentence("", self.line, self.column, self.value, self.expected)

    @property
    def public(self) -> str:
        """The sentence without the value: for lists, logs and events."""
        return sentence("", self.line, self.column, None, self.expected)


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line outside the table that no parser reads, such as a notice."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class GenotypeExport:
    """One export of genotypes, every data row accounted for: read, or refused."""

    parser: str
    version: str
    maturity: Maturity
    sha256: str
    rows: int
    """Data rows of the file: header, preamble and blank lines are not counted."""
    readings: tuple[MarkerReading, ...]
    refused: tuple[RefusedRow, ...] = ()
    unread_lines: tuple[UnreadLine, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def unread(self) -> int:
        """How many filled cells, and lines beside the table, no parser reads."""
        return sum(len(reading.unread) for reading in self.readings) + len(
            self.unread_lines
        )
