"""Findings: the auditor records, the laboratory answers, the auditor closes."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lims import clock
from lims.access import Permission, Role, require
from lims.desk import operations, queries
from lims.desk.tables import FindingKind, FindingState, NoteKind
from lims.errors import BadInput
from lims.organisations import queries as organisations
from lims.organisations.tables import OrganisationKind
from lims.people import queries as people
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("desk_findings", __name__, url_prefix="/findings")
ABOUT = {
    FindingKind.ITEM: _l("an item"),
    FindingKind.EVENT: _l("an event"),
    FindingKind.REQUIREMENT: _l("a requirement"),
    FindingKind.FREE: _l("something else"),
}
STATES = {
    FindingState.OPEN: ("expected", _l("open")),
    FindingState.ANSWERED: ("partly", _l("answered")),
    FindingState.CLOSED: ("done", _l("closed")),
}
NOTES = {
    NoteKind.NOTE: _l("Note"),
    NoteKind.ANSWER: _l("Answer of the laboratory"),
    NoteKind.CLOSING: _l("Closed with this evidence"),
}
GRADE_WORDS = {
    "major": _l("major"),
    "minor": _l("minor"),
    "observation": _l("observation"),
}
FIELDS = ("about", "subject", "grade", "text", "organisation", "responsible", "due_on")
RESPONSIBLE = (Role.QUALITY, Role.MANAGER, Role.REVIEWER, Role.COORDINATOR)
WORDS = {"ABOUT": ABOUT, "STATES": STATES, "GRADES": GRADE_WORDS, "NOTES": NOTES}


pages.before_request(needs(Permission.AUDIT_READ))
in_rail(
    pages,
    NavItem(
        96, "desk_findings.listing", _l("Audit findings"), Permission.AUDIT_READ,
        queries.count_to_answer,
    ),
)  # fmt: skip


@pages.get("/")
def listing() -> str:
    closed = request.args.get("closed") == "yes"
    before = request.args.get("before", None, int)
    found = queries.findings(session(), actor(), closed=closed, before=before)
    return render_template(
        "desk/findings.html",
        findings=found,
        closed=closed,
        today=clock.now().date(),
        before=found[-1].id if closed and len(found) == queries.PAGE else None,
        **WORDS,
    )


@pages.get("/new")
def new() -> str:
    require(actor(), Permission.DESK_WORK)
    return render_template(
        "desk/new_finding.html",
        asked=request.args,
        laboratories=[
            (one.id, one.name)
            for one in organisations.everyone(session())
            if one.kind == OrganisationKind.LABORATORY
        ],
        roles=[(role, role) for role in RESPONSIBLE],
        **WORDS,
    )


@pages.post("/")
def record() -> Response:
    require(actor(), Permission.DESK_WORK)
    told = form(*FIELDS)
    made = operations.record_finding(
        session(),
        actor(),
        _laboratory(told),
        _about(told),
        told.get("grade", ""),
        told.get("text", ""),
        (_responsible(told), _day(told)),
    )
    flash(_("The finding is on record."), "right")
    return redirect(url_for(".show", uid=made.uid))


@pages.get("/<uid>")
def show(uid: str) -> str:
    found = queries.finding(session(), actor(), uid)
    notes = queries.notes_of(session(), found.id)
    writers = {found.found_by, *(one.written_by for one in notes)}
    return render_template(
        "desk/finding.html",
        finding=found,
        notes=notes,
        people=people.names_by_id(session(), writers),
        late=found.state != FindingState.CLOSED and found.due_on < clock.now().date(),
        laboratory=organisations.named(session(), [found.organisation_id]),
        **WORDS,
    )


@pages.post("/<uid>/note")
def note(uid: str) -> Response:
    operations.note(session(), actor(), uid, form("text").get("text", ""))
    return redirect(url_for(".show", uid=uid))


@pages.post("/<uid>/answer")
def answer(uid: str) -> Response:
    operations.answer(session(), actor(), uid, form("text").get("text", ""))
    flash(_("The answer is on record; the auditor closes the finding."), "right")
    return redirect(url_for(".show", uid=uid))


@pages.post("/<uid>/close")
def close(uid: str) -> Response:
    operations.close(session(), actor(), uid, form("text").get("text", ""))
    flash(_("The finding is closed."), "right")
    return redirect(url_for(".show", uid=uid))


def _laboratory(told: MultiDict[str, str]) -> int:
    """The one named; of an item, the one that holds it."""
    if told.get("about") == FindingKind.ITEM:
        return queries.owner_of(session(), actor(), told.get("subject", "").strip())
    number = told.get("organisation", 0, int)
    if number not in organisations.named(session(), [number]):
        raise BadInput(_("Choose the laboratory that the finding is about."))
    return number


def _about(told: MultiDict[str, str]) -> tuple[FindingKind, str]:
    if told.get("about") not in set(FindingKind):
        raise BadInput(_("Choose from the list what the finding is about."))
    return FindingKind(told["about"]), told.get("subject", "")


def _responsible(told: MultiDict[str, str]) -> Role:
    if told.get("responsible") not in RESPONSIBLE:
        raise BadInput(_("Choose from the list whose role is to answer."))
    return Role(told["responsible"])


def _day(told: MultiDict[str, str]) -> date:
    try:
        return date.fromisoformat(told.get("due_on", ""))
    except ValueError:
        raise BadInput(_("Say until which day an answer is due.")) from None
