"""The page on which the coordinator erases a donor, shown what goes and what stays."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.cases import legal
from lims.cases import queries as cases
from lims.erasure import operations
from lims.erasure.operations import Basis
from lims.erasure.recalled import told_the_engine
from lims.web import recalls, signing
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import (
    actor,
    form,
    laboratory,
    needs,
    prepared,
    prepared_by,
    session,
)

pages = Blueprint("erasures", __name__, url_prefix="/erasures")
pages.before_request(needs(Permission.IDENTITY_ERASE))

GROUNDS = {
    Basis.CONSENT: _l("The donor has taken the consent back"),
    Basis.AUTHORITY: _l("An authority has ordered it"),
    Basis.RETENTION: _l("The time for which it may be kept has ended"),
}


@pages.get("/<donor>")
def show(donor: str) -> str:
    found = cases.donor(session(), actor(), donor)
    return render_template(
        "erasures/show.html",
        donor=found,
        holds=legal.against(session(), found),
        grounds=GROUNDS,
        recalled=told_the_engine(session(), actor(), found),
        recall_chips=recalls.CHIPS,
        recall_words=recalls.WORDS,
    )


@pages.post("/<donor>")
@prepared_by(signing.of_address)
def erase(donor: str) -> Response:
    basis = form("basis", "password").get("basis", "")
    gone = operations.erase(
        session(), actor(), donor, basis, prepared(), laboratory().store
    )
    flash(_("Erased. The record stands and proves as before."), "right")
    for number in gone:
        told = _("The engine was given the package %(number)s before.", number=number)
        flash(told + " " + _("It is told to forget it; see below."), "hold")
    return redirect(url_for(".show", donor=donor))
