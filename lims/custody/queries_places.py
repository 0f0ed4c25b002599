"""Reads of what stands where: how many, of what kinds, and what is free."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.custody.tables import Holding
from lims.samples import queries_places as places
from lims.samples.queries import Place, Sample
from lims.samples.tables import SampleKind


def count_at(session: Session, place: Place) -> int:
    """How many items stand at this very place."""
    wanted = select(func.count()).where(Holding.place_id == place.id)
    return session.scalar(wanted) or 0


def count_in(session: Session, place: Place) -> int:
    """How many items stand in it, however deep."""
    inside = Holding.place_id.in_(places.below([place.id]))
    return session.scalar(select(func.count()).where(inside)) or 0


def kinds_in(session: Session, place: Place) -> set[SampleKind]:
    """The kinds of item that stand in it, however deep."""
    wanted = (
        select(Sample.kind)
        .join(Holding, Holding.sample_id == Sample.id)
        .where(Holding.place_id.in_(places.below([place.id])))
        .distinct()
    )
    return {SampleKind(kind) for kind in session.scalars(wanted)}


def next_free(session: Session, box: Place) -> Place | None:
    """The first position of a box or rack on which nothing stands, row by row."""
    wanted = (
        select(Place)
        .outerjoin(Holding, Holding.position_id == Place.id)
        .where(
            Place.parent_id == box.id, Place.is_position, Holding.position_id.is_(None)
        )
        .order_by(Place.id)
        .limit(1)
    )
    return session.scalar(wanted)
