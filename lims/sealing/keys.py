"""The subjects' keys: made when first needed, unwrapped for one piece of work.

Opened keys are kept in `session.info` alone, and a session lives for one transaction.
However many subjects are asked for, the number of statements is the same.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lims import clock
from lims.boxes import Key, new_secret
from lims.errors import RuleBroken
from lims.keyring import KeyRing, wrapped_by
from lims.sealing.tables import SubjectKey

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
MANY = 500
"""Keys that are asked for or wrapped anew by one statement."""


class Erased(RuleBroken):
    """The subject's key was destroyed: nothing of it can be opened."""


def ring(session: Session) -> KeyRing:
    """The wrapping keys of this session's database."""
    return cast("KeyRing", session.info["ring"])


def known(session: Session, subjects: Collection[str]) -> dict[str, Key | None]:
    """The keys of those subjects that have one; None where it was destroyed."""
    cache: dict[str, Key | None] = session.info.setdefault("subject keys", {})
    missing = sorted(set(subjects) - cache.keys())
    for first in range(0, len(missing), MANY):
        wanted = select(SubjectKey.__table__).where(
            SubjectKey.subject.in_(missing[first : first + MANY])
        )
        for row in session.execute(wanted):
            cache[row.subject] = row.wrapped and ring(session).unwrapped(
                row.subject, row.organisation, row.wrapped
            )
    return {one: cache[one] for one in subjects if one in cache}


def of(
    session: Session, subjects: Collection[str], organisation: int
) -> dict[str, Key]:
    """The keys of these subjects; the organisation's are those that are new.

    Without those that were destroyed: nothing new is kept of who withdrew.
    """
    cache: dict[str, Key | None] = session.info.setdefault("subject keys", {})
    if new := sorted(set(subjects) - cache.keys()):
        cache.update(_make(session, new, organisation))
    there = known(session, subjects)
    return {one: key for one, key in there.items() if key is not None}


def destroy(session: Session, subjects: Collection[str]) -> int:
    """Destroy the keys of these subjects for good; how many there were.

    Subjects without a key get a row that says they are erased, so that none is made.
    """
    listed = sorted(set(subjects))
    now = clock.now()
    mark = {"organisation": 0, "wrapped": None, "made_at": now, "erased_at": now}
    insert = _INSERT[session.get_bind().dialect.name](SubjectKey)
    if listed:
        rows = [{"subject": one, **mark} for one in listed]
        session.execute(insert.on_conflict_do_nothing(), rows)
    standing = SubjectKey.subject.in_(listed) & SubjectKey.wrapped.is_not(None)
    gone = list(session.scalars(select(SubjectKey.subject).where(standing)))
    wipe = update(SubjectKey).where(SubjectKey.subject.in_(gone))
    session.execute(
        wipe.values(wrapped=None, erased_at=now),
        execution_options={"synchronize_session": False},
    )
    session.info.setdefault("subject keys", {}).update(dict.fromkeys(listed))
    return len(gone)


def standing(session: Session, subjects: Collection[str]) -> set[str]:
    """Those of the subjects that are not marked as erased."""
    erased = select(SubjectKey.subject).where(
        SubjectKey.subject.in_(list(subjects)), SubjectKey.erased_at.is_not(None)
    )
    return set(subjects) - set(session.scalars(erased))


def last_erased(session: Session) -> datetime | None:
    """When a subject was erased last: what was copied in clear before is to go."""
    return session.scalar(select(func.max(SubjectKey.erased_at)))


def rewrap(session: Session) -> int:
    """Wrap every key by the current one; how many. What they seal is not touched."""
    wraps = ring(session)
    done, last = 0, ""
    while True:
        wanted = select(SubjectKey).where(
            SubjectKey.subject > last, SubjectKey.wrapped.is_not(None)
        )
        rows = session.scalars(
            wanted.order_by(SubjectKey.subject).limit(MANY).with_for_update()
        ).all()
        if not rows:
            return done
        for row in rows:
            wrapped = row.wrapped or b""
            key = wraps.unwrapped(row.subject, row.organisation, wrapped)
            row.wrapped = wraps.wrap(key)
        done, last = done + len(rows), rows[-1].subject
        session.flush()


def wrapping(session: Session) -> set[str]:
    """The ids of the keys that wrap at least one subject's key."""
    kept = session.scalars(
        select(SubjectKey.wrapped).where(SubjectKey.wrapped.is_not(None))
    )
    return {wrapped_by(one) for one in kept if one}


def _make(
    session: Session, subjects: Collection[str], organisation: int
) -> dict[str, Key]:
    """Keys for those that have none yet: of two at once the second finds the first's.

    Tried before anything is looked up, so that new subjects take one statement.
    """
    now = clock.now()
    made = {one: Key(one, organisation, new_secret()) for one in subjects}
    rows = [
        {
            "subject": one,
            "organisation": organisation,
            "wrapped": ring(session).wrap(key),
            "made_at": now,
        }
        for one, key in made.items()
    ]
    insert = _INSERT[session.get_bind().dialect.name](SubjectKey)
    kept = insert.on_conflict_do_nothing().returning(SubjectKey.subject)
    return {one: made[one] for one in session.scalars(kept, rows)}
