"""The rows of custody: consignments, bags, the present holding, holds."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.custody.stages import Stage
from lims.custody.weighing import WeighedPart
from lims.db import Amount, Base, Chained, Key, Moment
from lims.workflow import stage_check


class ConsignmentStage(StrEnum):
    ANNOUNCED = "announced"
    IN_TRANSIT = "in transit"
    PARTLY = "partly received"
    RECEIVED = "received"


class BagState(StrEnum):
    EXPECTED = "expected"
    HELD = "held"
    MISSING = "missing"
    RECEIVED = "received"
    REFUSED = "refused"
    UNANNOUNCED = "unannounced"


class Consignment(Chained, Base):
    """What one organisation sends another, with its manifest."""

    __tablename__ = "consignment"
    __table_args__ = (
        CheckConstraint(stage_check("stage", ConsignmentStage), name="stage_known"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    stream: Mapped[str] = mapped_column(String(16))
    sender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    carrier: Mapped[str] = mapped_column(String(100), default="")
    giver: Mapped[str] = mapped_column(String(100), default="")
    """Who handed it over at the door, as the paper names the role; never a relative."""
    announced_at: Mapped[Moment]
    announced_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]


class Bag(Base):
    """One line of the manifest. What happens to it is told on its item's chain."""

    __tablename__ = "bag"
    __table_args__ = (
        CheckConstraint(stage_check("state", BagState), name="state_known"),
    )

    id: Mapped[Key]
    consignment_id: Mapped[int] = mapped_column(
        ForeignKey("consignment.id"), index=True
    )
    code: Mapped[str] = mapped_column(String(64), unique=True)
    """The neutral bag code or seal number; never the mortuary's tag."""
    seal: Mapped[str] = mapped_column(String(64))
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    seal_found: Mapped[str | None] = mapped_column(String(64))
    condition: Mapped[str | None] = mapped_column(String(32))
    discrepancy: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[Moment | None]
    received_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Photograph(Base):
    """A picture of a bag or sample; the bytes are kept by their hash.

    Erased, the row stays, and the bytes are wiped from the disk.
    """

    __tablename__ = "photograph"
    __table_args__ = (UniqueConstraint("sample_id", "sha256"),)

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(32))
    taken_at: Mapped[Moment]
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    erased_at: Mapped[Moment | None]


class Holding(Base):
    """Where one sample is now: at a place, or in somebody's hands."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint(stage_check("stage", Stage), name="stage_known"),
        # A list of one stage is paged in the order of samples.
        Index("ix_holding_stage_sample_id", "stage", "sample_id"),
    )

    sample_id: Mapped[int] = mapped_column(
        ForeignKey("sample.id"), primary_key=True, info={"told_on": True}
    )
    stage: Mapped[str] = mapped_column(String(32), info={"told": ("after",)})
    at: Mapped[str] = mapped_column(String(10), info={"told": ("to",)})
    """The code of where it is: a badge, a place, a consignment; empty for nowhere."""
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), unique=True)
    """The place again where it is a position: one item each, held by the database."""
    offered_to: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The colleague who must still scan to accept a hand-over."""
    since: Mapped[Moment]


class Hold(Base):
    """A freeze of one sample. Opened and closed by events on its chain."""

    __tablename__ = "hold"

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    reason: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[Moment]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[Moment | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolution: Mapped[str | None] = mapped_column(String(64))


class Weighing(Base):
    """What a balance showed of a bag, an item or its rest. Each reading counts once."""

    __tablename__ = "weighing"
    __table_args__ = (
        CheckConstraint(stage_check("part", WeighedPart), name="part_known"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint(
            "(reading_id IS NULL) = (reason <> '')", name="typed_with_a_reason"
        ),
        {"info": {"unrecorded": "the sample's event tells of it"}},
    )

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    part: Mapped[str] = mapped_column(String(8))
    value: Mapped[Amount]
    unit: Mapped[str] = mapped_column(String(8))
    balance: Mapped[str] = mapped_column(String(32))
    """Its serial number; empty where a weight was typed and nobody knew it."""
    due: Mapped[date | None]
    """The last day of the balance's calibration, where the bench told it."""
    reading_id: Mapped[int | None] = mapped_column(
        ForeignKey("station_reading.id"), unique=True
    )
    reason: Mapped[str] = mapped_column(String(32))
    """Why it was typed."""
    weighed_at: Mapped[Moment]
    weighed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
