"""What a sequencer's software counted, and what it called of that.

Among true alleles stand stutter and errors of reading. Where the software calls none,
this is no genotype, and nothing here says which sequence is an allele of the person.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from instruments.records import (
    NO_TITLES,
    Export,
    Fact,
    GenotypeExport,
    MarkerReading,
    Peak,
    RefusedRow,
    Titles,
)

COUNT = "Count"
"""Told where an allele is one of two that are alike, as OSIRIS tells it, too."""

SEPARATOR = "\x1f"
SHOWN = "\N{SYMBOL FOR UNIT SEPARATOR}"
"""How the sign is shown where a damaged cell holds it."""


class Sequence(NamedTuple):
    line: int
    """Of a workbook, the row of its sheet."""
    sample: str
    """Empty where the file names none: a file's name is no sample's."""
    marker: str
    allele: str
    """Its length as an allele, comparable with capillary electrophoresis; as text.

    Empty where the file tells none.
    """
    bases: str
    """As written: which strand and range depend on software and marker."""
    bracket: str
    """Its bracketed repeat form, or empty. The strand is that of the bases."""
    reads: int
    call: str = ""
    """What the software says of it, as written: `Yes`, `-1 Stutter`."""
    called: bool = False
    """Whether the software calls it an allele of the person."""
    forward: int | None = None
    reverse: int | None = None
    """Its reads on each strand, where they are told apart."""


COPIES = 2
"""Of an autosomal marker, in one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceExport(Export):
    """The sequences of one or more samples, every row accounted for."""

    kind: ClassVar[str] = "list of counted sequences"

    sequences: tuple[Sequence, ...]
    refused: tuple[RefusedRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What is said beside them, such as how many reads are of no listed sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencedGenotypes(GenotypeExport):
    """Genotypes that a sequencer's software called, and all that it counted.

    The peaks of a reading are the called sequences, with their reads.
    """

    sequences: tuple[Sequence, ...]
    software: str
    """Its name and version: how alleles are named depends on both."""
    facts: tuple[Fact, ...] = ()
    """What the file says of the sample, its run and its analysis."""


class Place(NamedTuple):
    """Where a marker's genotype stands."""

    line: int
    sample: str
    run: str
    panel: str
    marker: str


def reading(
    place: Place,
    genotype: Several[str],
    called: Iterable[Sequence],
    flags: Iterable[tuple[str, str]] = (),
) -> MarkerReading:
    """A genotype's alleles with the called sequences of each.

    An allele that stands twice is shown by its one sequence, and counted.
    """
    found = list(called)
    peaks = [
        peak for name in dict.fromkeys(genotype) for peak in _peaks_of(name, found)
    ]
    told = [(name, text.replace(SEPARATOR, SHOWN)) for name, text in flags if text]
    if len(genotype) == COPIES and len(peaks) == 1:
        told.append((COUNT, "2"))
    columns = tuple(name for name, _ in told)
    titles = Titles(columns, frozenset(columns), SEPARATOR) if told else NO_TITLES
    return MarkerReading(
        line=place.line,
        sample=place.sample,
        source="",
        run=place.run,
        well="",
        panel=place.panel,
        marker=place.marker,
        dye="",
        peaks=tuple(peaks),
        beside=SEPARATOR.join(text for _, text in told),
        titles=titles,
    )


def _peaks_of(allele: str, called: Iterable[Sequence]) -> Iterator[Peak]:
    return (
        Peak(allele, reads=one.reads, sequence=one.bases, bracket=one.bracket)
        for one in called
        if one.allele == allele
    )
