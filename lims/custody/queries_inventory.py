"""Reads of inventories: what was seen, what is missing, who counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.custody.tables import Holding
from lims.custody.tables_inventory import Inventory, InventoryStage, Sighting
from lims.db import owned
from lims.errors import NotFound
from lims.samples import queries_places as places
from lims.samples.queries import Place, Sample

__all__ = ["Inventory", "InventoryStage", "Seen", "Told", "everything", "told"]

SHOWN = 100
"""Of a long list the page shows so many, and says how many there are."""


@dataclass(frozen=True)
class Seen:
    """One scan of a count, as the page shows it."""

    code: str
    count: int
    was: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """An inventory as its page shows it."""

    row: Inventory
    expected: int
    """What the record has here now, what was found elsewhere and put here among it."""
    seen: int
    """In either count."""
    missing: int
    still: list[Sample]
    """Of the missing, the first ones."""
    newest: list[Seen]


def inventory(
    session: Session, actor: Actor, uid: str, *, locked: bool = False
) -> Inventory:
    wanted = owned(
        select(Inventory).where(Inventory.uid == uid),
        Inventory.organisation_id,
        actor.scope,
    )
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("No inventory here has this address.")
    return found


def of_place(session: Session, place: Place) -> Inventory | None:
    """The one that is open."""
    wanted = select(Inventory).where(
        Inventory.place_id == place.id, Inventory.ended_at.is_(None)
    )
    return session.scalar(wanted)


def everything(session: Session, actor: Actor) -> list[tuple[Inventory, Place]]:
    """The newest inventories, the open ones first."""
    wanted = owned(
        select(Inventory, Place).join(Place, Place.id == Inventory.place_id),
        Inventory.organisation_id,
        actor.scope,
    )
    order = wanted.order_by(Inventory.ended_at.is_not(None), Inventory.id.desc())
    return [(row, place) for row, place in session.execute(order.limit(SHOWN))]


def count_waiting(session: Session, actor: Actor) -> int:
    """How many wait for this person: the own ones, and second counts of others."""
    if not actor.may(Permission.CUSTODY_MOVE):
        return 0
    row, me = Inventory, actor.user_id
    mine = or_(
        and_(row.stage == InventoryStage.FIRST, row.first_by == me),
        and_(row.stage == InventoryStage.WAITING, row.first_by != me),
        and_(row.stage == InventoryStage.SECOND, row.second_by == me),
    )
    wanted = owned(select(row.id).where(mine), row.organisation_id, actor.scope)
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def saw(session: Session, of: Inventory, count: int, sample_id: int) -> bool:
    """Whether it was scanned in this count."""
    wanted = select(Sighting.id).where(
        Sighting.inventory_id == of.id,
        Sighting.count == count,
        Sighting.sample_id == sample_id,
    )
    return session.scalar(wanted) is not None


def count_seen(session: Session, of: Inventory, count: int) -> int:
    wanted = select(func.count()).where(
        Sighting.inventory_id == of.id, Sighting.count == count
    )
    return session.scalar(wanted) or 0


def missing(session: Session, actor: Actor, of: Inventory) -> dict[int, Sample]:
    """What the record has here since before the count, and nobody scanned."""
    wanted = owned(_missing(of), Sample.organisation_id, actor.scope)
    return {one.id: one for one in session.scalars(wanted.order_by(Sample.id))}


def told(session: Session, actor: Actor, uid: str) -> Told:
    found = inventory(session, actor, uid)
    here = Holding.place_id.in_(places.below([found.place_id]))
    expected = session.scalar(select(func.count()).where(here)) or 0
    of_this = Sighting.inventory_id == found.id
    distinct = func.count(Sighting.sample_id.distinct())
    seen = session.scalar(select(distinct).where(of_this)) or 0
    gone = found.missing
    still: list[Sample] = []
    if found.ended_at is None:
        absent = owned(_missing(found), Sample.organisation_id, actor.scope)
        gone = session.scalar(select(func.count()).select_from(absent.subquery()))
        still = list(session.scalars(absent.order_by(Sample.id).limit(SHOWN)))
    newest = (
        select(Sample.code, Sighting.count, Sighting.was, Sighting.seen_at)
        .join(Sample, Sample.id == Sighting.sample_id)
        .where(of_this)
        .order_by(Sighting.was == "", Sighting.id.desc())
        .limit(SHOWN)
    )
    lines = [
        Seen(code or "", count, was, at)
        for code, count, was, at in session.execute(newest)
    ]
    return Told(found, expected, seen, gone or 0, still, lines)


def standing_at(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Sample to the code of where the record has it."""
    wanted = select(Holding.sample_id, Holding.at).where(
        Holding.sample_id.in_(list(ids))
    )
    return {number: at for number, at in session.execute(wanted)}  # noqa: C416 - rows are no pairs to dict()


def _missing(of: Inventory) -> Select[Sample]:
    seen = select(Sighting.sample_id).where(Sighting.inventory_id == of.id)
    return (
        select(Sample)
        .join(Holding, Holding.sample_id == Sample.id)
        .where(
            Holding.place_id.in_(places.below([of.place_id])),
            Holding.since <= of.started_at,
            Holding.sample_id.not_in(seen),
        )
    )
