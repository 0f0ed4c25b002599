"""Injections that an analyst may read: current, and under no open hold."""

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.results.tables import Import, Injection, InjectionState, Trace

__all__ = [
    "Injection", "by_ids", "count_readable", "ever_of", "import_uids", "in_the_way",
    "injection", "of_sample", "readable", "trace_uids",
]  # fmt: skip


def readable(actor: Actor) -> Select[Injection]:
    """The statement that the queries of reviews build on.

    An injection under an open hold is HELD; when its last hold is closed it is
    CURRENT again, in the same transaction.
    """
    wanted = (
        select(Injection)
        .join(Import, Import.id == Injection.import_id)
        .where(
            Injection.state == InjectionState.CURRENT, Injection.sample_id.is_not(None)
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


def in_the_way(
    session: Session, sample_id: int, ids: Collection[int]
) -> list[Injection]:
    """What stands against a profile of these injections.

    Any of them that was held or superseded since, and any other injection of the same
    sample that is held: a re-extract that disagrees is held with its plate; the
    older injection stays as it is, and must not leave before that is explained.
    """
    held = Injection.state == InjectionState.HELD
    own = Injection.id.in_(ids) & (Injection.state != InjectionState.CURRENT)
    wanted = select(Injection).where(own | (held & (Injection.sample_id == sample_id)))
    return list(session.scalars(wanted.order_by(Injection.id)))


def count_readable(session: Session, actor: Actor) -> int:
    inner = readable(actor).with_only_columns(Injection.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def ever_of(session: Session, sample_ids: Collection[int]) -> list[Injection]:
    """Every injection of these sources, superseded and held ones too."""
    found = select(Injection).where(Injection.sample_id.in_(sample_ids))
    return list(session.scalars(found.order_by(Injection.id)))


def import_uids(session: Session, ids: Collection[int]) -> list[str]:
    """How the record names these imports."""
    return list(session.scalars(select(Import.uid).where(Import.id.in_(ids))))


def trace_uids(session: Session, wells: Collection[int]) -> list[str]:
    """How the record names the imports that brought these wells' traces."""
    wanted = select(Import.uid).join(Trace, Trace.import_id == Import.id)
    return list(session.scalars(wanted.where(Trace.well_id.in_(wells))))
