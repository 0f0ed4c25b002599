"""Pages of the consignments: what is on its way, and one consignment at the door."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.custody import manifests, operations_consignments, operations_receiving
from lims.errors import BadInput
from lims.organisations.queries import named
from lims.web import symbols
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.languages import ngettext
from lims.web.manifest_shown import door
from lims.web.request import actor, form, laboratory, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("consignments", __name__, url_prefix="/consignments")
pages.before_request(needs(Permission.CONSIGNMENT_READ))
in_rail(
    pages,
    NavItem(
        20, "consignments.listing", _l("Consignments"), Permission.CONSIGNMENT_READ,
        manifests.count_opened,
    ),
)  # fmt: skip


@pages.get("/")
def listing() -> str:
    every = "all" in request.args
    found = manifests.consignments(
        session(),
        actor(),
        before=request.args.get("before", None, int),
        opened=not every,
    )
    return render_template(
        "consignments/all.html",
        shipments=found,
        every=every,
        opened=manifests.count_opened(session(), actor()),
        before=found[-1].row if len(found) == manifests.PAGE else None,
    )


@pages.get("/<code>")
def show(code: str) -> str:
    found = manifests.consignment(session(), actor(), code)
    parties = named(session(), [found.sender_id, found.receiver_id])
    names = parties[found.sender_id].name, parties[found.receiver_id].name
    lines = manifests.manifest(session(), actor(), code)
    return render_template(
        "consignments/show.html",
        door=door(found, names, lines, actor()),
        conditions=condition_words(),
        symbol=symbols.path(code),
    )


@pages.post("/<code>/release")
def release(code: str) -> Response:
    told = form("courier", "due")
    due = _moment(told.get("due", ""))
    operations_consignments.release(
        session(), actor(), code, told.get("courier", ""), due
    )
    flash(_("Handed to the courier. The laboratory sees that it comes."), "right")
    return redirect(url_for(".show", code=code))


@pages.post("/<code>/accept")
def accept(code: str) -> Response:
    form()
    missing = operations_receiving.close(session(), actor(), code)
    if missing:
        told = ngettext(
            "Accepted. %(num)s bag did not come: it is held until it turns up.",
            "Accepted. %(num)s bags did not come: they are held until they turn up.",
            len(missing),
        )
        flash(told, "hold")
    else:
        flash(_("Accepted. Every bag of the manifest is here."), "right")
    return redirect(url_for(".show", code=code))


def condition_words() -> dict[str, str]:
    """Each condition of bags with what it is called."""
    return {row["code"]: row["label"] for row in laboratory().words["conditions"]}


def _moment(written: str) -> datetime:
    """A time of the laboratory's zone, as a form sends it."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=laboratory().zone)
    except ValueError as error:
        raise BadInput(
            _("State by when it is due: a day and an hour, such as 2026-11-24 18:00.")
        ) from error
