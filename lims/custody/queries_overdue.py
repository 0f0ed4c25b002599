"""Reads of reminders: what is out too long, of one's own and for the manager."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.custody.tables import Holding
from lims.custody.tables_overdue import Reminder
from lims.db import owned
from lims.people import queries as people
from lims.samples.queries import Sample

SHOWN = 50


@dataclass(frozen=True)
class Out:
    """One item that is out too long, as Today shows it."""

    id: int
    code: str
    since: datetime
    holder: str
    mine: bool


def waiting(session: Session, actor: Actor) -> list[Out]:
    """What this person is asked about, the longest out first.

    The own items; a manager also those for which nobody answered in time.
    """
    mine = Reminder.holder_id == actor.user_id
    whose = mine
    if actor.may(Permission.PLACE_MANAGE):
        whose = or_(mine, Reminder.escalated_at.is_not(None))
    wanted = (
        select(Reminder, Sample.code)
        .join(Sample, Sample.id == Reminder.sample_id)
        .join(Holding, _still_out())
        .where(Reminder.answered_at.is_(None), whose)
        .order_by(Reminder.since, Reminder.id)
        .limit(SHOWN)
    )
    rows = session.execute(owned(wanted, Sample.organisation_id, actor.scope)).all()
    names = people.names_by_id(session, {row.holder_id for row, _ in rows})
    return [
        Out(
            row.id,
            code or "",
            row.since,
            names.get(row.holder_id, ""),
            row.holder_id == actor.user_id,
        )
        for row, code in rows
    ]


def one(session: Session, number: int) -> Reminder | None:
    """Locked, where the item is still out."""
    wanted = select(Reminder).join(Holding, _still_out()).where(Reminder.id == number)
    return session.scalar(wanted.with_for_update(of=Reminder))


def _still_out() -> ColumnElement[bool]:
    return and_(
        Holding.sample_id == Reminder.sample_id, Holding.since == Reminder.since
    )
