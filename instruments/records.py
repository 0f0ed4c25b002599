"""What every parser yields, whatever the instrument: an Export of some kind.

Alleles are names and stay text as written (`9.3`, `OL`, `?`); heights (RFU) and sizes
(base pairs) are Decimal. What a file holds by the thousand is a named tuple: as frozen
as a dataclass, and made four times as fast.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NamedTuple

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
    reads: int | None = None
    """How often a sequencer read it."""
    sequence: str = ""
    """Its bases, where it was sequenced."""
    bracket: str = ""
    """Its sequence in bracketed repeat form."""


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
        twice = len(self.peaks) > 1 or self.flags.get("Count") == "2"
        return Homozygote.TWICE if twice else Homozygote.ONCE

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


class UnreadCell(NamedTuple):
    """A filled cell that no parser reads: kept, so that nothing is lost."""

    where: str
    """Such as `sheet 'Results', C12`."""
    name: str
    """What its column or row calls it, or empty."""
    text: str


class Closed(NamedTuple):
    """A sheet that policy keeps closed: counted, and its content shown to nobody."""

    sheet: str
    cells: int


class UnreadSheet(NamedTuple):
    """A sheet that no parser reads, such as raw signals: counted, and kept as it is."""

    sheet: str
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What one file said, of whatever kind, with all that was not read of it."""

    kind: ClassVar[str] = "export"
    """What a person calls it."""

    parser: str
    version: str
    maturity: Maturity
    sha256: str
    rows: int
    """Data rows of the file: header, preamble and blank lines are not counted."""
    unread_cells: tuple[UnreadCell, ...] = ()
    unread_lines: tuple[UnreadLine, ...] = ()
    unread_sheets: tuple[UnreadSheet, ...] = ()
    closed: tuple[Closed, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def unread(self) -> int:
        """How many filled cells, and lines beside the table, no parser reads."""
        sheets = sum(one.cells for one in self.unread_sheets)
        return len(self.unread_cells) + len(self.unread_lines) + sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class GenotypeExport(Export):
    """One export of genotypes, every data row accounted for: read, or refused."""

    kind: ClassVar[str] = "genotypes"

    readings: tuple[MarkerReading, ...]
    refused: tuple[RefusedRow, ...] = ()
    further: tuple[tuple[int, str], ...] = ()
    """Line and sample of rows that add to a reading, or tell of no call."""

    @property
    def unread(self) -> int:
        """How many filled cells, and lines beside the table, no parser reads."""
        cells = sum(len(reading.unread) for reading in self.readings)
        return cells + super(GenotypeExport, self).unread


class Bin(NamedTuple):
    """Where an allele's peak is looked for."""

    allele: str
    size: Decimal | None = None
    """In base pairs; a list of a ladder's alleles tells none."""
    left: Decimal | None = None
    right: Decimal | None = None
    """How far a peak may lie below and above, in base pairs."""
    virtual: bool = False
    """Whether no ladder shows it: its place is reckoned from its neighbours."""
    note: str = ""


class KitMarker(NamedTuple):
    line: int
    name: str
    dye: str = ""
    """As written: a colour, a letter or a number."""
    low: Decimal | None = None
    high: Decimal | None = None
    """The marker's range, in base pairs."""
    repeat: Decimal | None = None
    """The length of a repeat, in bases."""
    controls: tuple[str, ...] = ()
    """The alleles of the positive control."""
    alleles: tuple[str, ...] = ()
    """The alleles of the ladder, where they are listed apart from the bins."""
    bins: tuple[Bin, ...] = ()


class KitPanel(NamedTuple):
    name: str
    markers: tuple[KitMarker, ...]


class Fact(NamedTuple):
    """Something that a file says beside genotypes: a setting, a name, a message."""

    line: int
    where: str
    """The part of the file, or empty."""
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitExport(Export):
    """What a kit's markers are: dyes, ranges, alleles of the ladder, bins."""

    kind: ClassVar[str] = "kit definition"

    panels: tuple[KitPanel, ...]
    refused: tuple[RefusedRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What stands above the panels: the version, the names of kit and bins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesExport(Export):
    """What software writes beside its results: settings, logs, names of files."""

    kind: ClassVar[str] = "notes of a run"

    facts: tuple[Fact, ...]
