"""The page of legal holds: what an authority wants kept, by codes alone."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.cases import legal, operations_legal
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("legal_holds", __name__, url_prefix="/legal-holds")
pages.before_request(needs(Permission.LEGAL_HOLD))
in_rail(
    pages,
    NavItem(127, "legal_holds.listing", _l("Legal holds"), Permission.LEGAL_HOLD),
)


@pages.get("/")
def listing() -> str:
    held = legal.standing(session(), actor())
    return render_template("legal_holds/all.html", held=held)


@pages.post("/")
def place() -> Response:
    told = form("code", "document")
    code, document = told.get("code", ""), told.get("document", "")
    operations_legal.place_hold(session(), actor(), code, document)
    flash(_("The hold stands: nothing of this person is erased."), "right")
    return redirect(url_for(".listing"))


@pages.post("/<uid>/lift")
def lift(uid: str) -> Response:
    document = form("document").get("document", "")
    operations_legal.lift_hold(session(), actor(), uid, document)
    flash(_("The hold is lifted."), "right")
    return redirect(url_for(".listing"))
