"""The rows of readings and of the people behind a profile."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Key, Moment
from lims.sealing.rows import Sealed, Secret
from lims.workflow import stage_check


class Part(StrEnum):
    """What a person did for a profile: one part each, no person two."""

    READER_1 = "first reader"
    READER_2 = "second reader"
    RELEASER = "releasing manager"
    REVIEWER = "technical reviewer"


class Reading(Sealed, Base):
    """One analyst's reading of one injection, signed."""

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("injection_id", "ordinal"),
        UniqueConstraint("injection_id", "reader_id"),
        CheckConstraint("ordinal IN (1, 2)", name="first_or_second"),
    )

    id: Mapped[Key]
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"), index=True)
    injection_id: Mapped[int] = mapped_column(ForeignKey("injection.id"))
    ordinal: Mapped[int]
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    calls = Secret[dict[str, Any]]({})
    edits = Secret[dict[str, Any]]({})
    """Marker to the reason why the reader changed the call."""
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    signed_at: Mapped[Moment]

    @property
    def place(self) -> str:
        return f"{self.injection_id}.{self.ordinal}"


class Comparison(Sealed, Base):
    """How the two readings of an injection agree, locus by locus."""

    __tablename__ = "comparison"

    injection_id: Mapped[int] = mapped_column(
        ForeignKey("injection.id"), primary_key=True
    )
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"), index=True)
    concordant: Mapped[bool]
    differences = Secret[dict[str, Any]]({})
    """Marker to the two readers' alleles."""
    settled = Secret[dict[str, Any] | None](None)
    """Marker to the alleles that a third person decided on."""
    decision = Secret[str | None](None)
    """Why; in that person's words."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    compared_at: Mapped[Moment]

    @property
    def place(self) -> str:
        return str(self.injection_id)


class Signatory(Base):
    """Four eyes, held by the database: the key admits a person once per profile."""

    __tablename__ = "signatory"
    __table_args__ = (CheckConstraint(stage_check("part", Part), name="part_known"),)

    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(24))
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
