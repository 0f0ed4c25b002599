"""The print jobs: what waits, what came out, and what a person must look at."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lims.access import Permission, require
from lims.errors import BadInput
from lims.people import queries as people
from lims.printing import operations_printers as operations
from lims.printing import queries_printers as queries
from lims.printing.queries_printers import LabelSending
from lims.printing.sending import SendState
from lims.web import sent_labels
from lims.web.languages import gettext as _
from lims.web.request import actor, form, session

pages = Blueprint("print_jobs", __name__, url_prefix="/labels/queue")

ANSWERS: dict[str, Callable[..., LabelSending]] = {
    "send again": operations.again,
    "all came out": operations.all_came_out,
    "none came out": operations.none_came_out,
    "cancel": operations.cancel,
}
SHOWN = {
    SendState.WAITING: "expected",
    SendState.SENDING: "partly",
    SendState.PRINTED: "done",
    SendState.DOUBTFUL: "held",
    SendState.FAILED: "refused",
    SendState.CANCELLED: "refused",
}


@pages.before_request
def _guard() -> None:
    require(actor(), Permission.LABEL_QUEUE)


@pages.get("")
def page() -> str:
    jobs = queries.jobs(session(), actor())
    who = people.names_by_id(session(), {one.queued_by for one in jobs})
    open_ = any(one.state in {SendState.WAITING, SendState.SENDING} for one in jobs)
    return render_template(
        "print_jobs/list.html",
        jobs=jobs,
        names=who,
        shown=SHOWN,
        asks=queries.asks(session(), actor()),
        polls=open_,
        again=actor().may(Permission.LABEL_REPRINT),
        words=_words(),
    )


@pages.post("/<uid>")
def answer(uid: str) -> ResponseReturnValue:
    """What the person who looked says, or decides."""
    action = form("action").get("action", "")
    if action not in ANSWERS:
        raise BadInput(_("Choose one of the buttons of the job."))
    row = ANSWERS[action](session(), actor(), uid)
    if row.state == SendState.WAITING:
        sent_labels.handed_over(row)
    flash(_("The print job is %(state)s.", state=_(row.state)), "right")
    return redirect(url_for(".page"))


def _words() -> dict[str, str]:
    return {
        "send again": _("Send it again"),
        "all came out": _("All came out"),
        "none came out": _("None came out"),
        "cancel": _("Give it up: its labels are void"),
    }
