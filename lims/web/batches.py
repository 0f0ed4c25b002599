"""Pages of the plates: what waits for its next step, planning, and one plate."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission, require
from lims.batches import operations, operations_quantifying, queries
from lims.batches.causes import Cause
from lims.batches.proof import Proof, Scanned, Witnessed
from lims.batches.quantifying import KITS
from lims.batches.queries_labware import of_plate
from lims.batches.telling import formats_of
from lims.codes import read
from lims.errors import BadInput
from lims.results.operations import void_plate
from lims.results.queries_traces import standing
from lims.samples.tables import Stream
from lims.web import labware, plate_shown
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.plate_records import TITLES
from lims.web.rack_seen import read_back
from lims.web.racks import CORNERS
from lims.web.request import actor, form, laboratory, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("batches", __name__, url_prefix="/batches")
pages.before_request(needs(Permission.BATCH_READ))
in_rail(
    pages,
    NavItem(
        40, "batches.listing", _l("Batches"), Permission.BATCH_READ,
        plate_shown.count_waiting,
    ),
)  # fmt: skip


@pages.get("/")
def listing() -> str:
    stages = plate_shown.stages_of(request.args.get("stage", ""))
    page = queries.listing(
        session(),
        actor(),
        stages=stages,
        before=request.args.get("before", None, int),
    )
    return render_template(
        "batches/all.html",
        page=page,
        stage=request.args.get("stage", ""),
        counts=queries.counts(session(), actor()),
        waiting=plate_shown.count_waiting(session(), actor()),
        chips=plate_shown.CHIPS,
    )


@pages.get("/new")
def new() -> str:
    require(actor(), Permission.BATCH_PLAN)
    return render_template(
        "batches/new.html",
        kits=list(laboratory().kits),
        quantified=KITS,
        streams=list(Stream),
    )


@pages.post("/")
def plan() -> Response:
    given = form("kit", "stream", "codes")
    if given["stream"] not in set(Stream):
        raise BadInput("Choose bone or reference.")
    codes = [read(line) for line in given["codes"].split()]
    plate = _planned(given["kit"], Stream(given["stream"]), codes)
    flash(_("The plate is planned; its controls are placed."), "right")
    return redirect(url_for(".show", code=plate.code))


@pages.get("/<code>")
def show(code: str) -> str:
    shown = plate_shown.shown(session(), actor(), code)
    return render_template(
        "batches/show.html",
        shown=shown,
        plate=shown.plate,
        traces=standing(session(), shown.plate),
        chips=plate_shown.CHIPS,
        kits=list(laboratory().kits),
        causes=list(Cause),
        corners=CORNERS,
        labware=of_plate(session(), shown.plate),
        labware_kinds=labware.KINDS,
        records={one.name: TITLES[one.name] for one in formats_of(shown.plate.kit)},
    )


@pages.get("/<code>/traces")
def traces(code: str) -> str:
    """How far the traces are held against the calls, while the worker looks."""
    plate = queries.plate(session(), actor(), code)
    return render_template(
        "batches/_traces.html", plate=plate, traces=standing(session(), plate)
    )


@pages.post("/<code>/load")
def load(code: str) -> Response:
    operations.load(session(), actor(), code, _proof(code))
    return _done(code, _("The plate is loaded."))


@pages.post("/<code>/amplify")
def amplify(code: str) -> Response:
    kit = laboratory().kits.get(form("kit")["kit"])
    if kit is None:
        raise BadInput("Choose one of the kits of the list.")
    operations.amplify(session(), actor(), code, kit)
    return _done(code, _("The plate is amplified."))


@pages.post("/<code>/run")
def run(code: str) -> Response:
    instrument = read(form("instrument")["instrument"])
    operations.run(session(), actor(), code, instrument)
    return _done(code, _("The run is started. Its export is imported next."))


@pages.post("/<code>/again")
def again(code: str) -> Response:
    given = form("action", "cause", "instrument")
    instrument = given["instrument"] and read(given["instrument"])
    cause = plate_shown.cause(given["cause"])
    operations.again(session(), actor(), code, given["action"], cause, instrument)
    return _done(code, _("The plate goes back. What it showed stays on record."))


@pages.post("/<code>/void")
def void(code: str) -> Response:
    cause = plate_shown.cause(form("cause")["cause"])
    void_plate(session(), actor(), code, cause)
    return _done(code, _("The plate is void. Its content stays on record."))


def _planned(name: str, stream: Stream, codes: Sequence[str]) -> queries.Plate:
    """To be quantified or to be typed: the kit says so."""
    if name in KITS:
        return operations_quantifying.plan(session(), actor(), name, stream, codes)
    kit = laboratory().kits.get(name)
    if kit is None:
        raise BadInput("Choose one of the kits of the list.")
    return operations.plan(session(), actor(), kit, stream, codes)


def _proof(plate: str) -> Proof:
    """A colleague's badge, or scans of the wells that no picture of the rack shows."""
    given = request.form
    if given.get("badge"):
        return Witnessed(given["badge"].strip())
    by_hand = {
        name.removeprefix("well-"): read(given[name])
        for name in given
        if name.startswith("well-") and given[name].strip()
    }
    if not given.get("picture"):
        return Scanned(by_hand)
    seen = read_back(plate, given["picture"])
    return Scanned({**by_hand, **seen.codes}, seen.sha256, len(seen.codes))


def _done(code: str, told: str) -> Response:
    flash(told, "right")
    return redirect(url_for(".show", code=code))
