"""Remind of what is out too long (rule B10): the part of the worker, often done."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import SYSTEM
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody.overdue import LONGEST, PATIENCE
from lims.custody.stages import Stage
from lims.custody.tables import Holding
from lims.custody.tables_overdue import Reminder
from lims.people import queries as people
from lims.samples import queries as samples

OUT = (Stage.IN_USE, Stage.PROCESSED)
AT_ONCE = 200
"""Items a round: the next round takes the others."""


def is_due(session: Session, before: datetime) -> bool:
    """Whether a round has anything to do; it is asked without a lock."""
    late = _late(before).limit(1)
    return bool(
        session.execute(late).first() or session.execute(_unheard().limit(1)).first()
    )


def remind(session: Session, before: datetime) -> int:
    """Ask the holders, then the manager; how many reminders came of it."""
    now = clock.now()
    late = {
        sample: (holder, since, nth)
        for sample, holder, since, nth in session.execute(_late(before).limit(AT_ONCE))
    }
    rows = samples.of_consignment(session, late)
    badges = people.badges(session, {holder for holder, _, _ in late.values()})
    for number, row in rows.items():
        holder, since, nth = late[number]
        session.add(
            Reminder(
                sample_id=number, holder_id=holder, since=since, nth=nth + 1,
                raised_at=now,
            )
        )  # fmt: skip
        by = badges[holder]
        record(session, SYSTEM, Tag.CUSTODY_OVERDUE, row, holder=by, out_since=since)
    session.flush()
    return len(rows) + _escalate(session, now)


def _escalate(session: Session, now: datetime) -> int:
    wanted = _unheard().limit(AT_ONCE).with_for_update(of=Reminder)
    found = {one.sample_id: one for one in session.scalars(wanted)}
    rows = samples.of_consignment(session, found)
    for number, row in rows.items():
        found[number].escalated_at = now
        record(session, SYSTEM, Tag.CUSTODY_OVERDUE_TOLD, row, whom="manager")
    session.flush()
    return len(rows)


def _late(before: datetime) -> Select[Any, Any, Any, Any]:
    """Items out too long of which nobody was reminded, or an answer has run out."""
    asked = (
        select(
            Reminder.sample_id,
            Reminder.since,
            func.max(Reminder.nth).label("nth"),
            func.count(Reminder.id).label("raised"),
            func.count(Reminder.answered_at).label("answered"),
            func.max(Reminder.answered_at).label("answered_at"),
        )
        .group_by(Reminder.sample_id, Reminder.since)
        .subquery()
    )
    same = and_(asked.c.sample_id == Holding.sample_id, asked.c.since == Holding.since)
    quiet = clock.now() - LONGEST
    again = and_(asked.c.raised == asked.c.answered, asked.c.answered_at < quiet)
    return (
        select(
            Holding.sample_id,
            Holding.holder_id,
            Holding.since,
            func.coalesce(asked.c.nth, 0),
        )
        .outerjoin(asked, same)
        .where(
            Holding.holder_id.is_not(None),
            Holding.stage.in_(OUT),
            Holding.since < before,
            asked.c.sample_id.is_(None) | again,
        )
        .order_by(Holding.since, Holding.sample_id)
    )


def _unheard() -> Select[Reminder]:
    """Reminders that the holder has not answered in time, of items still out."""
    return (
        select(Reminder)
        .join(
            Holding,
            and_(
                Holding.sample_id == Reminder.sample_id,
                Holding.since == Reminder.since,
            ),
        )
        .where(
            Reminder.answered_at.is_(None),
            Reminder.escalated_at.is_(None),
            Reminder.raised_at <= clock.now() - PATIENCE,
        )
        .order_by(Reminder.id)
    )
