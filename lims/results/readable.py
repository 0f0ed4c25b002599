"""Injections that an analyst may read: current, and under no open hold."""

from collections.abc import Collection

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.results.tables import Finding, Import, Injection, InjectionState

FREEZING = ("hold", "block")


def readable(actor: Actor) -> Select[Injection]:
    """The statement that the queries of reviews build on."""
    frozen = exists().where(
        Finding.import_id == Injection.import_id,
        Finding.outcome.in_(FREEZING),
        Finding.closed_at.is_(None),
    )
    wanted = (
        select(Injection)
        .join(Import, Import.id == Injection.import_id)
        .where(
            Injection.state == InjectionState.CURRENT,
            Injection.sample_id.is_not(None),
            ~frozen,
        )
    )
    return owned(wanted, Import.organisation_id, actor.scope)


def injection(session: Session, actor: Actor, uid: str) -> Injection:
    found = session.scalar(readable(actor).where(Injection.uid == uid))
    if found is None:
        raise NotFound(
            "This injection cannot be read now: it is unknown here, it was superseded, "
            "or its plate is on hold. See Imports for what holds it."
        )
    return found


def of_sample(session: Session, actor: Actor, sample_id: int) -> list[Injection]:
    wanted = readable(actor).where(Injection.sample_id == sample_id)
    return list(session.scalars(wanted.order_by(Injection.id)))


def by_ids(session: Session, ids: Collection[int]) -> list[Injection]:
    found = select(Injection).where(Injection.id.in_(ids)).order_by(Injection.id)
    return list(session.scalars(found))


def open_holds(session: Session, injection_ids: Collection[int]) -> list[Finding]:
    """What freezes any import behind these injections."""
    behind = select(Injection.import_id).where(Injection.id.in_(injection_ids))
    wanted = select(Finding).where(
        Finding.import_id.in_(behind),
        Finding.outcome.in_(FREEZING),
        Finding.closed_at.is_(None),
    )
    return list(session.scalars(wanted.order_by(Finding.id)))


def count_readable(session: Session, actor: Actor) -> int:
    inner = readable(actor).with_only_columns(Injection.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0
