"""My bench: where I work, what it hears, and the scans that somebody must look into."""

from flask import (
    Blueprint,
    flash,
    g,
    redirect,
    render_template,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.stations import (
    operations_commands,
    operations_scans,
    queries,
    queries_scans,
)
from lims.stations.operations_commands import Does
from lims.stations.queries_scans import KeptScan, ScanState
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("here", __name__)
pages.before_request(needs(Permission.SELF))
in_rail(
    pages,
    NavItem(
        104,
        "here.page",
        _l("My bench"),
        Permission.SAMPLE_READ,
        queries_scans.count_unsettled,
    ),
)

CHIPS = {
    ScanState.APPLIED: ("done", _l("applied")),
    ScanState.UNCHANGED: ("done", _l("nothing to change")),
    ScanState.ASKED: ("expected", _l("wants somebody's eyes")),
    ScanState.HELD: ("held", _l("item on hold")),
    ScanState.REFUSED: ("refused", _l("refused")),
}


@pages.get("/here")
def page() -> str:
    person = actor()
    works = person.may(Permission.CUSTODY_MOVE)
    return render_template(
        "here/show.html",
        here=queries_scans.here(session(), person),
        choices=queries_scans.choices(session(), person) if works else [],
        balances=_balances(),
        newest=queries_scans.newest(session(), person),
        open=queries_scans.unsettled(session(), person),
        untaken=queries_scans.taken_by_nobody(session(), person),
        settles=person.may(Permission.CUSTODY_HOLD),
        chip_of=chip_of,
    )


@pages.post("/here/bench/<uid>")
def come(uid: str) -> Response:
    form()
    station = operations_scans.come(session(), actor(), uid)
    told = _("You work at %(bench)s. Its scans act on your pages.", bench=station.name)
    flash(told, "right")
    return redirect(url_for("here.page"))


@pages.post("/here/leave")
def leave() -> Response:
    form()
    operations_scans.leave(session(), actor())
    flash(_("You work at no bench now."), "right")
    return redirect(url_for("here.page"))


@pages.post("/here/tare/<uid>/<device>")
def tare(uid: str, device: str) -> Response:
    form()
    operations_commands.command(session(), actor(), uid, Does.TARE, device)
    flash(_("Asked of the balance. Wait until it shows nothing."), "right")
    return redirect(url_for("here.page"))


@pages.post("/here/scans/<uid>")
def settle(uid: str) -> Response:
    form()
    operations_scans.settle(session(), actor(), uid)
    flash(_("On record: you have looked into it."), "right")
    return redirect(url_for("here.page"))


@pages.get("/here/news")
def news() -> ResponseReturnValue:
    """What the bench heard that no page has taken, and its newest weight."""
    scans = queries_scans.new_scans(session(), actor())
    weight = queries_scans.newest_weight(session(), actor())
    return {
        "scans": [{"number": one.seq, "text": one.text} for one in scans],
        "weight": None
        if weight is None
        else {
            "number": weight.seq,
            "grams": f"{weight.grams:f}",
            "serial": weight.serial,
        },
    }


def chip_of(kept: KeptScan) -> tuple[str, object]:
    return CHIPS[ScanState(kept.came_to)]


def bench_name() -> str:
    """Where the person works whose page this is; empty for nowhere."""
    person = g.get("actor")
    if person is None or "session" not in g or not person.may(Permission.CUSTODY_MOVE):
        return ""
    found = queries_scans.here(session(), person)
    return found[0].name if found else ""


def _balances() -> list[tuple[str, str]]:
    """The uid of the actor's bench with each of its balances."""
    found = queries_scans.here(session(), actor())
    if found is None:
        return []
    known = queries.with_devices(session(), actor(), "balance")
    return [
        (one.bench, name)
        for one in known
        if one.bench == found[0].uid
        for name in one.devices
    ]


def _offer(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["bench_name"] = bench_name


pages.record(_offer)
