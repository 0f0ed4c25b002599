"""Cases drawn at random: the draw, its recipe, and the work through its cases."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from lims.access import Permission
from lims.desk import operations, queries
from lims.desk.populations import Narrowed, Population
from lims.errors import BadInput
from lims.people import queries as people
from lims.samples.tables import Stream
from lims.web.desk import moment
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.stages import STREAMS

pages = Blueprint("desk_draws", __name__, url_prefix="/desk/draws")
pages.before_request(needs(Permission.DESK_READ))
POPULATIONS = {
    Population.SAMPLES: _l("accessioned samples"),
    Population.RELEASED: _l("released profiles"),
}
FIELDS = ("title", "population", "stream", "since", "until", "count")


@pages.get("/")
def listing() -> str:
    found = queries.draws(session())
    return render_template(
        "desk/draws.html",
        draws=found,
        done=queries.looked_at(session(), [one.id for one in found]),
        populations=POPULATIONS,
        streams=STREAMS,
    )


@pages.post("/")
def draw() -> AnyResponse:
    told = form(*FIELDS)
    if told.get("population") not in set(Population):
        raise BadInput(_("Choose from the list what cases are drawn from."))
    stream = told.get("stream")
    narrowed = Narrowed(
        Stream(stream) if stream in set(Stream) else None,
        moment(told.get("since", "")),
        moment(told.get("until", "")),
    )
    made = operations.draw(
        session(),
        actor(),
        told.get("title", ""),
        Population(told["population"]),
        narrowed,
        told.get("count", 0, int),
    )
    return redirect(url_for(".show", uid=made.uid))


@pages.get("/<uid>")
def show(uid: str) -> str:
    found = queries.draw(session(), uid)
    cases = queries.cases_of(session(), found.id)
    return render_template(
        "desk/draw.html",
        draw=found,
        cases=cases,
        done=sum(one.looked_at is not None for one in cases),
        by=people.names_by_id(session(), [found.drawn_by])[found.drawn_by],
        populations=POPULATIONS,
    )


@pages.get("/<uid>/population")
def population(uid: str) -> Response:
    """The codes that were drawn from, a line each, as they were hashed."""
    found = queries.draw(session(), uid)
    return Response(found.codes, mimetype="text/plain")


@pages.post("/<uid>/<int:ordinal>")
def look(uid: str, ordinal: int) -> AnyResponse:
    """Looked at: nothing found, or a finding in words."""
    told = form("text", "due_on")
    if text := told.get("text", "").strip():
        due = _due(told.get("due_on", ""))
        operations.find_in_case(session(), actor(), uid, ordinal, text, due)
        flash(_("The finding is on record."), "hold")
    else:
        operations.look(session(), actor(), uid, ordinal)
    return redirect(url_for(".show", uid=uid))


def _due(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(_("Say until which day an answer is due.")) from None
