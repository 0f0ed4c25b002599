"""Pages of the places: rooms, freezers, boxes, and what stands in their positions."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from labels.stock import STOCKS
from lims.access import Actor, Permission, require
from lims.codes import Kind, is_code, kind, read
from lims.custody import operations_places
from lims.custody import queries as custody
from lims.custody.queries import Item
from lims.errors import BadInput
from lims.samples import queries as samples
from lims.samples import queries_places as tree
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.queries import Place
from lims.samples.tables import PlaceKind, Temperature, Zone
from lims.web import at_the_places
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import whole_number
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail
from lims.web.stages import KINDS, stage_chip

pages = Blueprint("places", __name__, url_prefix="/places")
pages.before_request(needs(Permission.SAMPLE_READ))
in_rail(pages, NavItem(110, "places.top", _l("Places"), Permission.SAMPLE_READ))

ZONES = {
    Zone.PRE_PCR_BONE: _l("before PCR, bone"),
    Zone.PRE_PCR_REFERENCE: _l("before PCR, reference"),
    Zone.POST_PCR: _l("after PCR"),
}
PLACES = {
    PlaceKind.SITE: _l("site"),
    PlaceKind.ROOM: _l("room"),
    PlaceKind.FREEZER: _l("freezer"),
    PlaceKind.SHELF: _l("shelf"),
    PlaceKind.RACK: _l("rack"),
    PlaceKind.BOX: _l("box"),
    PlaceKind.POSITION: _l("position"),
}
DEGREES = {
    Temperature.AMBIENT: _l("room temperature"),
    Temperature.REFRIGERATED: _l("2 to 8 °C"),
    Temperature.FROZEN: _l("-20 °C"),
    Temperature.DEEP_FROZEN: _l("-80 °C"),
}
FIELDS = (
    "inside", "name", "kind", "zone", "temperature", "capacity", "rows", "columns",
)  # fmt: skip
ENTERED = tuple(one for one in PlaceKind if one is not PlaceKind.POSITION)
WORDS: dict[str, object] = {
    "zones": ZONES,
    "places": PLACES,
    "temperatures": DEGREES,
    "stocks": [(stock.name, stock.title) for stock in STOCKS.values()],
    "KINDS": KINDS,
    "entered": [(one, PLACES[one]) for one in ENTERED],
}
MOST_ROWS, MOST_COLUMNS = 26, 30
"""A box larger than this is a shelf of boxes."""


@dataclass(frozen=True)
class Position:
    """One cell of a box, and what stands there."""

    place: Place
    item: Item | None


@pages.get("/")
def top() -> str:
    rooms = samples.places(session(), actor())
    return render_template("places/top.html", rooms=rooms, **WORDS)


@pages.get("/<code>")
def show(code: str) -> str:
    found = samples.place(session(), actor(), code)
    way = tree.way(session(), found)
    inside = samples.places(session(), actor(), found.id)
    there = custody.items_at(
        session(), actor(), [found.id, *(one.id for one in inside)]
    )
    positions = [
        Position(one, there.get(one.id, [None])[0]) for one in inside if one.is_position
    ]
    return render_template(
        "places/show.html",
        place=found,
        above=way[:-1],
        degrees=tree.temperature_of(way),
        standing=[one for one in inside if not one.is_position],
        rows=_grid(positions),
        positions=positions,
        free=sum(one.item is None for one in positions),
        here=there.get(found.id, []),
        waiting=_waiting(),
        stage_chip=stage_chip,
        **WORDS,
    )


@pages.post("/")
def register() -> Response:
    told = form(*FIELDS)
    made = register_places(
        session(), actor(), [_new_place()], told.get("inside") or None
    )[0]
    flash(_("%(name)s is on record. Print its label.", name=made.name), "right")
    return redirect(url_for(".show", code=made.code))


@pages.post("/<code>/put")
def put(code: str) -> Response:
    """An item that waits is put into the position chosen on the picture of the box."""
    require(actor(), Permission.CUSTODY_MOVE)
    told = form("item", "place")
    now = custody.item(session(), actor(), told.get("item", ""))
    place = samples.place(session(), actor(), read(told.get("place", "")))
    done = at_the_places.put(now, place)
    flash(done.text, done.state)
    return redirect(url_for(".show", code=code))


@pages.post("/<code>/carry")
def carry(code: str) -> Response:
    into = read(form("into").get("into", ""))
    moved = operations_places.move_place(session(), actor(), code, into)
    above = samples.place(session(), actor(), into)
    said = {"place": moved.name, "into": above.name}
    flash(_("%(place)s stands in %(into)s, with all that is in it.", **said), "right")
    return redirect(url_for(".show", code=code))


@pages.post("/<code>/retire")
def retire(code: str) -> Response:
    form()
    gone = operations_places.retire_place(session(), actor(), code)
    flash(_("%(name)s is out of use.", name=gone.name), "right")
    return redirect(url_for(".show", code=code))


def way_to(session: Session, actor: Actor, code: str) -> list[Place]:
    """From the room to the place with this code; empty where it is no place."""
    if not is_code(code) or kind(code) is not Kind.PLACE:
        return []
    return tree.way(session, samples.place(session, actor, code))


def _waiting() -> str:
    """The item to be put into a position of the box, as the address names it."""
    named = request.args.get("item", "")
    if not named or not actor().may(Permission.CUSTODY_MOVE):
        return ""
    return custody.item(session(), actor(), named).code


def _grid(positions: list[Position]) -> dict[str, dict[str, Position]]:
    """The cells of a box by row letter and column number, as it is seen from above."""
    rows: dict[str, dict[str, Position]] = {}
    for one in positions:
        rows.setdefault(one.place.name[:1], {})[one.place.name[1:]] = one
    return rows


def _new_place() -> NewPlace:
    """What the form tells; without rows and columns no positions are in it."""
    told = form(*FIELDS)
    rows, columns = _grid_told(told)
    name = " ".join(told.get("name", "").split())
    if not name or len(name) > 100 or is_code(name):  # noqa: PLR2004 - the column's length
        raise BadInput(_("Give the place a name of at most 100 characters."))
    if told.get("zone") not in set(Zone):
        raise BadInput(_("Choose of the list which zone it is in."))
    chosen, degrees = told.get("kind", ""), told.get("temperature", "")
    if chosen not in {"", *ENTERED} or degrees not in {"", *Temperature}:
        raise BadInput(_("Choose kind and temperature of their lists."))
    return NewPlace(
        name,
        Zone(told["zone"]),
        rows=rows,
        columns=columns,
        many=not rows,
        kind=PlaceKind(chosen) if chosen else None,
        temperature=Temperature(degrees) if degrees else None,
        capacity=whole_number(told, "capacity"),
    )


def _grid_told(told: Mapping[str, str]) -> tuple[int, int]:
    """Rows and columns, both or neither."""
    rows, columns = (whole_number(told, name) or 0 for name in ("rows", "columns"))
    if bool(rows) != bool(columns):
        raise BadInput(_("State rows and columns of a box, or neither."))
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise BadInput(
            _("A box has at most %(rows)s rows and %(columns)s columns.", **most)
        )
    return rows, columns
