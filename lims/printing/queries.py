"""Reads of labels: which copy of a code is the valid one, and what a scan means."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.codes import Kind, kind, shown
from lims.db import owned, pairs
from lims.errors import NotFound
from lims.people import queries as people
from lims.printing import queries_repairs as repairs
from lims.printing.drawing import require_codes
from lims.printing.tables import Label, LabelJob, LabelState
from lims.samples import queries as samples
from lims.samples.queries import Sample

__all__ = [
    "Copy", "Label", "LabelJob", "LabelState", "Sample", "copies", "job", "latest",
    "refusal", "sheets", "unconfirmed", "wearers",
]  # fmt: skip


LATEST = 20


@dataclass(frozen=True)
class Copy:
    """One physical label, for the page of the item that wears it."""

    copy: int
    state: LabelState
    stock: str
    printed_at: datetime
    reason: str | None


@dataclass(frozen=True)
class Printed:
    """One sheet that left, in the list of the latest."""

    stock: str
    labels: int
    printed_at: datetime
    printed_by: int
    reason: str | None


def sheets(session: Session, actor: Actor) -> list[Printed]:
    """The latest sheets of the actor's organisation, the newest first."""
    newest = select(LabelJob).order_by(LabelJob.id.desc()).limit(LATEST)
    newest = owned(newest, LabelJob.organisation_id, actor.scope)
    jobs = session.scalars(newest).all()
    counted = (
        select(Label.job_id, func.count())
        .where(Label.job_id.in_([job.id for job in jobs]))
        .group_by(Label.job_id)
    )
    counts = pairs(session, counted)
    return [
        Printed(job.stock, counts[job.id], job.printed_at, job.printed_by, job.reason)
        for job in jobs
    ]


def copies(session: Session, code: str) -> list[Copy]:
    """Every label of an item that the caller has looked up, the newest first."""
    wanted = (
        select(Label, LabelJob)
        .join(LabelJob, LabelJob.id == Label.job_id)
        .where(Label.code == code)
        .order_by(Label.copy.desc())
    )
    return [
        Copy(
            label.copy,
            LabelState(label.state),
            job.stock,
            job.printed_at,
            job.reason,
        )
        for label, job in session.execute(wanted)
    ]


def latest(session: Session, codes: Collection[str]) -> dict[str, Label]:
    """The newest label of each code that has one."""
    wanted = select(Label).where(Label.code.in_(list(codes))).order_by(Label.copy)
    return {label.code: label for label in session.scalars(wanted)}


def unconfirmed(session: Session, job_id: int | None) -> list[Label]:
    """The labels of a sheet that were printed and not yet scanned."""
    wanted = select(Label).where(
        Label.job_id == job_id, Label.state == LabelState.PRINTED
    )
    return list(session.scalars(wanted.order_by(Label.id)))


def refusal(session: Session, code: str) -> str | None:
    """Why a scan of this code must not count now; None where it may.

    All copies of a label carry the same symbol, so after a reprint the new one must be
    scanned once before either is believed.
    """
    if repairs.waiting(session, [code]):
        return (
            f"The label {shown(code)} is torn or on a wrong tube, and a second person "
            "has not agreed yet how it is put right. Put the item aside."
        )
    label = latest(session, [code]).get(code)
    match label:
        case None:
            return None
        case Label(state=LabelState.VOID):
            return (
                f"The label {shown(code)} is void. Put the item aside and ask the "
                "manager to print a new label."
            )
        case Label(state=LabelState.PRINTED, copy=copy) if copy > 1:
            return (
                f"{shown(code)} has a new label, copy {copy}; the one before is void. "
                f"Remove the old label, stick on copy {copy} and confirm it first."
            )
    return None


def job(session: Session, label: Label) -> LabelJob:
    """The job that printed it, locked for an event."""
    return session.get_one(
        LabelJob, label.job_id, with_for_update=True, populate_existing=True
    )


def wearers(
    session: Session, actor: Actor, codes: Collection[str], known: Collection[str]
) -> dict[str, Sample]:
    """The samples among the codes, locked. Only what exists here gets a label."""
    require_codes(codes)
    for code in codes:
        match kind(code):
            case Kind.SAMPLE:
                continue
            case Kind.PLACE:
                samples.place(session, actor, code)
            case Kind.BADGE:
                people.person_with_badge(session, actor, code)
            case _ if code not in known:
                raise NotFound(
                    f"Nothing here has the code {shown(code)}, so it gets no label. "
                    "Open the page of the thing itself and print from there."
                )
    wanted = [code for code in codes if kind(code) is Kind.SAMPLE]
    return samples.by_codes(session, actor, wanted, locked=True) if wanted else {}
