"""Scans that have an identity of their own: from a bench, or kept by a page offline.

They act through the same box as any other scan. What came late and is not allowed any
more, or by a wrong clock, is kept, its item goes on hold, and a person is asked.
"""

from datetime import UTC, datetime, timedelta
import json
import re

from flask import flash, jsonify, make_response, redirect, render_template
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lims import clock, codes
from lims.access import Permission
from lims.codes import Kind
from lims.custody import operations_holds
from lims.custody.queries import named_sample
from lims.errors import BadInput, NotFound, RuleBroken
from lims.stations import operations_scans, queries_scans
from lims.stations.queries_scans import ScanState
from lims.stations.scans import Came
from lims.web.answered import Answer, Heard
from lims.web.languages import gettext as _
from lims.web.request import actor, laboratory, session, wants_json
from lims.web.scanned import Ours, Waiting, scanned, waiting

FIELDS = ("once", "made", "sent", "by", "after", "kept", "number")
"""once: the page's own name of this scan; made, sent: by its clock; by: whose it is;
after: the scan before it, whose answer says what waits; kept: it waited for the
network; number: of a bench's reading."""
UID = re.compile(r"[0-9a-f]{32}")
ODD = "This scan does not tell when it was made. Load the page again, then scan."


def came(told: MultiDict[str, str]) -> Came | None:
    """None for a scan that has no name of its own."""
    if number := told.get("number", 0, int):
        return queries_scans.came_of_bench(session(), actor(), number)
    if not (once := told.get("once", "")):
        return None
    if told.get("by", actor().uid) != actor().uid:
        raise RuleBroken(
            _("Another person made this scan. It waits until they log in here.")
        )
    now = clock.now()
    sent = _moment(told, "sent")
    if not UID.fullmatch(once):
        raise BadInput(ODD)
    text = told.get("code", "")[:200]
    made, kept = _moment(told, "made"), bool(told.get("kept"))
    return Came(once, text, made, now, now - sent, was_kept=kept)


def heard(told: MultiDict[str, str], scan: Came | None) -> Heard:
    """What the page sent; of a bench's scan, what the bench heard."""
    armed = told.get("armed", "")
    before = told.get("after", "")
    if before and (kept := queries_scans.kept(session(), actor(), before)):
        armed = json.loads(kept.answer).get("armed", armed)
    return Heard(
        text=scan.text if scan else told.get("code", ""),
        page=told.get("page", ""),
        waiting=waiting(armed),
        giver=told.get("giver", "").strip(),
    )


def again(scan: Came) -> Answer:
    """What it came to the first time, for whose it is."""
    kept = queries_scans.kept(session(), actor(), scan.uid)
    if kept is None:
        raise RuleBroken(_("Another person's page has taken this scan already."))
    said = json.loads(kept.answer)
    waits = waiting(said.get("armed", ""))
    return Answer(said["state"], said["text"], said.get("hint", ""), waits)


def conclude(scan: Came, was: Heard, answer: Answer) -> None:
    """Keep what a scan came to that the house let pass."""
    waits = was.waiting if answer.waiting is None else answer.waiting
    came_to = ScanState.APPLIED if answer.changed else ScanState.UNCHANGED
    _keep(scan, came_to, answer, waits, waits.item)


def unapplied(scan: Came, was: Heard, why: str) -> Answer:
    """It was not applied. Late, its item is held; made just now, its maker is told."""
    if not (scan.late or scan.doubtful):
        answer = Answer("wrong", why, waiting=was.waiting)
        _keep(scan, ScanState.REFUSED, answer, was.waiting)
        return answer
    item = _item(was)
    if item:
        operations_holds.hold_for_a_scan(
            session(), actor(), item, scan.made_at, scan.received_at
        )
    waits = Waiting(item) if item else was.waiting
    state, came_to = ("hold", ScanState.HELD) if item else ("ask", ScanState.ASKED)
    answer = Answer(state, _why_not(scan, item), why, waits, changed=bool(item))
    _keep(scan, came_to, answer, waits, item)
    return answer


def _why_not(scan: Came, item: str) -> str:
    times = {"made": _time(scan.made_at), "came": _time(scan.received_at)}
    if item:
        return _(
            "%(item)s is on hold until somebody has looked into this scan. It was made"
            " %(made)s and came %(came)s.",
            item=_shown(item),
            **times,
        )
    return _(
        "'%(found)s' was not applied, and waits until somebody has looked into it."
        " It was made %(made)s and came %(came)s.",
        found=scan.text[:64],
        **times,
    )


def wrong_clock(scan: Came) -> str:
    return _(
        "The clock of the device was off by %(time)s.",
        time=str(timedelta(seconds=round(abs(scan.skew.total_seconds())))),
    )


def answered(answer: Answer, before: Waiting | None = None) -> Response:
    """The band, or the way to the page of what was scanned; for a script, its words."""
    waits = (before if answer.waiting is None else answer.waiting) or Waiting()
    if wants_json():
        told = _said(answer, waits)
        return jsonify(told | {"told": told["text"]})
    if answer.to:
        if answer.text:
            flash(answer.text, answer.state)
        return redirect(answer.to)
    response = make_response(
        render_template("scan/answer.html", answer=answer, armed=str(waits)),
        409 if answer.state == "wrong" else 200,
    )
    if answer.changed:
        response.headers["HX-Trigger"] = "refresh"
    return response


def _keep(
    scan: Came, came_to: ScanState, answer: Answer, waits: Waiting, item: str = ""
) -> None:
    operations_scans.conclude(
        session(), actor(), scan, came_to, _said(answer, waits), item
    )


def _said(answer: Answer, waits: Waiting) -> dict[str, str]:
    return {
        "state": answer.state or "right",
        "text": answer.text or _("Shown."),
        "hint": answer.hint,
        "armed": str(waits),
    }


def _item(was: Heard) -> str:
    """What a scan is of: the item that was scanned, or the one that waited for it."""
    if not actor().may(Permission.SAMPLE_READ):
        return ""
    match scanned(was.text):
        case Ours(code) if codes.kind(code) is Kind.SAMPLE:
            named = code
        case _:
            named = was.waiting.item
    try:
        named_sample(session(), actor(), named)
    except NotFound:
        return ""
    return named


def _moment(told: MultiDict[str, str], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(told.get(name, ""))
    except ValueError as error:
        raise BadInput(ODD) from error
    if found.tzinfo is None:
        raise BadInput(ODD)
    return found.astimezone(UTC)


def _time(moment: datetime) -> str:
    return moment.astimezone(laboratory().zone).strftime("%Y-%m-%d %H:%M:%S")


def _shown(named: str) -> str:
    return codes.shown(named) if codes.is_code(named) else named
