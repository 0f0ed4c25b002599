"""Reads of the printers and of the jobs that wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.printing.drawing import Sheet
from lims.printing.sending import SENDING, SendState
from lims.printing.tables import LabelJob, LabelSending, Printer

__all__ = ["LabelSending", "Printer", "Queued", "SendState", "asks", "in_use", "jobs"]

NEWEST = 50
OPEN = (SendState.WAITING, SendState.SENDING, SendState.FAILED, SendState.DOUBTFUL)


@dataclass(frozen=True)
class Queued:
    """A print job in the list."""

    uid: str
    printer: str
    state: SendState
    labels: int
    told: str
    tries: int
    queued_at: datetime
    queued_by: int
    test: bool
    actions: tuple[str, ...]


def in_use(session: Session, actor: Actor) -> list[Printer]:
    """The printers of the actor's laboratory by name."""
    wanted = select(Printer).where(Printer.retired_at.is_(None)).order_by(Printer.name)
    return list(session.scalars(owned(wanted, Printer.organisation_id, actor.scope)))


def printer(
    session: Session, actor: Actor, uid: str, *, locked: bool = False
) -> Printer:
    wanted = owned(
        select(Printer).where(Printer.uid == uid), Printer.organisation_id, actor.scope
    )
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound("No printer here has this address.")
    return found


def of(session: Session, row: LabelSending) -> Printer:
    """The printer of a print job."""
    return session.get_one(Printer, row.printer_id)


def sending(
    session: Session, actor: Actor, uid: str, *, locked: bool = False
) -> LabelSending:
    """One print job; the worker, which stands for no organisation, sees all."""
    wanted = select(LabelSending).where(LabelSending.uid == uid)
    if actor.organisation_id:
        wanted = owned(wanted, LabelSending.organisation_id, actor.scope)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound("No print job here has this address.")
    return found


def jobs(session: Session, actor: Actor) -> list[Queued]:
    """What is open first, then what was settled last."""
    wanted = (
        select(LabelSending, Printer.name)
        .join(Printer, Printer.id == LabelSending.printer_id)
        .order_by(LabelSending.ended_at.is_not(None), LabelSending.id.desc())
        .limit(NEWEST)
    )
    wanted = owned(wanted, LabelSending.organisation_id, actor.scope)
    return [
        Queued(
            row.uid,
            name,
            SendState(row.state),
            row.labels,
            row.told,
            row.tries,
            row.queued_at,
            row.queued_by,
            row.job_id is None,
            SENDING.actions(SendState(row.state)),
        )
        for row, name in session.execute(wanted)
    ]


def asks(session: Session, actor: Actor) -> int:
    """How many jobs wait for a person."""
    wanted = select(func.count()).where(
        LabelSending.state.in_((SendState.DOUBTFUL, SendState.FAILED))
    )
    return session.scalar(owned(wanted, LabelSending.organisation_id, actor.scope)) or 0


def unsettled(session: Session, found: Printer) -> bool:
    wanted = select(LabelSending.id).where(
        LabelSending.printer_id == found.id, LabelSending.state.in_(OPEN)
    )
    return session.scalar(wanted.limit(1)) is not None


def job_of(session: Session, sheet: Sheet) -> int:
    """The row of a sheet that was drawn in this transaction."""
    wanted = select(func.max(LabelJob.id)).where(LabelJob.sha256 == sheet.sha256)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("This sheet was not drawn here.")
    return found


def due(session: Session) -> Sequence[LabelSending]:
    """The oldest waiting job of each printer that does nothing now, locked."""
    busy = select(LabelSending.printer_id).where(
        LabelSending.state == SendState.SENDING
    )
    first = (
        select(func.min(LabelSending.id))
        .where(
            LabelSending.state == SendState.WAITING,
            LabelSending.printer_id.not_in(busy),
        )
        .group_by(LabelSending.printer_id)
    )
    wanted = select(LabelSending).where(LabelSending.id.in_(first))
    return session.scalars(
        wanted.order_by(LabelSending.id).with_for_update(skip_locked=True)
    ).all()


def any_open(session: Session) -> bool:
    """Whether any job waits for the worker."""
    wanted = select(LabelSending.id).where(
        LabelSending.state.in_((SendState.WAITING, SendState.SENDING))
    )
    return session.scalar(wanted.limit(1)) is not None


def under_way(session: Session) -> Sequence[LabelSending]:
    """What is being sent, or was when a worker stopped."""
    wanted = select(LabelSending).where(LabelSending.state == SendState.SENDING)
    return session.scalars(wanted.order_by(LabelSending.id)).all()
