"""The rows of profiles."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.profiles.states import ProfileState
from lims.sealing.rows import Sealed, Secret
from lims.workflow import stage_check


class Profile(Chained, Sealed, Base):
    """What the laboratory says of one accessioned sample, in one version."""

    __tablename__ = "profile"
    __table_args__ = (
        UniqueConstraint("sample_id", "version"),
        CheckConstraint(stage_check("state", ProfileState), name="state_known"),
    )

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    version: Mapped[int] = mapped_column(info={"told": ("version",)})
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(
        String(24), index=True, info={"told": ("after",)}
    )
    consensus = Secret[dict[str, Any]]({})
    """Marker to alleles as text; '?' where a partner may have dropped out."""
    quality: Mapped[str | None] = mapped_column(
        String(16), info={"told": ("quality",), "or_empty": True}
    )
    opened_at: Mapped[Moment]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("profile.id"))

    @property
    def place(self) -> str:
        return self.uid


class Replicate(Base):
    """Which injections stand behind a profile."""

    __tablename__ = "replicate"

    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"), primary_key=True)
    injection_id: Mapped[int] = mapped_column(
        ForeignKey("injection.id"), primary_key=True, index=True
    )
