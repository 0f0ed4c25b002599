"""The answer to a reminder of what is out too long; Today shows the question."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.custody import operations_overdue
from lims.errors import BadInput
from lims.web.languages import gettext as _
from lims.web.moves import words
from lims.web.request import actor, form, needs, session

pages = Blueprint("reminders", __name__, url_prefix="/reminders")
pages.before_request(needs(Permission.SAMPLE_READ))


@pages.post("/<int:number>")
def answer(number: int) -> Response:
    given = form("answer").get("answer", "")
    if given not in dict(words("answer overdue")):
        raise BadInput(_("Choose one of the answers."))
    operations_overdue.answer_reminder(session(), actor(), number, given)
    flash(_("Answered; it is on record."), "right")
    return redirect(url_for("today.jobs"))
