"""Reads of readings, comparisons and signatories.

A first reading is never handed to whoever may still make the second one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.results import readable
from lims.results.readable import Injection
from lims.review.tables import Comparison, Part, Reading, Signatory

PAGE = 50


@dataclass(frozen=True)
class Task:
    """One injection that waits for this analyst, and for which reading."""

    injection: Injection
    ordinal: int


def tasks(
    session: Session, actor: Actor, after: int = 0, size: int = PAGE
) -> list[Task]:
    """What this analyst may read, in the order of arrival."""
    made = _made().scalar_subquery()
    wanted = _open_to(actor).add_columns(made).where(Injection.id > after)
    found = session.execute(wanted.order_by(Injection.id).limit(size))
    return [Task(injection, count + 1) for injection, count in found]


def task(session: Session, actor: Actor, injection: Injection) -> Task:
    """Which reading this one would be."""
    made = readings(session, injection.id)
    mine = next((one.ordinal for one in made if one.reader_id == actor.user_id), None)
    return Task(injection, mine or len(made) + 1)


def count_tasks(session: Session, actor: Actor) -> int:
    inner = _open_to(actor).with_only_columns(Injection.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def readings(session: Session, injection_id: int) -> list[Reading]:
    found = select(Reading).where(Reading.injection_id == injection_id)
    return list(session.scalars(found.order_by(Reading.ordinal)))


def readings_of(session: Session, injections: Collection[int]) -> list[Reading]:
    """Every reading of these injections: for whoever reviews, never for a reader."""
    found = select(Reading).where(Reading.injection_id.in_(injections))
    return list(session.scalars(found.order_by(Reading.injection_id, Reading.ordinal)))


def comparison(session: Session, injection_id: int) -> Comparison | None:
    return session.get(Comparison, injection_id, with_for_update=True)


def comparisons(session: Session, injections: Collection[int]) -> list[Comparison]:
    found = select(Comparison).where(Comparison.injection_id.in_(injections))
    return list(session.scalars(found.order_by(Comparison.injection_id)))


def part(session: Session, profile_id: int, user_id: int) -> Part | None:
    """What this person has done for the profile already."""
    found = session.get(Signatory, (profile_id, user_id))
    return Part(found.part) if found is not None else None


def signatories(session: Session, profiles: Collection[int]) -> Sequence[Signatory]:
    found = select(Signatory).where(Signatory.profile_id.in_(profiles))
    return session.scalars(found.order_by(Signatory.signature_id)).all()


def unsigned_by(session: Session, actor: Actor, profiles: Collection[int]) -> set[int]:
    """Those of the profiles that this person has no part in yet."""
    mine = select(Signatory.profile_id).where(
        Signatory.user_id == actor.user_id, Signatory.profile_id.in_(profiles)
    )
    return set(profiles) - set(session.scalars(mine))


def _made() -> Select[int]:
    count = select(func.count(Reading.id)).where(Reading.injection_id == Injection.id)
    return count.correlate(Injection)


def _open_to(actor: Actor) -> Select[Injection]:
    mine = exists().where(
        Reading.injection_id == Injection.id, Reading.reader_id == actor.user_id
    )
    fewer_than_two = _made().scalar_subquery() < 2  # noqa: PLR2004 - two readings
    return readable.readable(actor).where(fewer_than_two, ~mine)
