"""The rows of the benches and of what they brought."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, BigKey, Chained, Key, Moment
from lims.workflow import stage_check


class CommandState(StrEnum):
    """What came of a command to a bench. The first two are not the end."""

    WAITING = "waiting"
    HANDED = "handed out"
    DONE = "done"
    REFUSED = "refused"
    UNSURE = "unsure"
    LATE = "too late"


class Station(Chained, Base):
    """A bench. Its code counts once, before its end; its token until it is revoked."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(64), info={"told": ("name",)})
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_ends: Mapped[Moment | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class StationReading(Base):
    """One reading, as the bench wrote it. `body` is what its hash is made of.

    The columns beside it are copies to search by. `received_at` is the server's time.
    """

    __tablename__ = "station_reading"
    __table_args__ = (
        UniqueConstraint("station_id", "seq"),
        {
            "info": {
                "append_only": True,
                "unrecorded": "the bench's own hash chain tells of it",
            }
        },
    )

    id: Mapped[Key]
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[str] = mapped_column(String(32))
    device: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[Moment]
    received_at: Mapped[Moment]
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    """How far the server's clock was ahead of the bench's when this was sent."""


class StationContact(Base):
    """When a bench was heard last, though it had nothing to bring."""

    __tablename__ = "station_contact"
    __table_args__ = ({"info": {"unrecorded": "it tells only that a bench is on"}},)

    station_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("station.id"), primary_key=True, autoincrement=False
    )
    heard_at: Mapped[Moment]
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    devices: Mapped[str] = mapped_column(Text, default="{}")
    """What hangs there: JSON, from the device's name to its kind."""


class StationPresence(Base):
    """Who works at a bench now: their page shows what it hears, and acts by it."""

    __tablename__ = "station_presence"
    __table_args__ = (
        {"info": {"unrecorded": "the bench's record tells who came; steps name whom"}},
    )

    station_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("station.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    since: Mapped[Moment]
    after: Mapped[int] = mapped_column(BigInteger)
    """The bench's readings up to this number were not of this person."""


class ScanState(StrEnum):
    """What a scan that is kept came to."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    """It was answered or shown, and nothing had to change."""
    ASKED = "asked"
    """It fits no rule and names no item that could be held: a person looks."""
    HELD = "held"
    """It was not applied; its item is on hold until a person has looked."""
    REFUSED = "refused"
    """It was made just then, and whoever made it was told no."""


class KeptScan(Base):
    """A scan with an identity of its own, and what it came to, once and for all.

    It came from a bench, or a page kept it while the network was away.
    """

    __tablename__ = "kept_scan"
    __table_args__ = (
        CheckConstraint(stage_check("came_to", ScanState), name="came_to_known"),
        Index(
            "ix_kept_scan_open",
            "organisation_id",
            postgresql_where=text("unsettled"),
            sqlite_where=text("unsettled"),
        ),
        {"info": {"unrecorded": "the step's event, or that of its hold, names it"}},
    )

    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reading_id: Mapped[int | None] = mapped_column(
        ForeignKey("station_reading.id"), unique=True
    )
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    """By the clock of the device."""
    received_at: Mapped[Moment]
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    """How far the server's clock was ahead of the device's."""
    came_to: Mapped[str] = mapped_column(String(16))
    item: Mapped[str] = mapped_column(String(64))
    """The code of what was held, or waited when it came; empty where nothing was."""
    answer: Mapped[str] = mapped_column(Text)
    """What the band said, as JSON, to say it again to the same scan."""
    unsettled: Mapped[bool]
    """A person still has to look into it."""


class StationCommand(Base):
    """What the server asks of a device at a bench; a bench does each at most once."""

    __tablename__ = "station_command"
    __table_args__ = (
        CheckConstraint(stage_check("state", CommandState), name="state_known"),
        {"info": {"unrecorded": "the bench's record tells what was asked and came"}},
    )

    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), index=True)
    device: Mapped[str] = mapped_column(String(64))
    does: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """What is printed, as the printer takes it; emptied at the end."""
    state: Mapped[str] = mapped_column(String(16))
    told: Mapped[str] = mapped_column(Text, default="")
    """The bench's own words where it was not done."""
    asked_by: Mapped[str] = mapped_column(String(32))
    """The uid of the person."""
    asked_at: Mapped[Moment]
    until: Mapped[Moment]
    """After this it is not begun any more."""
    ended_at: Mapped[Moment | None]
