"""What goes into an import, and what comes out of it for whoever brought the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from instruments import GenotypeExport
from lims.batches.kits import Kit
from lims.results.faults import Fault
from lims.results.rules import RuleSet


@dataclass(frozen=True)
class Bench:
    """What files are held against."""

    kits: Mapping[str, Kit]
    rules: RuleSet


@dataclass(frozen=True)
class Arrived:
    """A file that was kept, and read or refused, before any transaction began."""

    name: str
    size: int
    sha256: str
    read: GenotypeExport | Fault


@dataclass(frozen=True)
class Stated:
    """What a person adds to a file that tells too little of itself."""

    plate: str = ""
    """The plate's code, where the file names none."""
    reason: str = ""
    """A code of the vocabulary: why a run is analysed again."""


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
