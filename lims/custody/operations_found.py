"""An item turns up where the record does not have it (rule B7)."""

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes
from lims.custody.changes import Load, Moved, Spot
from lims.errors import RuleBroken
from lims.samples import queries as samples

FOUND = "found elsewhere"


def found_elsewhere(session: Session, actor: Actor, named: str, code: str) -> Moved:
    """The record has it at another place: from now on it is here, and that is told.

    Its stage stays: nobody took it out.
    """
    require(actor, Permission.CUSTODY_MOVE)
    item = changes.load(session, actor, named)
    place = samples.place(session, actor, code, locked=True)
    to = changes.at_place(session, place, item)
    if item.holding.at == to.at:
        return changes.moved(item, already=True)
    if item.holding.place_id is None:
        raise RuleBroken(
            f"The record has {item.name} at no place. Store it, or have whoever holds "
            "it hand it over."
        )
    _tell(session, actor, item, to)
    session.flush()
    return changes.moved(item)


def _tell(session: Session, actor: Actor, item: Load, to: Spot) -> None:
    facts = changes.correct(item, to, FOUND)
    record(session, actor, Tag.CUSTODY_FOUND_ELSEWHERE, item.sample, **facts)
