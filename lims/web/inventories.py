"""Pages of the inventories: count a place by scanning what stands in it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.custody import operations_inventory, queries_inventory
from lims.custody.queries_inventory import InventoryStage
from lims.people import queries as people
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.languages import ngettext
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("inventories", __name__, url_prefix="/inventories")
pages.before_request(needs(Permission.SAMPLE_READ))
in_rail(
    pages,
    NavItem(
        112,
        "inventories.page",
        _l("Inventories"),
        Permission.SAMPLE_READ,
        queries_inventory.count_waiting,
    ),
)

S = InventoryStage
STAGES = {
    S.FIRST: ("partly", _l("first count")),
    S.WAITING: ("held", _l("second count wanted")),
    S.SECOND: ("partly", _l("second count")),
    S.ENDED: ("done", _l("ended")),
}


@pages.get("/")
def page() -> str:
    rows = queries_inventory.everything(session(), actor())
    who = {one.first_by for one, _place in rows}
    return render_template(
        "inventories/list.html",
        rows=rows,
        names=people.names_by_id(session(), who),
        STAGES=STAGES,
    )


@pages.get("/<uid>")
def show(uid: str) -> str:
    told = queries_inventory.told(session(), actor(), uid)
    row = told.row
    place = samples.places_by_ids(session(), [row.place_id])[row.place_id]
    where = queries_inventory.standing_at(session(), [one.id for one in told.still])
    known = {*where.values(), *(one.was for one in told.newest)}
    who = {row.first_by, *((row.second_by,) if row.second_by else ())}
    return render_template(
        "inventories/show.html",
        told=told,
        row=row,
        way=places.way(session(), place),
        where=where,
        names_of_places=samples.ways(session(), known),
        people=people.names_by_id(session(), who),
        mine=_is_mine(row),
        STAGES=STAGES,
    )


@pages.post("/")
def start() -> Response:
    code = form("place").get("place", "")
    made = operations_inventory.start(session(), actor(), code)
    return redirect(url_for(".show", uid=made.uid))


@pages.post("/<uid>/end")
def end(uid: str) -> Response:
    form()
    row = operations_inventory.end_count(session(), actor(), uid)
    if row.stage == S.WAITING:
        told = _("The first count has ended. A colleague makes the second one.")
        flash(told, "ask")
    elif row.missing:
        told = ngettext(
            "%(num)s item was found by neither count. It is lost, and held.",
            "%(num)s items were found by neither count. They are lost, and held.",
            row.missing,
        )
        flash(told, "hold")
    else:
        flash(_("Nothing is missing. The inventory has ended."), "right")
    return redirect(url_for(".show", uid=uid))


def _is_mine(row: queries_inventory.Inventory) -> bool:
    """Whether it is this person's turn to scan."""
    me = actor().user_id
    if not actor().may(Permission.CUSTODY_MOVE):
        return False
    match row.stage:
        case S.FIRST:
            return row.first_by == me
        case S.WAITING:
            return row.first_by != me
        case S.SECOND:
            return row.second_by == me
    return False
