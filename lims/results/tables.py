"""The rows of imports, injections and findings."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.results.verdicts import Outcome
from lims.sealing.rows import Sealed, Secret
from lims.workflow import stage_check


class ImportState(StrEnum):
    INCIDENT = "incident"
    LOADED = "loaded"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class InjectionState(StrEnum):
    CURRENT = "current"
    HELD = "held"
    SUPERSEDED = "superseded"


class Import(Chained, Base):
    """One file as it came."""

    __tablename__ = "import"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sha256"),
        CheckConstraint(stage_check("state", ImportState), name="state_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    mark: Mapped[str] = mapped_column("sha256", String(64))
    """Finds the same bytes given again: SHA-256 under a key that the folder of keys
    holds. Of imports of before `commitment` the plain SHA-256, which names them."""
    commitment: Mapped[str | None] = mapped_column(String(64))
    """To the SHA-256, as events name the file. See `results.naming`."""
    name: Mapped[str] = mapped_column(String(200))
    """As the importer named it: shown to the importer alone, never in an event."""
    size: Mapped[int]
    parser: Mapped[str | None] = mapped_column(String(64))
    parser_version: Mapped[str | None] = mapped_column(String(16))
    plate_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    analysis: Mapped[int] = mapped_column(default=1)
    """1 for the first reading of a run, 2 for its first re-analysis ..."""
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    reason: Mapped[str | None] = mapped_column(String(300))
    """Why it stands in quarantine or was analysed again; no value of the file."""
    faults: Mapped[list[Any]] = mapped_column(JSON)
    """[{line, column, value, expected, sentence}]: values for the importer alone."""
    rows: Mapped[int]
    account: Mapped[list[Any]] = mapped_column(JSON)
    """Every data row: [line, what became of it, well or reason]."""
    unread: Mapped[int]
    imported_at: Mapped[Moment]
    imported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    @property
    def called(self) -> str:
        """What names its original in events."""
        return self.commitment or self.mark


class OriginalPart(Base):
    """A piece of an original: whose it is, and the key that opens it on the disk.

    The key is drawn for the piece and sealed under its subject's: of an import that
    waits, the file's own. Erased, the row stays and names the gap.
    """

    __tablename__ = "original_part"
    __table_args__ = ({"info": {"unrecorded": "the import's event commits to each"}},)

    original: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The name of the file in the store."""
    number: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    subject: Mapped[str] = mapped_column(String(32), index=True)
    spans: Mapped[list[Any]] = mapped_column(JSON)
    """[[first line, last line, bytes] ...]; none where the file is not cut."""
    commitment: Mapped[str] = mapped_column(String(64))
    """To the SHA-256 of the piece, as the import's event tells it."""
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sought: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Tokens of whom it may name, see `results.mentions`; none of a sample's lines."""
    erased_at: Mapped[Moment | None]
    erased_by: Mapped[str | None] = mapped_column(String(64))
    """The hash of the event that tells of it."""


class Injection(Chained, Sealed, Base):
    """The calls of one well from one run, as the analysis gave them."""

    __tablename__ = "injection"
    __table_args__ = (
        UniqueConstraint("import_id", "well_id", "source"),
        CheckConstraint(stage_check("state", InjectionState), name="state_known"),
        Index("ix_injection_sample_id_id", "sample_id", "id"),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    well_id: Mapped[int] = mapped_column(ForeignKey("well.id"), index=True)
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("sample.id"))
    """The accessioned source of the well's extract; empty for a control."""
    source: Mapped[str] = mapped_column(String(200))
    """The sample file that the instrument named."""
    analysis: Mapped[int]
    calls = Secret[dict[str, Any]]({})
    """Marker to [[allele, height or null] ...]; alleles are text."""
    flags = Secret[Mapping[str, Mapping[str, str]]]({})
    state: Mapped[str] = mapped_column(String(16))

    @property
    def place(self) -> str:
        return self.uid


class Trace(Base):
    """The trace of one well, kept as an original of its own import.

    The import that brought it names no plate: it holds no calls that stand for one.
    """

    __tablename__ = "trace"
    __table_args__ = ({"info": {"unrecorded": "the import's event tells of it"}},)

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), unique=True)
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), index=True)
    well_id: Mapped[int] = mapped_column(ForeignKey("well.id"), index=True)
    dyes: Mapped[int]
    points: Mapped[int]
    bins: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of a ladder: where the alleles of each marker lie in its run."""
    against_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    """The import whose calls it was held against last."""
    ladder_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"))
    """The trace of the ladder that gave the bins for it."""
    picture: Mapped[str | None] = mapped_column(String(32))
    """The name in the store of what is drawn of it; none where it is drawn anew."""
    picture_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Opens the picture; sealed under the subject of the original."""


class Finding(Base):
    """What one rule said of one plate or well; kept when it passes, too."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint(stage_check("outcome", Outcome), name="outcome_known"),
        CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> closed_by", name="two_people"
        ),
    )

    id: Mapped[Key]
    plate_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"), index=True)
    """Empty where it speaks of tubes that stand on no planned plate."""
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    rule: Mapped[str] = mapped_column(String(8))
    rule_version: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(8), index=True)
    wells: Mapped[list[Any]] = mapped_column(JSON)
    """The positions it speaks of; empty when it speaks of the plate."""
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    """Markers or wells that show it."""
    whole_batch: Mapped[bool]
    """Whether it holds every well of the plate."""
    sentence: Mapped[str] = mapped_column(String(500))
    found_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    """Empty while a second person must still confirm."""
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The second person whom D, F and G holds need."""
    cause: Mapped[str | None] = mapped_column(String(64))
    resolution: Mapped[str | None] = mapped_column(String(300))
