"""The rows of samples and places."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lims.audit.tags import Tag
from lims.db import Amount, Base, Chained, Key, Moment
from lims.workflow import stage_check


class Stream(StrEnum):
    """Bone and reference never meet: rooms, batches and days are apart."""

    BONE = "bone"
    REFERENCE = "reference"


class SampleKind(StrEnum):
    BLANK = "extraction blank"
    BONE = "bone sample"
    CUT = "cut"
    EXTRACT = "extract"
    POWDER = "powder"
    PUNCH = "punch"
    REFERENCE = "reference sample"


class Zone(StrEnum):
    PRE_PCR_BONE = "pre-PCR bone"
    PRE_PCR_REFERENCE = "pre-PCR reference"
    POST_PCR = "post-PCR"


class PlaceKind(StrEnum):
    """From the house down to where one item stands."""

    SITE = "site"
    ROOM = "room"
    FREEZER = "freezer"
    SHELF = "shelf"
    RACK = "rack"
    BOX = "box"
    POSITION = "position"


class Temperature(StrEnum):
    """The class in which a freezer, a cupboard or a room is kept, the warmest first."""

    AMBIENT = "room temperature"
    REFRIGERATED = "2 to 8 °C"
    FROZEN = "-20 °C"
    DEEP_FROZEN = "-80 °C"


class Sample(Chained, Base):
    """A bag's content from the manifest on; `code` is given at accession.

    The chain of events goes on through the accession: one chain from bag to code.
    """

    __tablename__ = "sample"
    __table_args__ = (
        CheckConstraint(stage_check("kind", SampleKind), name="kind_known"),
        CheckConstraint(stage_check("stream", Stream), name="stream_known"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        Index("ix_sample_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str | None] = mapped_column(
        String(10), unique=True, info={"told": ("code",)}
    )
    kind: Mapped[str] = mapped_column(String(32), info={"told": ("kind",)})
    stream: Mapped[str] = mapped_column(String(16), info={"told": ("stream",)})
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The laboratory that holds it, or to which it is announced."""
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("sample.id"), index=True, info={"told": ("parent",)}
    )
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sample.id"), index=True)
    """The accessioned sample that this was derived from, over all generations."""
    amount: Mapped[Amount | None] = mapped_column(info={"told": ("amount", "left")})
    """What is left. It never exceeds what was taken from the parent."""
    unit: Mapped[str] = mapped_column(String(8), default="", info={"told": ("unit",)})
    created_at: Mapped[Moment]


class Place(Chained, Base):
    """A site, room, freezer, shelf, rack, box or position. A position holds one item.

    Where it stands is told by `inside` when it is entered and by `to` when it moves.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint(stage_check("zone", Zone), name="zone_known"),
        CheckConstraint(stage_check("kind", PlaceKind), name="kind_known"),
        CheckConstraint(
            f"temperature IS NULL OR {stage_check('temperature', Temperature)}",
            name="temperature_known",
        ),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        # Two positions of one box never have the same name.
        Index(
            "uq_place_parent_id_position",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=text("is_position"),
            postgresql_where=text("is_position"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True, info={"told": ("code",)})
    name: Mapped[str] = mapped_column(String(100))
    zone: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16), info={"told": ("kind",)})
    temperature: Mapped[str | None] = mapped_column(
        String(16), info={"told": ("temperature",)}
    )
    """Of a freezer; what stands in it has the same."""
    capacity: Mapped[int | None] = mapped_column(info={"told": ("capacity",)})
    """How many items it holds at most, where it has no positions."""
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("place.id"), index=True, info={"told": ("inside", "to")}
    )
    is_position: Mapped[bool]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    retired_at: Mapped[Moment | None] = mapped_column(
        info={"told_by": Tag.PLACE_RETIRED}
    )
    """From then on nothing is put there; it was empty."""
