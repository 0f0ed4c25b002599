"""The rows of bundles that were asked for."""

from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.audit.tags import Tag
from lims.db import Base, Chained, Key, Moment
from lims.workflow import stage_check


class BundleState(StrEnum):
    ASKED = "asked"
    MADE = "made"
    REMOVED = "removed"


class Bundle(Chained, Base):
    """One bundle: who asked for what, and what was made of it."""

    __tablename__ = "evidence_bundle"
    __table_args__ = (
        CheckConstraint(stage_check("state", BundleState), name="state_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(16), info={"told": ("kind",)})
    asked: Mapped[list[str]] = mapped_column(JSON)
    """Codes, or the first and the last day of a period."""
    confidential: Mapped[bool]
    """Its codes together are a case: only who may link codes sees that they are."""
    asked_at: Mapped[Moment]
    state: Mapped[str] = mapped_column(String(16), index=True)
    made_at: Mapped[Moment | None] = mapped_column(info={"told_by": Tag.EVIDENCE_MADE})
    events: Mapped[int | None] = mapped_column(info={"told": ("events",)})
    log_size: Mapped[int | None] = mapped_column(
        BigInteger, info={"told": ("log_size",)}
    )
    size: Mapped[int | None] = mapped_column(BigInteger)
    """In bytes."""
    sha256: Mapped[str | None] = mapped_column(String(64), info={"told": ("sha256",)})
    manifest: Mapped[str | None] = mapped_column(
        String(64), info={"told": ("manifest",)}
    )
    """SHA-256 of its list of files."""
