"""The last scan taken back: a new event that names it; nothing is rewritten."""

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.queries import event_of
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes, queries
from lims.custody.changes import Load, Moved
from lims.custody.line import Link
from lims.custody.receiving import word
from lims.custody.stages import Stage
from lims.errors import RuleBroken
from lims.samples import queries as samples

UNDONE = frozenset({"take out", "offer"})
"""What can be taken back whole. A wrong place is corrected by the right one."""


def undo(session: Session, actor: Actor, named: str, reason: str) -> Moved:
    """What the actor did last with an item was not done: taken out, or offered.

    The item then stands where it stood, or is offered to nobody.
    """
    require(actor, Permission.CUSTODY_CORRECT)
    item = changes.load(session, actor, named)
    last = _last_act(session, item)
    if last is None or last.action not in UNDONE or last.actor != actor.uid:
        raise RuleBroken(
            f"What was done last with {item.name} is nothing that you can undo by a "
            "scan. Open its trail, and correct it there."
        )
    wrong = event_of(session, item.sample, last.seq)
    if last.action == "offer":
        item.holding.offered_to = None
        facts = {**changes.stay(item, "correct"), "right": {"offered": ""}}
    else:
        place = samples.place(session, actor, last.came_from, locked=True)
        spot = changes.at_place(session, place, item)
        facts = changes.put_back(item, Stage(last.before), spot)
        facts["right"] = {"place": place.code}
    record(
        session,
        actor,
        Tag.CUSTODY_CORRECTED,
        item.sample,
        corrects=last.seq,
        leaf=wrong.leaf if wrong else "",
        reason=word(reason, "the reason"),
        **facts,
    )
    session.flush()
    return changes.moved(item)


def _last_act(session: Session, item: Load) -> Link | None:
    """The newest event of an item's custody."""
    line = queries.custody_line(session, [item.sample])
    return line[-1] if line else None
