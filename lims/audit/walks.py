"""Walks of the record for an auditor's queries, in memory that does not grow."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.db import pairs

AT_A_TIME = 1000


def tagged(session: Session, *tags: Tag) -> Iterator[Event]:
    """The events of these kinds, by kind and time."""
    for tag in tags:
        wanted = select(Event).where(Event.tag == tag).order_by(Event.at, Event.id)
        yield from session.scalars(wanted.execution_options(yield_per=AT_A_TIME))


def chains(session: Session, kind: str) -> Iterator[tuple[str, list[Event]]]:
    """Each item of this kind with its whole chain."""
    wanted = select(Event).where(Event.item_kind == kind)
    ordered = wanted.order_by(Event.item_uid, Event.item_seq)
    rows = session.scalars(ordered.execution_options(yield_per=AT_A_TIME))
    for uid, chain in groupby(rows, key=lambda one: one.item_uid):
        yield uid, list(chain)


def of_kinds(session: Session, kinds: Sequence[str]) -> Iterator[Event]:
    """Every event of items of these kinds."""
    wanted = select(Event).where(Event.item_kind.in_(kinds)).order_by(Event.id)
    yield from session.scalars(wanted.execution_options(yield_per=AT_A_TIME))


def actors(session: Session) -> dict[str, int]:
    """Who did anything, and how much."""
    wanted = select(Event.actor_uid, func.count()).group_by(Event.actor_uid)
    return pairs(session, wanted)
