"""Reads of the bundles: who asked for what, how far it stands, what was made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lims import clock, queue
from lims.access import Actor, Permission
from lims.errors import NotFound
from lims.evidence.scope import Asked, Scope
from lims.evidence.tables import Bundle, BundleState
from lims.people import queries as people
from lims.sealing import keys

__all__ = ["Bundle", "BundleState", "Progress", "bundle", "listing", "progress"]

PAGE = 50
KEPT = timedelta(days=7)
"""A bundle holds openings in clear: its copy here is not kept for longer."""
MAKE = "evidence"
"""The kind of job that makes a bundle."""


@dataclass(frozen=True)
class Progress:
    """How far the making stands; `total` is 0 before it has begun."""

    done: int
    total: int
    trouble: str


def bundle(session: Session, actor: Actor, uid: str, *, locked: bool = False) -> Bundle:
    wanted = _seen(actor).where(Bundle.uid == uid)
    if locked:
        wanted = wanted.with_for_update()
    found: Bundle | None = session.scalar(wanted)
    if found is None:
        raise NotFound(
            "No such bundle was asked for here. The page Evidence shows all."
        )
    return found


def listing(session: Session, actor: Actor, before: int | None) -> list[Bundle]:
    """The newest first, a page at a time."""
    wanted = _seen(actor)
    if before is not None:
        wanted = wanted.where(Bundle.id < before)
    return list(session.scalars(wanted.order_by(Bundle.id.desc()).limit(PAGE)))


def count_asked(session: Session, actor: Actor) -> int:
    """Bundles of one's own that are being made."""
    mine = select(Bundle.id).where(
        Bundle.asked_by == actor.user_id, Bundle.state == BundleState.ASKED
    )
    return len(list(session.scalars(mine.limit(PAGE))))


def progress(session: Session, of: Bundle) -> Progress:
    job = queue.find(session, MAKE, of.uid)
    if job is None:
        return Progress(0, 0, "")
    told = job.payload
    return Progress(told.get("done", 0), told.get("total", 0), job.trouble or "")


def kept(session: Session) -> Callable[[Bundle], bool]:
    """Tells of a bundle whether its copy can be handed out now.

    It cannot after its time, nor once a subject was erased since it was made: the copy
    may hold in clear what nobody may read any more.
    """
    erased, since = keys.last_erased(session), clock.now() - KEPT

    def is_kept(one: Bundle) -> bool:
        made = one.made_at if one.state == BundleState.MADE else None
        return made is not None and made > since and (erased is None or made > erased)

    return is_kept


def outdated(session: Session) -> list[str]:
    """SHA-256 of the copies that are to go."""
    is_kept, since = kept(session), clock.now() - 5 * KEPT
    made = select(Bundle).where(Bundle.sha256.is_not(None), Bundle.made_at > since)
    return [one.sha256 or "" for one in session.scalars(made) if not is_kept(one)]


def copies(session: Session) -> set[str]:
    """SHA-256 of the copies that bundles name."""
    named = select(Bundle.sha256).where(Bundle.sha256.is_not(None))
    return {sha256 for sha256 in session.scalars(named) if sha256}


def asking(session: Session, uid: str) -> tuple[Bundle, Actor]:
    """A bundle to be made, and who asked for it, with what that person may today."""
    row = session.scalars(select(Bundle).where(Bundle.uid == uid)).one()
    return row, people.actor_of(session, row.asked_by)


def scope(of: Bundle) -> Scope:
    return Scope(Asked(of.kind), tuple(of.asked))


def _seen(actor: Actor) -> Select[Bundle]:
    """One's own organisation's, or all; a case's only for who may link codes.

    Who asked for it does not keep it: a right that was taken away is gone today.
    """
    wanted = select(Bundle)
    if actor.scope is not None:
        wanted = wanted.where(Bundle.organisation_id == actor.scope)
    if not actor.may(Permission.IDENTITY_LINK):
        wanted = wanted.where(Bundle.confidential.is_(False))
    return wanted
