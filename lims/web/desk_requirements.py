"""The requirements: each that a query answers, with its result; and the others."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.desk import operations_checks, queries
from lims.desk.evidence import ANSWERED, QUERIES, UNANSWERED
from lims.desk.queries import Check
from lims.desk.requirements import BY_NUMBER
from lims.errors import NotFound
from lims.people import queries as people
from lims.web.languages import gettext as _
from lims.web.languages import ngettext
from lims.web.request import actor, form, needs, session

pages = Blueprint("desk_requirements", __name__, url_prefix="/desk/requirements")
pages.before_request(needs(Permission.DESK_READ))


@pages.get("/")
def listing() -> str:
    done = queries.checks(session())
    waiting = queries.unfinished(session())
    return render_template(
        "desk/requirements.html",
        rows=sorted(
            ((one, done.get(one.number)) for one in ANSWERED),
            key=lambda pair: (_urgency(pair[1]), pair[0].number),
        ),
        unanswered=UNANSWERED,
        waiting=len(waiting),
        asked=len(ANSWERED),
        failing=sum(one.failing > 0 for one in done.values()),
        passing=sum(map(_passes, done.values())),
        in_part=sum(
            _passes(one) and bool(BY_NUMBER[one.number].unseen) for one in done.values()
        ),
    )


@pages.get("/progress")
def progress() -> str:
    return render_template(
        "desk/progress.html", waiting=len(queries.unfinished(session()))
    )


@pages.get("/<int:number>")
def show(number: int) -> str:
    if number not in BY_NUMBER:
        raise NotFound(_("There is no requirement with this number."))
    done = queries.checks(session()).get(number)
    asker = people.names_by_id(session(), [done.asked_by]) if done else {}
    return render_template(
        "desk/requirement.html",
        requirement=BY_NUMBER[number],
        check=done,
        asker=asker,
        answered=number in QUERIES,
        waiting=any(one.number == number for one in queries.unfinished(session())),
    )


@pages.post("/")
def ask() -> Response:
    """One that the form names, or all of them."""
    number = form("number").get("number", 0, int)
    wanted = [number] if number else [one.number for one in ANSWERED]
    made = operations_checks.ask(session(), actor(), wanted)
    flash(
        ngettext(
            "%(num)s requirement is being checked.",
            "%(num)s requirements are being checked.",
            len(made),
        ),
        "ask",
    )
    return redirect(url_for(".listing"))


def _passes(check: Check) -> bool:
    """On nothing to look at nothing passes."""
    return check.checked > 0 and check.failing == 0


def _urgency(check: Check | None) -> int:
    """What fails comes first, then what was never checked, and last the empty."""
    if check is None:
        return 1
    return 0 if check.failing else 2 if check.checked else 3
