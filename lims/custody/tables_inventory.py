"""The rows of inventories: who counted a place, and what they saw there."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.workflow import stage_check


class InventoryStage(StrEnum):
    FIRST = "first count"
    WAITING = "second count wanted"
    SECOND = "second count"
    ENDED = "ended"


class Inventory(Chained, Base):
    """The counting of one place, however deep, by two people where something misses."""

    __tablename__ = "inventory"
    __table_args__ = (
        CheckConstraint(stage_check("stage", InventoryStage), name="stage_known"),
        CheckConstraint(
            "second_by IS NULL OR second_by <> first_by", name="second_is_another"
        ),
        # A place is counted once at a time.
        Index(
            "uq_inventory_place_id_open",
            "place_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    place_id: Mapped[int] = mapped_column(
        ForeignKey("place.id"), index=True, info={"told": ("place",)}
    )
    stage: Mapped[str] = mapped_column(String(32), info={"told": ("stage",)})
    first_by: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info={"told": ("first_by",), "by": "badge"}
    )
    second_by: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info={"told": ("second_by",), "by": "badge"}
    )
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    missing: Mapped[int | None]
    """How many were lost at the end: found by neither count."""


class Sighting(Base):
    """One item that was scanned in a count."""

    __tablename__ = "inventory_sighting"
    __table_args__ = (UniqueConstraint("inventory_id", "count", "sample_id"),)

    id: Mapped[Key]
    inventory_id: Mapped[int] = mapped_column(ForeignKey("inventory.id"))
    count: Mapped[int]
    """1 or 2."""
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    was: Mapped[str] = mapped_column(String(32))
    """Where the record had it, as a code or a stage; empty where it was expected."""
    seen_at: Mapped[Moment]
