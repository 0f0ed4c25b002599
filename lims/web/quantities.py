"""Pages of the quantifications: the list, and one run with its curve and tubes."""

from flask import Blueprint, render_template, request

from lims.access import Permission
from lims.quantities import queries
from lims.web import quantity_shown
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("quantities", __name__, url_prefix="/quantities")
pages.before_request(needs(Permission.IMPORT_READ))
in_rail(
    pages, NavItem(45, "quantities.listing", _l("Quantities"), Permission.IMPORT_READ)
)


@pages.get("/")
def listing() -> str:
    page = queries.listing(
        session(), actor(), before=request.args.get("before", None, int)
    )
    return render_template(
        "quantities/all.html",
        page=page,
        counts=queries.counts(session(), [one.id for one in page.rows]),
        chips=quantity_shown.CHIPS,
    )


@pages.get("/<uid>")
def show(uid: str) -> str:
    return render_template(
        "quantities/show.html",
        shown=quantity_shown.shown(session(), actor(), uid),
        chips=quantity_shown.CHIPS,
        HEADS=quantity_shown.HEADS,
    )
