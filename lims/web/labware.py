"""Single-use labware on the page of a plate: scan it where it is used (rule B14)."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.batches.labware import LabwareKind
from lims.batches.operations_labware import use_labware
from lims.errors import BadInput
from lims.web.languages import lazy_gettext as _l
from lims.web.languages import ngettext
from lims.web.request import actor, form, needs, session

pages = Blueprint("labware", __name__, url_prefix="/batches")
pages.before_request(needs(Permission.BATCH_READ))

KINDS = {
    LabwareKind.PLATE: _l("plate"),
    LabwareKind.STRIP: _l("tube strip"),
    LabwareKind.TIP_COMB: _l("tip comb"),
    LabwareKind.TRAY: _l("tray"),
}


@pages.post("/<code>/labware")
def use(code: str) -> Response:
    given = form("kind", "labware")
    kind = given.get("kind", "")
    if kind not in set(LabwareKind):
        raise BadInput("Choose what kind of labware it is.")
    lines = given.get("labware", "").splitlines()
    made = use_labware(session(), actor(), code, LabwareKind(kind), lines)
    told = ngettext(
        "%(num)s piece of labware is on record.",
        "%(num)s pieces of labware are on record.",
        len(made),
    )
    flash(told, "right")
    return redirect(url_for("batches.show", code=code))
