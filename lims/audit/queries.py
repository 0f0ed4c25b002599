"""Reads of the record. A query never changes anything."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.chain import Link, faults
from lims.audit.tables import Event
from lims.db import Base, Chained

__all__ = ["Event", "all_faults", "chain_faults", "events_of", "faults_among"]


def events_of(session: Session, items: Iterable[str]) -> list[Event]:
    """The events of these items (their uids), oldest first."""
    found = select(Event).where(Event.item_uid.in_(list(items)))
    return list(session.scalars(found.order_by(Event.id)))


def last_event(session: Session, item: Chained) -> Event | None:
    """What was done to this item last; None where nothing is on record yet."""
    return event_of(session, item, item.ver)


def event_of(session: Session, item: Chained, seq: int) -> Event | None:
    """The event with this number on the item's chain."""
    found = select(Event).where(Event.item_uid == item.uid, Event.item_seq == seq)
    return session.scalar(found)


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
    """Walk every chain and every chained row: bytes, order, heads."""
    walk = select(Event).order_by(Event.item_uid, Event.item_seq)
    rows = session.scalars(walk.execution_options(yield_per=1000))
    heads: dict[str, tuple[int, str]] = {}
    found: dict[str, list[str]] = {}
    for item, chain in groupby(rows, key=lambda one: one.item_uid):
        links = [_link(one) for one in chain]
        if wrong := faults(links):
            found[item] = wrong
        heads[item] = (links[-1].seq, links[-1].leaf)
    for item, head in _heads(session):
        if head != heads.get(item):
            found.setdefault(item, []).append(
                "The row is not as its last event left it."
            )
    return found


def _heads(session: Session) -> Iterator[tuple[str, tuple[int, str]]]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Chained):
            kind = mapper.class_
            for uid, ver, head in session.execute(
                select(kind.uid, kind.ver, kind.head_hash)
            ):
                yield uid, (ver, head)


def _link(row: Event) -> Link:
    return Link(row.item_uid, row.item_seq, row.prev, row.leaf, row.body)
