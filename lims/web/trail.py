"""The trail: scan or type any code and see one line from the bag to the engine."""

from flask import Blueprint, render_template, request

from lims.access import Permission
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, needs, session
from lims.web.shell import NavItem, in_rail
from lims.web.thread import thread
from lims.web.told import why

pages = Blueprint("trail", __name__, url_prefix="/trail")
pages.before_request(needs(Permission.TRAIL_READ))
in_rail(pages, NavItem(90, "trail.ask", _l("Trail"), Permission.TRAIL_READ))


@pages.get("/")
def ask() -> str:
    return render_template("trail/ask.html")


@pages.get("/<code>")
def show(code: str) -> str:
    every = "every" in request.args
    return render_template(
        "trail/show.html",
        code=code,
        every=every,
        why=why,
        thread=thread(session(), actor(), code, every=every),
    )
