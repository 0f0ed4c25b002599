"""What goes into an import, and what comes out of it for whoever brought the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from instruments import GenotypeExport
from instruments.quantities import QuantityExport
from instruments.traces import TraceExport
from lims.batches.kits import Kit
from lims.results.cutting import Span
from lims.results.faults import Fault
from lims.results.offsets import Offset
from lims.results.rules import RuleSet


@dataclass(frozen=True)
class Bench:
    """What files are held against."""

    kits: Mapping[str, Kit]
    rules: RuleSet
    offsets: tuple[Offset, ...] = ()
    """Where a sequencer's software names alleles otherwise."""
    opened: frozenset[str] = frozenset()
    """What may be read of descent and looks: see `instruments.closing`."""


@dataclass(frozen=True)
class Part:
    """A piece as it lies sealed on the disk, before it is known whose it is."""

    name: str
    """The sample's name in the file, or empty."""
    spans: tuple[Span, ...]
    digest: str
    """SHA-256 of the piece."""
    key: bytes = field(repr=False)
    tokens: bytes = b""
    """Of whom it may name: see `results.mentions`."""


@dataclass(frozen=True)
class Kept:
    """An original in the store, and what opens it."""

    original: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Arrived:
    """A file that was kept, and read or refused, before any transaction began."""

    name: str
    size: int
    sha256: str
    read: GenotypeExport | TraceExport | QuantityExport | Fault
    kept: Kept | None = None
    """Empty where the bytes were too many, or given before."""


@dataclass(frozen=True)
class Stated:
    """What a person adds to a file that tells too little of itself."""

    plate: str = ""
    """The plate's code, where the file names none."""
    reason: str = ""
    """A code of the vocabulary: why a run is analysed again."""
    parser: str = ""
    """The name of the parser that a person chose, where none or two claim the file."""


NOTHING_STATED = Stated()


class Fate(StrEnum):
    INCIDENT = "incident"
    LOADED = "loaded"
    QUARANTINED = "quarantined"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Receipt:
    fate: Fate
    uid: str
    """The import's."""
    plate: str
    public: str
    """What happened and what to do now; no value of the file."""
    whole: str
    """The same with the values: for the importer alone."""
