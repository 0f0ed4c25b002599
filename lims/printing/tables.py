"""The rows of label jobs and the labels they made."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.workflow import stage_check


class LabelState(StrEnum):
    CONFIRMED = "confirmed"
    PRINTED = "printed"
    VOID = "void"


class LabelJob(Chained, Base):
    """One sheet that was drawn and read back before it left."""

    __tablename__ = "label_job"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stock: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(64))
    """Why it was printed again; empty for a first print."""
    printed_at: Mapped[Moment]
    printed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Label(Base):
    """One physical label. A reprint voids the copy before it."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("code", "copy"),
        CheckConstraint(stage_check("state", LabelState), name="state_known"),
    )

    id: Mapped[Key]
    job_id: Mapped[int] = mapped_column(ForeignKey("label_job.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    copy: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
