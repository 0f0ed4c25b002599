"""The benches: what each brought last, and whether its clock is right."""

from babel.dates import format_timedelta
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from lims import clock
from lims.access import Permission
from lims.stations import operations, queries
from lims.stations.queries import Shown
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("benches", __name__, url_prefix="/benches")
pages.before_request(needs(Permission.STATION_MANAGE))
in_rail(pages, NavItem(96, "benches.page", _l("Benches"), Permission.STATION_MANAGE))


@pages.get("")
def page() -> str:
    benches = queries.everything(session(), actor())
    return render_template(
        "benches/list.html", benches=benches, clock_of=clock_of, state_of=state_of
    )


@pages.post("")
def add() -> str:
    station, code = operations.add(session(), actor(), form("name").get("name", ""))
    return render_template("benches/code.html", station=station, code=code)


@pages.post("/<uid>/code")
def code(uid: str) -> str:
    form()
    station, given = operations.code_again(session(), actor(), uid)
    return render_template("benches/code.html", station=station, code=given)


@pages.post("/<uid>/revoke")
def revoke(uid: str) -> ResponseReturnValue:
    form()
    station = operations.revoke(session(), actor(), uid)
    told = _("%(bench)s is revoked: it brings nothing more.", bench=station.name)
    flash(told, "right")
    return redirect(url_for("benches.page"))


def state_of(shown: Shown) -> tuple[str, str]:
    """The chip of a bench and its word."""
    bench = shown.station
    if bench.token_hash is not None:
        return "done", _("enrolled")
    if bench.code_ends is not None and bench.code_ends > clock.now():
        return "expected", _("waits for its enrolment")
    if bench.revoked_at is not None:
        return "refused", _("revoked")
    return "held", _("its code is over")


def clock_of(shown: Shown) -> str:
    """How the bench's clock stood against the server's."""
    if not shown.off:
        return _("right")
    time = format_timedelta(abs(shown.skew), locale=get_locale())
    if shown.skew.days < 0:
        return _("%(time)s ahead of the server's", time=time)
    return _("%(time)s behind the server's", time=time)
