"""The record's rows."""

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment


class Event(Base):
    """Written once. `body` is what was hashed; the columns are copies to search by."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("item_uid", "item_seq"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    item_kind: Mapped[str] = mapped_column(String(32))
    item_uid: Mapped[str] = mapped_column(String(32))
    item_seq: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[str] = mapped_column(String(64), insert_sentinel=True)
    at: Mapped[Moment]
    actor_uid: Mapped[str] = mapped_column(String(32))
    tag: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Opening(Base):
    """Salt and value of a commitment, kept apart from the event and erasable."""

    __tablename__ = "audit_opening"
    __table_args__ = ({"info": {"unrecorded": "the event that commits tells of it"}},)

    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject_uid: Mapped[str] = mapped_column(String(32), index=True)
    field: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class System(Chained, Base):
    """One row for what happens to the system itself: set-up, migrations, checks."""

    __tablename__ = "audit_system"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(32), unique=True)
