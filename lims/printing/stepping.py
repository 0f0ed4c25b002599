"""One step of a print job: by a person, or by the worker."""

from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import SYSTEM
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.printing import queries_printers as queries
from lims.printing.sending import SENDING, SendState
from lims.printing.tables import LabelSending


def step(row: LabelSending, action: str, told: str = "") -> dict[str, Any]:
    """One step of the table of states; the facts for its event. `row` is locked.

    The content is kept as long as it may be sent, and no longer.
    """
    state = SENDING.step(SendState(row.state), action, {}).target
    row.state, row.told = state, told
    now = clock.now()
    if state is SendState.SENDING:
        row.started_at, row.tries = now, row.tries + 1
    if state in {SendState.PRINTED, SendState.CANCELLED}:
        row.ended_at, row.content = now, b""
    if state is SendState.WAITING:
        row.command = None
    return {
        "action": action, "state": str(state), "tries": row.tries, "job": row.sha256,
    }  # fmt: skip


def take(session: Session, row: LabelSending) -> None:
    """The worker begins to send it."""
    record(session, SYSTEM, Tag.LABELS_SENT, row, **step(row, "take"))


def settle(session: Session, uid: str, action: str, told: str) -> None:
    """What the worker found came of a job that it has sent."""
    row = queries.sending(session, SYSTEM, uid, locked=True)
    if row.state == SendState.SENDING:
        record(session, SYSTEM, Tag.LABELS_SENT, row, **step(row, action, told))
