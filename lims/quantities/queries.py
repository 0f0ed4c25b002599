"""Reads of quantifications. What another laboratory measured is as unknown."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned, pairs
from lims.errors import NotFound
from lims.quantities.tables import Quantification, Quantity, RunState

__all__ = [
    "PAGE", "Page", "Quantification", "Quantity", "counts", "ever_of", "latest",
    "listing",    "of_import",
    "run", "runs_of", "tubes_of",
]  # fmt: skip

PAGE = 50
STANDING = (RunState.CURRENT, RunState.HELD)


@dataclass(frozen=True)
class Page:
    rows: tuple[Quantification, ...]
    before: int | None
    """Where the next, older page begins; None on the last."""


def run(session: Session, actor: Actor, uid: str) -> Quantification:
    found = session.scalar(_seen(actor).where(Quantification.uid == uid))
    if found is None:
        raise NotFound("No quantification stands under this address here.")
    return found


def runs_of(
    session: Session, import_ids: Collection[int], *, locked: bool = False
) -> list[Quantification]:
    """What these files brought, for who has found that the actor may see them."""
    wanted = select(Quantification).where(
        Quantification.import_id.in_(sorted(import_ids))
    )
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(wanted.order_by(Quantification.id)))


def of_import(session: Session, import_id: int) -> Quantification | None:
    return next(iter(runs_of(session, [import_id])), None)


def tubes_of(session: Session, of: Quantification) -> list[Quantity]:
    wanted = select(Quantity).where(Quantity.quantification_id == of.id)
    return list(session.scalars(wanted.order_by(Quantity.id)))


def counts(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many tubes each of these runs measured."""
    wanted = (
        select(Quantity.quantification_id, func.count())
        .where(Quantity.quantification_id.in_(sorted(ids)))
        .group_by(Quantity.quantification_id)
    )
    return pairs(session, wanted)


def ever_of(session: Session, sample_ids: Collection[int]) -> list[Quantification]:
    """Every run that measured one of these very tubes, superseded ones, too."""
    measured = select(Quantity.quantification_id).where(
        Quantity.sample_id.in_(sorted(sample_ids))
    )
    wanted = select(Quantification).where(Quantification.id.in_(measured))
    return list(session.scalars(wanted.order_by(Quantification.id)))


def latest(
    session: Session, actor: Actor, sample_ids: Collection[int]
) -> list[tuple[Quantity, Quantification]]:
    """All that stands of these tubes, the newest first: current, or held."""
    wanted = (
        select(Quantity, Quantification)
        .join(Quantification, Quantification.id == Quantity.quantification_id)
        .where(
            Quantity.sample_id.in_(sorted(sample_ids)),
            Quantification.state.in_(STANDING),
        )
        .order_by(Quantity.id.desc())
    )
    rows = session.execute(owned(wanted, Quantification.organisation_id, actor.scope))
    return [(one, its) for one, its in rows]


def listing(session: Session, actor: Actor, *, before: int | None = None) -> Page:
    """One page, the newest first."""
    wanted = _seen(actor).order_by(Quantification.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(Quantification.id < before)
    rows = session.scalars(wanted).all()
    more = len(rows) > PAGE
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].id if more else None)


def _seen(actor: Actor) -> Select[Quantification]:
    return owned(select(Quantification), Quantification.organisation_id, actor.scope)
