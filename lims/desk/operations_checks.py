"""Runs of the requirements' queries: asked for by the auditor, done by the worker."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from lims import clock, queue
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.desk import queries
from lims.desk.evidence import QUERIES
from lims.desk.requirements import BY_NUMBER
from lims.desk.tables import Check, CheckState
from lims.desk.tally import Tally
from lims.errors import BadInput

CHECK = "desk check"
"""The kind of work that the worker does for the desk."""


def ask(session: Session, actor: Actor, numbers: Collection[int]) -> list[Check]:
    """Ask for these requirements to be checked; each waits once."""
    require(actor, Permission.DESK_WORK)
    if unknown := sorted(set(numbers) - set(QUERIES)):
        words = "cannot be answered here" if unknown[0] in BY_NUMBER else "is unknown"
        raise BadInput(f"Requirement '{unknown[0]}' {words}. Choose from the list.")
    waiting = {one.number for one in queries.unfinished(session)}
    made = [
        Check(
            number=number,
            state=CheckState.WAITING,
            evidence=[],
            asked_at=clock.now(),
            asked_by=actor.user_id,
        )
        for number in sorted(set(numbers) - waiting)
    ]
    session.add_all(made)
    for check in made:
        queue.enqueue(session, CHECK, check.uid)
        record(session, actor, Tag.DESK_CHECK_ASKED, check, number=check.number)
    session.flush()
    return made


def finish(session: Session, actor: Actor, uid: str, found: Tally) -> Check:
    """Put on record what a query found."""
    require(actor, Permission.DESK_WORK)
    check = queries.check(session, uid, locked=True)
    if check.state == CheckState.DONE:
        return check
    check.state, check.done_at = CheckState.DONE, clock.now()
    check.checked, check.failing = found.checked, found.failing
    check.evidence = found.evidence
    record(
        session,
        actor,
        Tag.DESK_CHECKED,
        check,
        number=check.number,
        passes=found.failing == 0,
        checked=found.checked,
        failing=found.failing,
        where=[where for _, where, _ in found.evidence],
    )
    session.flush()
    return check
