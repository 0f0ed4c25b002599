"""What is done to printers and to the print jobs that wait for them.

A job is never sent twice by itself. What broke off in the middle is doubtful, and a
person who looked at the printer says what came out.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import BadInput, NotPermitted, RuleBroken
from lims.printing import operations, queries_templates
from lims.printing import queries_printers as queries
from lims.printing.addresses import require_address
from lims.printing.drawing import PDF, Sheet
from lims.printing.sending import SendState, Way
from lims.printing.stepping import step
from lims.printing.tables import LabelSending, Printer


@dataclass(frozen=True)
class NewPrinter:
    name: str
    way: Way
    address: str
    """`host:port`, an IPP address, or the device's name at a bench."""
    language: str
    dpi: int
    tells: bool = True
    """Whether it answers when it is asked how it is."""
    bench: str = ""
    """The uid of the bench that it hangs at, or that it stands beside."""


def add(session: Session, actor: Actor, told: NewPrinter) -> Printer:
    require(actor, Permission.PRINTER_MANAGE)
    name = told.name.strip()
    if not 0 < len(name) <= 64:  # noqa: PLR2004 - as wide as its column
        raise BadInput("The name of a printer has 1 to 64 characters.")
    require_address(told.way, told.address, told.language, told.bench)
    same = select(Printer.id).where(
        Printer.organisation_id == actor.organisation_id, Printer.name == name
    )
    if session.scalar(same):
        raise BadInput(f"A printer '{name}' is here already. Choose another name.")
    made = Printer(
        organisation_id=actor.organisation_id,
        name=name,
        way=told.way,
        address=told.address,
        language=told.language,
        dpi=told.dpi,
        tells=told.tells,
        bench=told.bench,
    )
    session.add(made)
    facts: dict[str, Any] = {"way": str(told.way), "language": told.language}
    record(session, actor, Tag.PRINTER_ADDED, made, name=name, dpi=told.dpi, **facts)
    session.flush()
    return made


def retire(session: Session, actor: Actor, uid: str) -> Printer:
    """Nothing is sent there any more; what waits for it must be cancelled first."""
    require(actor, Permission.PRINTER_MANAGE)
    found = queries.printer(session, actor, uid, locked=True)
    if found.retired_at is not None:
        raise RuleBroken(f"The printer '{found.name}' is out of use already.")
    if queries.unsettled(session, found):
        raise RuleBroken(
            f"Jobs wait for '{found.name}', or a person is asked about one. Settle "
            "them first, on the page of the print jobs."
        )
    found.retired_at = clock.now()
    record(session, actor, Tag.PRINTER_RETIRED, found)
    return found


def queue(session: Session, actor: Actor, uid: str, sheet: Sheet) -> LabelSending:
    """Let a sheet that was drawn in this transaction be sent to a printer."""
    require(actor, Permission.LABEL_QUEUE)
    printer = queries.printer(session, actor, uid)
    stock = queries_templates.usable(session, actor, sheet.stock)
    other = sheet.form != PDF and stock.dpi != printer.dpi
    if sheet.form != printer.language or other:
        raise BadInput(
            f"'{stock.title}' is drawn at {stock.dpi} dpi; '{printer.name}' prints "
            f"{printer.dpi} dpi. Choose a template or a printer that suits."
        )
    job = queries.job_of(session, sheet)
    return _queued(session, actor, printer, sheet.content, len(sheet.codes), job)


def queue_test(
    session: Session, actor: Actor, uid: str, content: bytes, labels: int
) -> LabelSending:
    """A page without any code, to try a printer."""
    require(actor, Permission.PRINTER_MANAGE)
    printer = queries.printer(session, actor, uid)
    return _queued(session, actor, printer, content, labels, None)


def again(session: Session, actor: Actor, uid: str) -> LabelSending:
    """Send what failed, of which nothing was printed."""
    require(actor, Permission.LABEL_QUEUE)
    return _answered(session, actor, uid, "send again")


def all_came_out(session: Session, actor: Actor, uid: str) -> LabelSending:
    """Somebody looked: a doubtful job is printed."""
    require(actor, Permission.LABEL_QUEUE)
    return _answered(session, actor, uid, "all came out")


def none_came_out(session: Session, actor: Actor, uid: str) -> LabelSending:
    """Somebody looked: nothing of a doubtful job was printed."""
    require(actor, Permission.LABEL_QUEUE)
    return _answered(session, actor, uid, "none came out")


def cancel(session: Session, actor: Actor, uid: str) -> LabelSending:
    """Send it no more. Its labels are void, those too that may have come out."""
    require(actor, Permission.LABEL_REPRINT)
    found = _answered(session, actor, uid, "cancel")
    operations.void_job(session, actor, found.job_id, NOT_PRINTED)
    return found


NOT_PRINTED = "LABEL_NOT_PRINTED"


def handed(session: Session, actor: Actor, row: LabelSending, command: str) -> None:
    """A bench was asked to print it; `command` is the uid of that."""
    require(actor, Permission.LABEL_PRINT)
    row.command = command
    record(session, actor, Tag.LABELS_SENT, row, **step(row, "take"))


def _answered(session: Session, actor: Actor, uid: str, action: str) -> LabelSending:
    row = queries.sending(session, actor, uid, locked=True)
    if row.job_id is None and not actor.may(Permission.LABEL_REPRINT):
        raise NotPermitted("A test page is answered by who prints labels again.")
    record(session, actor, Tag.LABELS_SENT, row, **step(row, action))
    return row


def _queued(
    session: Session,
    actor: Actor,
    printer: Printer,
    content: bytes,
    labels: int,
    job: int | None,
) -> LabelSending:
    if printer.retired_at is not None:
        raise BadInput(f"The printer '{printer.name}' is out of use.")
    made = LabelSending(
        organisation_id=actor.organisation_id,
        printer_id=printer.id,
        job_id=job,
        labels=labels,
        content=content,
        sha256=sha256(content).hexdigest(),
        state=SendState.WAITING,
        told="",
        tries=0,
        queued_at=clock.now(),
        queued_by=actor.user_id,
    )
    session.add(made)
    facts: dict[str, Any] = {
        "printer": printer.uid,
        "labels": labels,
        "job": made.sha256,
    }
    record(session, actor, Tag.LABELS_QUEUED, made, **facts)
    session.flush()
    return made
