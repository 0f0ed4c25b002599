"""Reads of the record. A query never changes anything."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.chain import Link, faults
from lims.audit.retold import row_faults
from lims.audit.tables import Event, Opening, System
from lims.audit.verification import NAME as VERIFICATION
from lims.audit.verification import verify
from lims.db import Chained

__all__ = [
    "MANY",
    "Event",
    "Opening",
    "all_faults",
    "chain_faults",
    "events_of",
    "faults_among",
    "last_verification",
]


MANY = 500
"""Things asked for by one statement, where they may be thousands."""


def events_of(session: Session, items: Iterable[str]) -> list[Event]:
    """The events of these items (their uids), oldest first."""
    found = select(Event).where(Event.item_uid.in_(list(items)))
    return list(session.scalars(found.order_by(Event.id)))


def chain_from(session: Session, item: str, after: int, size: int) -> list[Event]:
    """So many events of one item, from the number after this one on."""
    found = select(Event).where(Event.item_uid == item, Event.item_seq > after)
    return list(session.scalars(found.order_by(Event.item_seq).limit(size)))


def last_event(session: Session, item: Chained) -> Event | None:
    """What was done to this item last; None where nothing is on record yet."""
    return event_of(session, item, item.ver)


def event_of(session: Session, item: Chained, seq: int) -> Event | None:
    """The event with this number on the item's chain."""
    found = select(Event).where(Event.item_uid == item.uid, Event.item_seq == seq)
    return session.scalar(found)


def items_between(
    session: Session, kind: str, since: datetime, until: datetime
) -> list[str]:
    """The items of this kind that have events from `since` to before `until`."""
    found = select(Event.item_uid).where(
        Event.item_kind == kind, Event.at >= since, Event.at < until
    )
    return sorted(set(session.scalars(found)))


def openings_of(session: Session, commitments: Iterable[str]) -> dict[str, Opening]:
    """Commitment to its opening, where it was not erased."""
    wanted = list(commitments)
    found: dict[str, Opening] = {}
    for first in range(0, len(wanted), MANY):
        some = wanted[first : first + MANY]
        rows = session.scalars(select(Opening).where(Opening.commitment.in_(some)))
        found.update({one.commitment: one for one in rows})
    return found


def chain_faults(session: Session, items: Iterable[str]) -> dict[str, list[str]]:
    """Item uid to what is wrong with its chain; only those with a fault."""
    return faults_among(events_of(session, items))


def faults_among(events: Iterable[Event]) -> dict[str, list[str]]:
    """The same for events that were read already."""
    ordered = sorted(events, key=lambda one: (one.item_uid, one.item_seq))
    found = {}
    for item, chain in groupby(ordered, key=lambda one: one.item_uid):
        if wrong := faults(_link(one) for one in chain):
            found[item] = wrong
    return found


def all_faults(session: Session) -> dict[str, list[str]]:
    """Everything that is wrong with record and log: where, and the sentences."""
    found: dict[str, list[str]] = {}
    for fault in [*verify(session).faults, *row_faults(session)]:
        found.setdefault(fault.where, []).append(fault.sentence)
    return found


def last_verification(session: Session) -> Event | None:
    """The event that tells of the last full verification; None before the first."""
    found = select(Event).join(System, System.uid == Event.item_uid)
    newest = found.where(System.name == VERIFICATION).order_by(Event.item_seq.desc())
    return session.scalar(newest.limit(1))


def _link(row: Event) -> Link:
    return Link(row.item_uid, row.item_seq, row.prev, row.leaf, row.body)
