"""Pages of the readings: what waits for this analyst, and one reading to sign."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Answer
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.batches import queries as batches
from lims.batches.kits import Kit
from lims.results import queries_traces, readable
from lims.results.readable import Injection
from lims.review import eyes, operations, queries
from lims.samples import queries as samples
from lims.web import signing, trace_shown, traces
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import (
    actor,
    laboratory,
    method,
    needs,
    prepared,
    prepared_by,
    session,
)
from lims.web.shell import NavItem, in_rail

pages = Blueprint("readings", __name__, url_prefix="/readings")
pages.before_request(needs(Permission.READING_SIGN))
in_rail(
    pages,
    NavItem(
        60, "readings.waiting", _l("Readings"), Permission.READING_SIGN,
        queries.count_tasks,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One task as the list shows it."""

    uid: str
    code: str
    ordinal: int
    plate: str
    position: str
    kit: str
    wanting: int
    """Markers that want eyes."""
    loci: int


@pages.get("/")
def waiting() -> str:
    tasks = queries.tasks(session(), actor(), request.args.get("after", 0, int))
    lines = _lines(tasks)
    lines.sort(key=lambda line: (line.wanting == 0, line.plate, line.position))
    after = tasks[-1].injection.id if len(tasks) == queries.PAGE else None
    return render_template("readings/waiting.html", lines=lines, after=after)


@pages.get("/<uid>")
def show(uid: str) -> str:
    injection = readable.injection(session(), actor(), uid)
    (line,) = _lines([queries.task(session(), actor(), injection)])
    kit = laboratory().kits[line.kit]
    loci = eyes.loci(injection.calls, injection.flags, kit)
    return render_template(
        "readings/show.html",
        line=line,
        wanting=[locus for locus in loci if locus.why],
        clean=[locus for locus in loci if not locus.why],
        reasons=eyes.REASONS,
        kit=kit,
        beside=_beside(injection),
        traced=queries_traces.own(session(), injection) is not None,
    )


@pages.get("/<uid>/trace")
def trace(uid: str) -> str:
    """To whom the reading itself is open; no reading of anybody is on it."""
    injection = readable.injection(session(), actor(), uid)
    (line,) = _lines([queries.task(session(), actor(), injection)])
    own = trace_shown.of_injection(session(), injection)
    chosen = request.args.get("beside", "")
    return render_template(
        "readings/trace.html",
        title=line.code,
        well=own.well,
        shown=trace_shown.shown(session(), actor(), laboratory(), own, chosen),
        points=url_for(".points", uid=uid),
        points_beside=url_for(".points", uid=uid, of=chosen),
        back=(url_for(".show", uid=uid), _("Back to the reading")),
    )


@pages.get("/<uid>/trace/points")
def points(uid: str) -> Answer:
    """The points of its trace, or of one that may be looked at beside it."""
    injection = readable.injection(session(), actor(), uid)
    own = trace_shown.of_injection(session(), injection)
    return traces.answered(own)


@pages.post("/<uid>")
@prepared_by(signing.of_address)
def sign(uid: str) -> Response:
    form = request.form
    calls = {
        name.removeprefix("call-"): form[name].replace(",", " ").split()
        for name in form
        if name.startswith("call-")
    }
    reasons = {
        name.removeprefix("reason-"): form[name]
        for name in form
        if name.startswith("reason-") and form[name]
    }
    reading = operations.sign_reading(
        session(), actor(), uid, calls, reasons, prepared(), method()
    )
    flash(_("Reading %(number)s signed.", number=reading.ordinal), "right")
    following = queries.tasks(session(), actor(), size=1)
    if following:
        return redirect(url_for(".show", uid=following[0].injection.uid))
    return redirect(url_for(".waiting"))


def _lines(tasks: list[queries.Task]) -> list[Line]:
    wells = batches.wells_by_ids(session(), [one.injection.well_id for one in tasks])
    known = samples.by_ids(
        session(), actor(), [one.injection.sample_id or 0 for one in tasks]
    )
    lines = []
    for task in tasks:
        well, injection = wells[task.injection.well_id], task.injection
        loci = eyes.loci(injection.calls, injection.flags, _kit(well.kit))
        lines.append(
            Line(
                uid=injection.uid,
                code=str(known[injection.sample_id or 0].code),
                ordinal=task.ordinal,
                plate=well.plate,
                position=well.position,
                kit=well.kit,
                wanting=sum(bool(locus.why) for locus in loci),
                loci=len(loci),
            )
        )
    return lines


def _kit(name: str) -> Kit:
    return laboratory().kits[name]


def _beside(injection: Injection) -> list[Injection]:
    """The other injections of the same sample: their analysed calls, no reading."""
    together = readable.of_sample(session(), actor(), injection.sample_id or 0)
    return [one for one in together if one.id != injection.id]
