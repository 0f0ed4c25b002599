"""The rows of packages and their receipts."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.handoff.states import HandoffState
from lims.workflow import stage_check


class Package(Chained, Base):
    """One version of one profile on its way to the engine; the outbox."""

    __tablename__ = "package"
    __table_args__ = (
        UniqueConstraint("profile_id"),
        CheckConstraint(stage_check("state", HandoffState), name="state_known"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), index=True)
    trouble: Mapped[str | None] = mapped_column(String(500))
    prepared_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]


class Receipt(Base):
    """What the receiver answered, byte for byte."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("package_id", "digest"),)

    id: Mapped[Key]
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[Moment]
