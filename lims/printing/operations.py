"""Printing labels: each sheet, reprint and confirmation is on record.

A sample's own chain tells of its labels, too; the job's chain tells of the sheet.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import shown
from lims.db import Chained
from lims.errors import NotFound, RuleBroken
from lims.printing import queries
from lims.printing import queries_templates as templates
from lims.printing.drawing import PDF, Sheet, draw, require_reason
from lims.printing.queries import Sample
from lims.printing.tables import Label, LabelJob, LabelState


def print_labels(
    session: Session,
    actor: Actor,
    codes: Collection[str],
    stock: str,
    skip: int = 0,
    known: Collection[str] = (),
    form: str = PDF,
) -> Sheet:
    """The first label of each code. `skip` positions of the sheet are used already.

    `known` are codes of slices above this one (plates, consignments, lots), which the
    caller has looked up for this actor; here and in the other operations.
    """
    require(actor, Permission.LABEL_PRINT)
    items = queries.wearers(session, actor, codes, known)
    if worn := queries.latest(session, codes):
        raise RuleBroken(
            f"{shown(min(worn))} has a label already. A second one is a reprint: give "
            "its reason, and the first becomes void."
        )
    copies = dict.fromkeys(codes, 1)
    drawn_by = templates.usable(session, actor, stock)
    sheet = draw(copies, drawn_by, skip, form)
    _enter(session, actor, Tag.LABEL_PRINTED, sheet, copies, items)
    return sheet


def reprint(
    session: Session,
    actor: Actor,
    codes: Collection[str],
    stock: str,
    reason: str,
    skip: int = 0,
    known: Collection[str] = (),
    form: str = PDF,
) -> Sheet:
    """New labels for codes that have one. The labels before are void at once.

    The new ones count when they were scanned and confirmed.
    """
    require(actor, Permission.LABEL_REPRINT)
    require_reason(reason)
    items = queries.wearers(session, actor, codes, known)
    old = _worn(session, codes)
    copies = {code: label.copy + 1 for code, label in old.items()}
    drawn_by = templates.usable(session, actor, stock)
    sheet = draw(copies, drawn_by, skip, form)
    for label in old.values():
        label.state = LabelState.VOID
    _enter(session, actor, Tag.LABEL_REPRINTED, sheet, copies, items, reason)
    return sheet


def confirm(
    session: Session, actor: Actor, code: str, known: Collection[str] = ()
) -> Label:
    """The newest label was stuck on and scanned; from now on it counts."""
    require(actor, Permission.LABEL_PRINT)
    items = queries.wearers(session, actor, [code], known)
    label = _worn(session, [code])[code]
    if label.state == LabelState.VOID:
        raise RuleBroken(f"The label {shown(code)} is void and cannot be confirmed.")
    if label.state == LabelState.CONFIRMED:
        return label
    label.state = LabelState.CONFIRMED
    _tell(session, actor, Tag.LABEL_CONFIRMED, label, items)
    return label


def void(
    session: Session,
    actor: Actor,
    code: str,
    reason: str,
    known: Collection[str] = (),
) -> Label:
    """Take the label of a code out of use, with no new one in its place."""
    require(actor, Permission.LABEL_REPRINT)
    require_reason(reason)
    items = queries.wearers(session, actor, [code], known)
    label = _worn(session, [code])[code]
    if label.state == LabelState.VOID:
        raise RuleBroken(f"The label {shown(code)} is void already.")
    label.state = LabelState.VOID
    _tell(session, actor, Tag.LABEL_VOIDED, label, items, reason=reason)
    return label


def void_job(session: Session, actor: Actor, job_id: int | None, reason: str) -> None:
    """Make void what of one sheet was not confirmed: it did not come out."""
    require(actor, Permission.LABEL_REPRINT)
    require_reason(reason)
    unconfirmed = queries.unconfirmed(session, job_id)
    codes = [label.code for label in unconfirmed]
    items = queries.wearers(session, actor, codes, codes) if codes else {}
    for label in unconfirmed:
        label.state = LabelState.VOID
        of = {label.code: items[label.code]} if label.code in items else {}
        _tell(session, actor, Tag.LABEL_VOIDED, label, of, reason=reason)


def _worn(session: Session, codes: Collection[str]) -> dict[str, Label]:
    """The newest label of each."""
    found = queries.latest(session, codes)
    if bare := [code for code in codes if code not in found]:
        raise NotFound(f"{shown(bare[0])} has no label yet. Print its first label.")
    return found


def _enter(
    session: Session,
    actor: Actor,
    tag: Tag,
    sheet: Sheet,
    copies: Mapping[str, int],
    items: Mapping[str, Sample],
    reason: str | None = None,
) -> None:
    """The job, its labels, and an event on the job's chain and on each sample's."""
    job = LabelJob(
        organisation_id=actor.organisation_id,
        stock=sheet.stock,
        template=sheet.template,
        form=sheet.form,
        sha256=sheet.sha256,
        reason=reason,
        printed_at=clock.now(),
        printed_by=actor.user_id,
    )
    session.add(job)
    facts: dict[str, Any] = {"sheet": sheet.sha256, "reason": reason}
    codes = list(sheet.codes)
    by: dict[str, Any] = {
        "stock": sheet.stock,
        "template": sheet.template,
        "form": sheet.form,
    }
    record(session, actor, tag, job, **by, codes=codes, **facts)
    session.flush()
    session.add_all(
        Label(job_id=job.id, code=code, copy=copies[code], state=LabelState.PRINTED)
        for code in sheet.codes
    )
    for code, item in items.items():
        record(session, actor, tag, item, code=code, copy=copies[code], **facts)
    session.flush()


def _tell(
    session: Session,
    actor: Actor,
    tag: Tag,
    label: Label,
    items: Mapping[str, Sample],
    **stated: Any,
) -> None:
    """The same event on the chain of the job that printed it and on the sample's."""
    told: list[Chained] = [queries.job(session, label), *items.values()]
    for item in told:
        record(session, actor, tag, item, code=label.code, copy=label.copy, **stated)
