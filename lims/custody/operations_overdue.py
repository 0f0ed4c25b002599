"""Answer a reminder of what is out too long (rule B10)."""

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import operations_holds, queries_overdue
from lims.custody.receiving import word
from lims.custody.tables_overdue import Reminder
from lims.errors import NotFound, NotPermitted
from lims.samples import queries as samples

NOT_WITH_ME, GAP = "NOT_WITH_ME", "CUSTODY_GAP"


def answer_reminder(
    session: Session, actor: Actor, number: int, answer: str
) -> Reminder:
    """Say why the item is still out. Who does not have it opens a hold (rule B4)."""
    require(actor, Permission.CUSTODY_HOLD)
    found = queries_overdue.one(session, number)
    gone = NotFound("The item is not out any more: nothing is to be answered.")
    if found is None:
        raise gone
    others = NotPermitted("Whoever holds the item answers; an hour later the manager.")
    try:
        rows = samples.by_ids(session, actor, [found.sample_id], locked=True)
    except NotFound:
        raise (gone if actor.may(Permission.CUSTODY_MOVE) else others) from None
    told = found.escalated_at is not None and actor.may(Permission.PLACE_MANAGE)
    if found.holder_id != actor.user_id and not told:
        raise others
    if found.answered_at is not None:
        return found
    found.answered_at, found.answered_by = clock.now(), actor.user_id
    found.answer = word(answer, "the answer")
    row = rows[found.sample_id]
    record(session, actor, Tag.CUSTODY_OVERDUE_ANSWERED, row, answer=answer)
    if answer == NOT_WITH_ME:
        operations_holds.open_hold(session, actor, row, GAP)
    session.flush()
    return found
