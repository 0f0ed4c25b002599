"""Reads of the tree of places: what stands above one, and what stands in it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from lims.samples.tables import Place, Temperature


def below(places: Collection[int]) -> Select[int]:
    """The rows of these places and of all that stands in them, however deep."""
    down = select(Place.id).where(Place.id.in_(list(places)))
    inside = down.cte("inside", recursive=True)
    part = aliased(Place)
    return select(
        inside.union_all(
            select(part.id).join(inside, part.parent_id == inside.c.id)
        ).c.id
    )


def tree(session: Session, place: Place, *, locked: bool = False) -> list[Place]:
    """A place and all that stands in it, in the order of their rows."""
    wanted = select(Place).where(Place.id.in_(below([place.id]))).order_by(Place.id)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(wanted))


def way(session: Session, place: Place) -> list[Place]:
    """From the site or room down to the place: one statement, however deep."""
    up = select(Place.id, Place.parent_id).where(Place.id == place.id)
    rising = up.cte("above", recursive=True)
    over = aliased(Place)
    rising = rising.union_all(
        select(over.id, over.parent_id).join(rising, over.id == rising.c.parent_id)
    )
    wanted = select(Place).where(Place.id.in_(select(rising.c.id)))
    known = {one.id: one for one in session.scalars(wanted)}
    found = [known[place.id]]
    while (above := found[0].parent_id) is not None:
        found.insert(0, known[above])
    return found


def temperature(session: Session, place: Place) -> Temperature | None:
    """In what class it is kept, by itself or by what it stands in."""
    return temperature_of(way(session, place))


def temperature_of(path: Sequence[Place]) -> Temperature | None:
    """The class of the nearest place of the way down to one that has a class."""
    told = [one.temperature for one in path if one.temperature is not None]
    return Temperature(told[-1]) if told else None
