"""The rows of the benches and of what they brought."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
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
