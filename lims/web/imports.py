"""Pages of the imports: what needs somebody, upload, and one file with its findings."""

from collections.abc import Mapping
from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission, require
from lims.batches.causes import Cause
from lims.errors import BadInput
from lims.results import arrival, operations, operations_findings, queries
from lims.results.arrival import Gate, Parcel
from lims.results.intake import Arrived, Fate, Receipt, Stated
from lims.results.leftovers import Leftovers, leftovers
from lims.web import import_shown, quantity_shown, signing
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.plate_shown import cause
from lims.web.request import (
    actor,
    form,
    laboratory,
    needs,
    prepared,
    prepared_by,
    session,
    wants_json,
)
from lims.web.shell import NavItem, in_rail
from lims.web.under_way import UnderWay

pages = Blueprint("imports", __name__, url_prefix="/imports")
pages.before_request(needs(Permission.IMPORT_READ))
in_rail(
    pages,
    NavItem(
        50, "imports.listing", _l("Imports"), Permission.IMPORT_READ,
        queries.count_waiting,
    ),
)  # fmt: skip

MOST_PAGES = 100_000

BANDS = {
    Fate.LOADED: "right",
    Fate.REPEATED: "again",
    Fate.QUARANTINED: "hold",
    Fate.INCIDENT: "hold",
}


_under_way = UnderWay()


def _gate() -> Gate:
    return laboratory().gate


def _uploaded() -> Arrived:
    """Kept and read before the transaction is opened."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadInput("Choose the export of one run.")
    with closing(file):
        parcel = Parcel.of_stream(file.filename, file.stream)
    with _under_way.heard(actor().uid, request.form.get("ticket", "")) as tell:
        return arrival.prepared(_gate(), actor(), parcel, tell)


@pages.get("/progress")
def progress() -> dict[str, int]:
    """How far a file of one's own is read; nothing where that is not known."""
    found = _under_way.of(actor().uid, request.args.get("ticket", ""))
    return {} if found is None else {"read": found[0], "of": found[1]}


def _once_more(uid: str) -> Arrived:
    return arrival.prepared_again(_gate(), actor(), uid, _parser(request.form))


@pages.get("/")
def listing() -> str:
    every = "all" in request.args
    page = queries.listing(
        session(),
        actor(),
        waiting=not every,
        before=request.args.get("before", None, int),
    )
    return render_template(
        "imports/all.html",
        page=page,
        shown=import_shown.lines(session(), page.rows),
        every=every,
        waiting=queries.count_waiting(session(), actor()),
        reasons=_reasons(),
    )


@pages.post("/")
@prepared_by(_uploaded)
def upload() -> Response | dict[str, str]:
    """One file. A page that gives several asks for each answer as JSON."""
    given = form("plate", "reason", "ticket")
    receipt = operations.take_in(
        session(), actor(), prepared(), _gate().bench, _stated(given)
    )
    if not wants_json():
        return _told(receipt)
    return {
        "state": BANDS[receipt.fate],
        "told": receipt.whole,
        "url": url_for(".show", uid=receipt.uid),
    }


@pages.get("/<uid>")
def show(uid: str) -> str:
    return render_template(
        "imports/show.html",
        shown=import_shown.shown(session(), actor(), laboratory().store, uid),
        roles=quantity_shown.roles_of,
        HEADS=quantity_shown.HEADS,
        causes=list(Cause),
        reasons=_reasons(),
        parsers=[(name, name) for name in import_shown.parsers()],
    )


def _left(uid: str) -> Leftovers:
    page = request.args.get("page", 1, int)
    return leftovers(_gate(), actor(), uid, max(1, min(page, MOST_PAGES)))


@pages.get("/<uid>/unread")
@prepared_by(_left)
def unread(uid: str) -> str:
    """What no parser read: closed sheets counted, cells for the importer alone."""
    return render_template("imports/unread.html", left=prepared(), uid=uid)


@pages.post("/<uid>/retry")
@prepared_by(_once_more)
def retry(uid: str) -> Response:
    given = form("plate", "reason", "parser")
    receipt = operations.retry(
        session(), actor(), uid, prepared(), _gate().bench, _stated(given)
    )
    return _told(receipt)


@pages.post("/<uid>/withdraw")
def withdraw(uid: str) -> Response:
    operations.withdraw(session(), actor(), uid, cause(form("cause")["cause"]))
    flash(_("The file is void. Its original is kept."), "right")
    return redirect(url_for(".show", uid=uid))


@pages.post("/<uid>/answer")
@prepared_by(signing.of_ticked("finding"))
def answer(uid: str) -> Response:
    require(actor(), Permission.FINDING_CLOSE)
    given = form("finding", "cause", "resolution", "password")
    operations_findings.answer(
        session(),
        actor(),
        import_shown.numbers(session(), actor(), uid, given.getlist("finding")),
        cause(given["cause"]),
        given["resolution"],
        prepared(),
    )
    flash(_("Your answer is signed."), "right")
    return redirect(url_for(".show", uid=uid))


@pages.post("/<uid>/confirm")
@prepared_by(signing.of_ticked("finding"))
def confirm(uid: str) -> Response:
    require(actor(), Permission.FINDING_CLOSE)
    given = form("finding", "password")
    operations_findings.confirm(
        session(),
        actor(),
        import_shown.numbers(session(), actor(), uid, given.getlist("finding")),
        prepared(),
    )
    flash(_("Confirmed. What no hold keeps any more may be read."), "right")
    return redirect(url_for(".show", uid=uid))


def _stated(given: Mapping[str, str]) -> Stated:
    plate = given.get("plate", "").strip().replace("-", "").upper()
    reason = given.get("reason", "")
    if reason and reason not in dict(_reasons()):
        raise BadInput("Choose one of the reasons of the list.")
    return Stated(plate, reason, _parser(given))


def _parser(given: Mapping[str, str]) -> str:
    """The parser that was chosen for a file that none or two claim."""
    chosen = given.get("parser", "")
    if chosen and chosen not in import_shown.parsers():
        raise BadInput("Choose one of the parsers of the list.")
    return chosen


def _reasons() -> list[tuple[str, str]]:
    """Why a run may be analysed again."""
    rows = laboratory().words["reasons"]
    return [
        (row["code"], row["label"])
        for row in rows
        if row["action"] == "import re-analysis"
    ]


def _told(receipt: Receipt) -> Response:
    flash(receipt.whole, BANDS[receipt.fate])
    return redirect(url_for(".show", uid=receipt.uid))
