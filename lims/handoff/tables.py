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
from lims.handoff.package import digest
from lims.handoff.states import HandoffState, RecallState
from lims.sealing.rows import Sealed, Secret
from lims.workflow import stage_check


class Package(Chained, Sealed, Base):
    """One version of one profile on its way to the engine; the outbox."""

    __tablename__ = "package"
    __table_args__ = (
        UniqueConstraint("profile_id"),
        CheckConstraint(stage_check("state", HandoffState), name="state_known"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(
        String(32), unique=True, info={"told": ("number",)}
    )
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text = Secret("")
    """The message; empty where it was erased."""
    trouble = Secret[str | None](None)
    """Why the engine refused it, or its answer was: words that are not ours."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    prepared_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]

    @property
    def body(self) -> bytes:
        """The exact bytes that are sent and hashed."""
        return self.text.encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes; nothing where they were erased: it is kept nowhere."""
        return digest(self.body) if self.text else ""

    @property
    def place(self) -> str:
        return self.uid


class Recall(Base):
    """What tells the engine to forget one package; the outbox of recalls.

    Its events stand on the package's chain, so that they are with its story.
    """

    __tablename__ = "recall"
    __table_args__ = (
        CheckConstraint(stage_check("state", RecallState), name="state_known"),
    )

    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    """The id of the message, which the answer names."""
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """The exact bytes that are sent: codes, and no allele."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    prepared_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]


class Receipt(Sealed, Base):
    """What the receiver answered, byte for byte, sealed as the package is.

    It may write of the profile what it likes, and names the SHA-256 of the package.
    """

    __tablename__ = "receipt"

    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    text = Secret("")
    taken_at: Mapped[Moment]

    @property
    def body(self) -> bytes:
        return self.text.encode()

    @property
    def digest(self) -> str:
        return digest(self.body) if self.text else ""

    @property
    def place(self) -> str:
        return self.uid
