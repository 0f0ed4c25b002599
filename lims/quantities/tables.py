"""The rows of quantifications and of what each tube of one showed."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.sealing.rows import Sealed, Secret
from lims.workflow import stage_check


class RunState(StrEnum):
    CURRENT = "current"
    HELD = "held"
    """Rule D4: nothing is read from it until two people have decided."""
    SUPERSEDED = "superseded"


class Quantification(Chained, Sealed, Base):
    """One run, as one file told it. Its standards are sealed under the file's key."""

    __tablename__ = "quantification"
    __table_args__ = (
        CheckConstraint(stage_check("state", RunState), name="state_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), unique=True)
    plate_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"), index=True)
    """The planned plate; empty where the tubes stood on none."""
    kit: Mapped[str] = mapped_column(String(64))
    """Empty where the targets are those of no known kit, or of no kit at all."""
    state: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[Moment]
    told = Secret[dict[str, Any]]({})
    """Run, instrument, end; curves, standards and negative controls."""

    @property
    def place(self) -> str:
        return self.uid


class Quantity(Sealed, Base):
    """What one tube showed, sealed under the key of the sample that it came from."""

    __tablename__ = "quantity"
    __table_args__ = ({"info": {"unrecorded": "the tube's event commits to it"}},)

    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    quantification_id: Mapped[int] = mapped_column(
        ForeignKey("quantification.id"), index=True
    )
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    """The very tube."""
    source_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    """The accessioned sample that it came from."""
    wells: Mapped[list[Any]] = mapped_column(JSON)
    measured = Secret[dict[str, Any]]({})
    """`readings` as told, and the `summary` of the day: amounts, index, advice."""

    @property
    def place(self) -> str:
        return self.uid
