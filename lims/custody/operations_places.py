"""Places that move or go out of use. What stands in them is custody's to know."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import queries_places
from lims.errors import RuleBroken
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.samples.keeping import KEEPS, fits_in
from lims.samples.queries import Place
from lims.samples.tables import PlaceKind, SampleKind


def retire_place(session: Session, actor: Actor, code: str) -> Place:
    """Take a place and all that stands in it out of use; it must be empty."""
    require(actor, Permission.PLACE_MANAGE)
    found = samples.place(session, actor, code, locked=True)
    if found.retired_at is not None:
        return found
    if found.is_position:
        raise RuleBroken(
            f"'{found.name}' ({code}) is a position of a box. Take the box out of use."
        )
    rows = places.tree(session, found, locked=True)
    if left := queries_places.count_in(session, found):
        raise RuleBroken(
            f"'{found.name}' ({code}) holds {left} items. Store them elsewhere first."
        )
    now = clock.now()
    for row in rows:
        if row.retired_at is None:
            row.retired_at = now
            record(session, actor, Tag.PLACE_RETIRED, row, code=row.code)
    session.flush()
    return found


def move_place(session: Session, actor: Actor, code: str, into: str) -> Place:
    """Carry a box, rack or shelf into another place; all that stands in it goes along.

    The same again changes nothing.
    """
    require(actor, Permission.CUSTODY_MOVE)
    found = samples.place(session, actor, code, locked=True)
    above = samples.place(session, actor, into, locked=True)
    if found.parent_id == above.id:
        return found
    was = samples.places_by_ids(session, [found.parent_id] if found.parent_id else [])
    _refuse_to_stand(found, above)
    _refuse_wrong_temperature(session, found, above)
    found.parent_id = above.id
    came_from = next((one.code for one in was.values()), "")
    ends: dict[str, Any] = {"from": came_from, "to": above.code}
    record(session, actor, Tag.PLACE_MOVED, found, action="carry", **ends)
    session.flush()
    return found


def _refuse_to_stand(found: Place, above: Place) -> None:
    named, there = f"'{found.name}' ({found.code})", f"'{above.name}' ({above.code})"
    for one, told in ((found, named), (above, there)):
        if one.retired_at is not None:
            raise RuleBroken(f"{told} was taken out of use.")
    if found.is_position or found.parent_id is None:
        raise RuleBroken(
            f"{named} stays where it is. Boxes, racks, shelves and freezers are "
            "carried."
        )
    if above.is_position or not fits_in(PlaceKind(found.kind), PlaceKind(above.kind)):
        raise RuleBroken(
            f"{named}, a {found.kind}, does not stand in {there}, a {above.kind}. Scan "
            "the label of the shelf, rack or freezer."
        )
    if found.zone != above.zone:
        raise RuleBroken(
            f"{there} is in the zone '{above.zone}', {named} in '{found.zone}'. "
            "Nothing crosses zones inside a box."
        )


def _refuse_wrong_temperature(session: Session, found: Place, above: Place) -> None:
    if found in places.way(session, above):
        raise RuleBroken(f"'{found.name}' ({found.code}) cannot stand inside itself.")
    if found.temperature is not None:
        return  # it brings its own cold along
    degrees = places.temperature(session, above)
    kinds = queries_places.kinds_in(session, found)
    if degrees is not None and (spoils := _spoils(kinds, degrees)):
        raise RuleBroken(
            f"'{above.name}' ({above.code}) is kept at '{degrees}', and in "
            f"'{found.name}' stands what does not keep there: {', '.join(spoils)}."
        )


def _spoils(kinds: Collection[SampleKind], degrees: str) -> list[str]:
    return sorted(kind for kind in kinds if degrees not in KEEPS[kind])
