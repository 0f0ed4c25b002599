"""Holds: freeze one item until somebody else has looked into it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import queries
from lims.custody.receiving import word
from lims.custody.tables import Hold
from lims.errors import NotFound
from lims.samples import queries as samples
from lims.samples.queries import Sample

UNAPPLIED_SCAN = "UNAPPLIED_SCAN"
"""The reason of the hold that a late scan brings about, or one by a wrong clock."""


def hold(session: Session, actor: Actor, named: str, reason: str) -> Hold:
    """Freeze an item. The same reason again is the same hold."""
    require(actor, Permission.CUSTODY_HOLD)
    sample = queries.named_sample(session, actor, named, locked=True)
    standing = queries.holds_of(session, sample.id)
    for one in standing:
        if one.reason == reason:
            return one
    word(reason, "the reason of the hold")
    return _open(session, actor, sample, reason)


def hold_for_a_scan(
    session: Session, actor: Actor, named: str, made_at: datetime, received_at: datetime
) -> Hold:
    """Freeze an item whose scan could not be applied, with both times."""
    require(actor, Permission.SAMPLE_READ)
    sample = queries.named_sample(session, actor, named, locked=True)
    times = {"made_at": made_at.isoformat(), "received_at": received_at.isoformat()}
    return _open(session, actor, sample, UNAPPLIED_SCAN, times)


def hold_at_the_door(
    session: Session, actor: Actor, arrived: Mapping[int, Sample], reason: str
) -> None:
    """Freeze what does not agree with its manifest (rule B3), many at once."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    known = queries.held_ids(session, arrived)
    for number, sample in arrived.items():
        if reason not in known.get(number, ()):
            _open(session, actor, sample, reason)


def open_hold(session: Session, actor: Actor, sample: Sample, reason: str) -> Hold:
    """A new hold of an item that the caller has loaded locked."""
    require(actor, Permission.CUSTODY_HOLD)
    return _open(session, actor, sample, reason)


def _open(
    session: Session,
    actor: Actor,
    sample: Sample,
    reason: str,
    times: Mapping[str, str] | None = None,
) -> Hold:
    made = Hold(
        sample_id=sample.id,
        reason=reason,
        opened_at=clock.now(),
        opened_by=actor.user_id,
    )
    session.add(made)
    facts: dict[str, Any] = {"reason": reason, **(times or {})}
    record(session, actor, Tag.HOLD_OPENED, sample, **facts)
    return made


def release_hold(session: Session, actor: Actor, hold_id: int, resolution: str) -> Hold:
    """Close a hold with what was found. Whoever holds findings closes them."""
    require(actor, Permission.FINDING_CLOSE)
    found = session.get(Hold, hold_id)
    unknown = NotFound(
        "No such hold is open here. The page Holds shows those that are."
    )
    if found is None:
        raise unknown
    try:
        rows = samples.by_ids(session, actor, [found.sample_id], locked=True)
    except NotFound:
        raise unknown from None
    session.refresh(found)
    if found.closed_at is not None:
        return found
    found.closed_at, found.closed_by = clock.now(), actor.user_id
    found.resolution = word(resolution, "what was found")
    record(
        session,
        actor,
        Tag.HOLD_CLOSED,
        rows[found.sample_id],
        reason=found.reason,
        resolution=found.resolution,
    )
    return found
