"""Reads of imports, injections and findings. A query never changes anything."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.results import naming
from lims.results.tables import (
    Finding,
    Import,
    ImportState,
    Injection,
    InjectionState,
)
from lims.results.verdicts import Outcome

__all__ = [
    "PAGE", "Finding", "Import", "Injection", "Page", "by_ids", "by_sha256",
    "count_waiting",
    "earlier", "finding", "findings_of", "imports_of_plate", "injections_of",
    "listing", "loaded_of", "newest", "one", "open_holds_among", "open_holds_of",
    "states_of",
]  # fmt: skip

T = TypeVar("T")
PAGE = 50
GRAVE = (Outcome.HOLD, Outcome.BLOCK)
LIVE = (InjectionState.CURRENT, InjectionState.HELD)


@dataclass(frozen=True)
class Page:
    rows: tuple[Import, ...]
    before: int | None
    """Where the next, older page begins; None on the last."""


def one(session: Session, actor: Actor, uid: str, *, locked: bool = False) -> Import:
    found = session.scalar(_locked(_seen(actor).where(Import.uid == uid), locked))
    if found is None:
        raise NotFound("No import stands under this address here. See the list.")
    return found


def newest(session: Session) -> int:
    """The row of the file that came last; 0 before the first."""
    return session.scalar(select(func.max(Import.id))) or 0


def by_sha256(
    session: Session, actor: Actor, sha256: str, *, locked: bool = False
) -> Import | None:
    """The import of these bytes, if this laboratory was given them before."""
    wanted = _locked(_seen(actor).where(naming.is_of(session, sha256)), locked)
    return session.scalar(wanted)


def by_ids(session: Session, ids: Collection[int]) -> list[Import]:
    """For who has found that the actor may see what these files brought."""
    wanted = select(Import).where(Import.id.in_(sorted(ids)))
    return list(session.scalars(wanted.order_by(Import.id)))


def loaded_of(session: Session, plate_id: int, *, locked: bool = False) -> list[Import]:
    """The import whose calls stand for this plate now; none before the first."""
    wanted = select(Import).where(
        Import.plate_id == plate_id, Import.state == ImportState.LOADED
    )
    return list(session.scalars(_locked(wanted.order_by(Import.id), locked)))


def imports_of_plate(session: Session, plate_id: int) -> list[Import]:
    wanted = select(Import).where(Import.plate_id == plate_id)
    return list(session.scalars(wanted.order_by(Import.id)))


def injections_of(
    session: Session,
    import_ids: Collection[int],
    states: Collection[InjectionState] = LIVE,
    *,
    locked: bool = False,
) -> list[Injection]:
    if not import_ids:
        return []
    wanted = select(Injection).where(
        Injection.import_id.in_(sorted(import_ids)), Injection.state.in_(states)
    )
    return list(session.scalars(_locked(wanted.order_by(Injection.id), locked)))


def earlier(
    session: Session, source_ids: Collection[int], plate_id: int
) -> list[Injection]:
    """What other plates showed of the same sources, as far as it still stands."""
    if not source_ids:
        return []
    wanted = select(Injection).where(
        Injection.sample_id.in_(sorted(source_ids)),
        Injection.plate_id != plate_id,
        Injection.state.in_(LIVE),
    )
    return list(session.scalars(wanted.order_by(Injection.id)))


def finding(
    session: Session, actor: Actor, number: int, *, locked: bool = False
) -> tuple[Finding, Import]:
    """A finding with its import."""
    wanted = (
        _seen(actor)
        .join(Finding, Finding.import_id == Import.id)
        .where(Finding.id == number)
    )
    row = session.scalar(_locked(wanted, locked))
    if row is None:
        raise NotFound("No finding stands under this address here. See the plate.")
    own = session.scalars(_locked(select(Finding).where(Finding.id == number), locked))
    return own.one(), row


def findings_of(session: Session, import_id: int) -> list[Finding]:
    wanted = select(Finding).where(Finding.import_id == import_id)
    return list(session.scalars(wanted.order_by(Finding.id)))


def open_holds_of(session: Session, import_id: int) -> list[Finding]:
    wanted = select(Finding).where(Finding.import_id == import_id, _open())
    return list(session.scalars(wanted.order_by(Finding.id)))


def open_holds_among(session: Session, import_ids: Collection[int]) -> list[Finding]:
    if not import_ids:
        return []
    wanted = select(Finding).where(Finding.import_id.in_(sorted(import_ids)), _open())
    return list(session.scalars(wanted))


def states_of(session: Session, import_id: int) -> dict[str, int]:
    """How many injections of a file are in each state."""
    wanted = (
        select(Injection.state, func.count())
        .where(Injection.import_id == import_id)
        .group_by(Injection.state)
    )
    return {str(one): count for one, count in session.execute(wanted)}


def listing(
    session: Session, actor: Actor, *, waiting: bool = False, before: int | None = None
) -> Page:
    """One page, the newest first; `waiting`: only those that need somebody."""
    wanted = _seen(actor).order_by(Import.id.desc()).limit(PAGE + 1)
    if waiting:
        wanted = wanted.where(_waits())
    if before is not None:
        wanted = wanted.where(Import.id < before)
    rows = session.scalars(wanted).all()
    more = len(rows) > PAGE
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].id if more else None)


def count_waiting(session: Session, actor: Actor) -> int:
    wanted = select(func.count()).select_from(Import).where(_waits())
    return session.scalar(owned(wanted, Import.organisation_id, actor.scope)) or 0


def _waits() -> ColumnElement[bool]:
    """In quarantine, an incident, or with a hold that nobody has closed."""
    held = exists().where(Finding.import_id == Import.id, _open())
    return or_(
        Import.state.in_((ImportState.QUARANTINED, ImportState.INCIDENT)),
        (Import.state == ImportState.LOADED) & held,
    )


def _open() -> ColumnElement[bool]:
    return Finding.outcome.in_(GRAVE) & Finding.closed_at.is_(None)


def _seen(actor: Actor) -> Select[Import]:
    return owned(select(Import), Import.organisation_id, actor.scope)


def _locked(wanted: Select[T], locked: bool) -> Select[T]:  # noqa: FBT001 - handed on from a named argument
    """Locked rows are read anew, so that nobody decides on what was true before."""
    if not locked:
        return wanted
    return wanted.with_for_update().execution_options(populate_existing=True)
