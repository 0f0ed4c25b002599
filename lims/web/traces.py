"""The electropherogram of a well, to who does not read it blindly."""

from typing import cast

from flask import Blueprint, render_template, request, url_for
from flask import Response as Answer

from lims.access import Permission
from lims.batches.plate import WellRole
from lims.results import queries_traces
from lims.results.queries_traces import Beside
from lims.web import trace_shown
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, laboratory, needs, session

pages = Blueprint("traces", __name__, url_prefix="/traces")
pages.before_request(needs(Permission.IMPORT_READ))

ROLES = {**trace_shown.CONTROLS, WellRole.EXTRACTION_BLANK: _l("Extraction blank")}


@pages.get("/<uid>")
def show(uid: str) -> str:
    """A control's to the whole laboratory, a tube's to who reviews and releases."""
    one = queries_traces.one_to_see(session(), actor(), uid)
    chosen = request.args.get("beside", "")
    return render_template(
        "readings/trace.html",
        title=str(ROLES.get(one.well.role, "")) or one.well.name,
        well=one.well,
        shown=trace_shown.shown(session(), actor(), laboratory(), one, chosen),
        points=url_for(".points", uid=uid),
        points_beside=url_for(".points", uid=uid, of=chosen),
        back=(url_for("batches.show", code=one.well.plate), _("To its plate")),
    )


@pages.get("/<uid>/points")
def points(uid: str) -> Answer:
    return answered(queries_traces.one_to_see(session(), actor(), uid))


def answered(one: Beside) -> Answer:
    """The points of a trace, or of one that may be looked at beside it.

    Nothing of it is kept by the browser; who asks with the mark is told `304`.
    """
    of = request.args.get("of", "")
    content = trace_shown.points(session(), actor(), laboratory(), one, of)
    answer = Answer(content, mimetype="application/octet-stream")
    answer.add_etag()
    return cast("Answer", answer.make_conditional(request))
