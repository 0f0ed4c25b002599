"""The desk's rows: the only ones that an auditor ever changes."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.audit.tags import Tag
from lims.db import Base, BigKey, Chained, Key, Moment
from lims.workflow import stage_check


class FindingState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class FindingKind(StrEnum):
    """What a finding is about."""

    EVENT = "event"
    FREE = "free"
    ITEM = "item"
    REQUIREMENT = "requirement"


class NoteKind(StrEnum):
    ANSWER = "answer"
    CLOSING = "closing"
    NOTE = "note"


class CheckState(StrEnum):
    WAITING = "waiting"
    DONE = "done"


class Draw(Chained, Base):
    """Cases drawn at random: whoever has this row can draw them again."""

    __tablename__ = "desk_draw"

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(100))
    population: Mapped[str] = mapped_column(String(32), info={"told": ("population",)})
    narrowed: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The filters of the population, as they were stated."""
    size: Mapped[int] = mapped_column(info={"told": ("size",)})
    digest: Mapped[str] = mapped_column(String(64), info={"told": ("digest",)})
    """SHA-256 of the population's codes in order, a line each."""
    seed: Mapped[str] = mapped_column(String(64), info={"told": ("seed",)})
    codes: Mapped[str] = mapped_column(Text)
    """The population itself, a line each: later it may have grown."""
    drawn_at: Mapped[Moment]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Drawn(Base):
    """One case of a draw, and whether somebody has looked at it."""

    __tablename__ = "desk_drawn"

    draw_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("desk_draw.id"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(10))
    looked_at: Mapped[Moment | None]
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("desk_finding.id"))


class Finding(Chained, Base):
    """What an auditor found at one laboratory, until it is closed."""

    __tablename__ = "desk_finding"
    __table_args__ = (
        CheckConstraint(stage_check("state", FindingState), name="state_known"),
        CheckConstraint(stage_check("about", FindingKind), name="about_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    about: Mapped[str] = mapped_column(String(16), info={"told": ("about",)})
    subject: Mapped[str] = mapped_column(String(64), info={"told": ("subject",)})
    """The code, the pseudonym and number of the event, the requirement's number."""
    grade: Mapped[str] = mapped_column(String(16), info={"told": ("grade",)})
    text: Mapped[str] = mapped_column(Text, info={"told": ("text",), "first": True})
    responsible: Mapped[str] = mapped_column(
        String(32), info={"told": ("responsible",)}
    )
    """The role that is to answer."""
    due_on: Mapped[date] = mapped_column(Date, info={"told": ("due",)})
    state: Mapped[str] = mapped_column(String(16), index=True)
    found_at: Mapped[Moment]
    found_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[Moment | None] = mapped_column(
        info={"told_by": Tag.DESK_FINDING_CLOSED}
    )


class Note(Base):
    """What was said of a finding since: a note, the laboratory's answer, its end."""

    __tablename__ = "desk_note"
    __table_args__ = (CheckConstraint(stage_check("kind", NoteKind), name="known"),)

    id: Mapped[Key]
    finding_id: Mapped[int] = mapped_column(ForeignKey("desk_finding.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Moment]
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class SavedSearch(Chained, Base):
    """A search under a name, and how far it had come when it was last run."""

    __tablename__ = "desk_search"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(100))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    run_at: Mapped[Moment]
    newest: Mapped[int] = mapped_column(BigInteger)
    """The number of the newest event on record at that run."""


class Check(Chained, Base):
    """One run of one requirement's query, with what it found."""

    __tablename__ = "desk_check"
    __table_args__ = (
        CheckConstraint(stage_check("state", CheckState), name="state_known"),
    )

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(index=True, info={"told": ("number",)})
    state: Mapped[str] = mapped_column(String(16))
    checked: Mapped[int] = mapped_column(default=0, info={"told": ("checked",)})
    """How many things were looked at."""
    failing: Mapped[int] = mapped_column(default=0, info={"told": ("failing",)})
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    """The first that fail: [what, address or empty, why]."""
    asked_at: Mapped[Moment]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[Moment | None] = mapped_column(info={"told_by": Tag.DESK_CHECKED})


_FOLLOWS = {"unrecorded": "an index of the record, made of it and of nothing else"}


class Mention(Base):
    """Which events name a code: a place, a badge, a plate, another sample.

    In the order in which it is read, with what a search narrows it by: a code that half
    of all events name is found by its first page alone.
    """

    __tablename__ = "desk_mention"
    __table_args__ = ({"info": _FOLLOWS, "sqlite_with_rowid": False},)

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[Moment] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("audit_event.id"), primary_key=True, autoincrement=False
    )
    actor_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    tag: Mapped[str] = mapped_column(String(64), primary_key=True)


class Reach(Base):
    """How far the index of mentions has followed the log; one row."""

    __tablename__ = "desk_reach"
    __table_args__ = ({"info": _FOLLOWS},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    """The places of the log below this one are looked through."""
