"""The record's rows."""

from typing import cast

from sqlalchemy import (
    BigInteger,
    FetchedValue,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from lims import boxes
from lims.db import Base, BigKey, Chained, Key, Moment
from lims.sealing import values


class Event(Base):
    """Written once. `body` is what was hashed; the columns are copies to search by."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("item_uid", "item_seq"),
        Index("ix_audit_event_at_id", "at", "id"),
        Index("ix_audit_event_actor_uid_at_id", "actor_uid", "at", "id"),
        Index("ix_audit_event_tag_at_id", "tag", "at", "id"),
        Index("ix_audit_event_txid", "txid", sqlite_where=text("txid IS NOT NULL")),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    item_kind: Mapped[str] = mapped_column(String(32))
    item_uid: Mapped[str] = mapped_column(String(32))
    item_seq: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    actor_uid: Mapped[str] = mapped_column(String(32))
    tag: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    txid: Mapped[int | None] = mapped_column(
        BigInteger, server_default=FetchedValue(), deferred=True
    )
    """On PostgreSQL the writing transaction, by which the integrator misses none."""


class Opening(Base):
    """Salt and value of a commitment, kept apart from the event and erasable.

    Both are sealed under the key of the subject: gone with the row, and with the key.
    """

    __tablename__ = "audit_opening"
    __table_args__ = ({"info": {"unrecorded": "the event that commits tells of it"}},)

    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject_uid: Mapped[str] = mapped_column(String(32), index=True)
    field: Mapped[str] = mapped_column(String(64))
    kept_salt: Mapped[bytes] = mapped_column("salt", LargeBinary)
    kept_value: Mapped[bytes] = mapped_column("value", LargeBinary)

    @property
    def salt(self) -> bytes:
        return self._opened("salt", self.kept_salt)

    @property
    def value(self) -> bytes:
        """Canonical JSON."""
        return self._opened("value", self.kept_value)

    def _opened(self, column: str, kept: bytes) -> bytes:
        session = cast("Session", object_session(self))
        where = boxes.place(self.__tablename__, column, self.commitment)
        return values.opened(session, where, kept)


class System(Chained, Base):
    """One row for what happens to the system itself: set-up, migrations, checks."""

    __tablename__ = "audit_system"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(32), unique=True)


_LOG = {
    "append_only": True,
    "integrated": True,
    "unrecorded": "the log follows the record by itself",
}
"""Tables that the integrator alone writes."""


class Leaf(Base):
    """The place of an event in the log: gap-free, given by the integrator alone."""

    __tablename__ = "audit_leaf"
    __table_args__ = ({"info": _LOG},)

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("audit_event.id"), unique=True
    )
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class Node(Base):
    """A complete subtree of 2**level leaves, at the levels 8, 16 and 24.

    With them one proof needs a few short reads, however large the log is.
    """

    __tablename__ = "audit_node"
    __table_args__ = ({"info": _LOG},)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SignedCheckpoint(Base):
    """What the log signed of itself; `note` is the exact text with its signatures."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (UniqueConstraint("origin", "size"), {"info": _LOG})

    id: Mapped[Key]
    origin: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment]


class LogKey(Base):
    """A public key that the log signs with, from that size of the log on."""

    __tablename__ = "audit_log_key"
    __table_args__ = ({"info": _LOG},)

    id: Mapped[Key]
    vkey: Mapped[str] = mapped_column(Text, unique=True)
    since: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Moment]
