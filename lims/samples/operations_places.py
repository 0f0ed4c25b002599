"""Enter places: a tree from the site down to the positions of a box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, draw
from lims.errors import BadInput, RuleBroken
from lims.samples import queries
from lims.samples.keeping import fits_in
from lims.samples.tables import Place, PlaceKind, Temperature, Zone

GRIDS = frozenset({PlaceKind.RACK, PlaceKind.BOX})
"""What may have positions."""


@dataclass(frozen=True)
class NewPlace:
    """A place with what stands in it; a box or rack has rows and columns."""

    name: str
    zone: Zone
    inside: tuple["NewPlace", ...] = ()
    rows: int = 0
    columns: int = 0
    many: bool = False
    """Empty as yet, or a shelf: no position, which holds one item alone."""
    kind: PlaceKind | None = None
    temperature: Temperature | None = None
    capacity: int | None = None

    def parts(self) -> tuple["NewPlace", ...]:
        """What stands inside, positions A1, A2 ... among it."""
        positions = (
            NewPlace(f"{chr(ord('A') + row)}{column}", self.zone)
            for row in range(self.rows)
            for column in range(1, self.columns + 1)
        )
        return (*self.inside, *positions)

    def kind_in(self, above: PlaceKind | None) -> PlaceKind:
        """As it was told, or what it must be where nothing was."""
        if self.kind is not None:
            return self.kind
        if above is None:
            return PlaceKind.ROOM
        if self.rows:
            return PlaceKind.BOX
        return PlaceKind.SHELF if self.inside or self.many else PlaceKind.POSITION


def register_places(
    session: Session,
    actor: Actor,
    tree: Sequence[NewPlace],
    inside: str | None = None,
) -> list[Place]:
    """Enter places and positions; each gets its code.

    `inside` is the code of what they stand in, where that is on record already.
    """
    require(actor, Permission.PLACE_MANAGE)
    above = queries.place(session, actor, inside) if inside else None
    _refuse_other_zone(above, tree)
    made: list[Place] = []
    level = [(new, above) for new in tree]
    while level:
        rows = [_new_place(actor, new, inside) for new, inside in level]
        session.add_all(rows)
        for row, (_, over) in zip(rows, level, strict=True):
            record(
                session,
                actor,
                Tag.PLACE_REGISTERED,
                row,
                code=row.code,
                kind=row.kind,
                temperature=row.temperature,
                capacity=row.capacity,
                inside=over.code if over else None,
            )
        session.flush()
        made += rows
        level = [
            (part, row)
            for (new, _), row in zip(level, rows, strict=True)
            for part in new.parts()
        ]
    return made


def _refuse_other_zone(above: Place | None, tree: Sequence[NewPlace]) -> None:
    if above is None:
        return
    if above.is_position:
        raise RuleBroken(
            f"'{above.name}' ({above.code}) is a position: it holds one item, and no "
            "place stands inside it."
        )
    if above.retired_at is not None:
        raise RuleBroken(f"'{above.name}' ({above.code}) was taken out of use.")
    if any(new.zone != above.zone for new in tree):
        raise RuleBroken(
            f"'{above.name}' ({above.code}) is in the zone '{above.zone}'; what stands "
            "inside it is of the same zone."
        )


def _new_place(actor: Actor, new: NewPlace, inside: Place | None) -> Place:
    over = PlaceKind(inside.kind) if inside else None
    kind = new.kind_in(over)
    for fault in _faults(new, kind, over):
        raise BadInput(fault)
    return Place(
        code=draw(Kind.PLACE),
        name=new.name,
        zone=new.zone,
        kind=kind,
        temperature=new.temperature,
        capacity=new.capacity,
        parent_id=inside.id if inside else None,
        is_position=kind is PlaceKind.POSITION,
        organisation_id=actor.organisation_id,
    )


def _faults(new: NewPlace, kind: PlaceKind, over: PlaceKind | None) -> Iterator[str]:
    if over is not None and not fits_in(kind, over):
        yield f"A {kind} does not stand in a {over}."
    if new.rows and kind not in GRIDS:
        yield f"A {kind} has no rows and columns; a box or a rack has."
    if new.capacity is not None and (new.rows or kind is PlaceKind.POSITION):
        yield "A box holds what it has positions for: state no number of items."
    if new.capacity is not None and new.capacity < 1:
        yield "A place holds at least one item."
