"""The auditor's desk: its first page, the search of the record, and saved searches."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.audit import log
from lims.audit.tags import Tag
from lims.audit.words import TITLES
from lims.codes import is_code, looks_like_code, read
from lims.desk import mentions, operations, queries, searching
from lims.desk.searching import Wanted
from lims.errors import BadInput, NotFound
from lims.people import queries as people
from lims.web.desk_findings import ABOUT
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail
from lims.web.shown import zone
from lims.web.told import SIGNS, tell, why

pages = Blueprint("desk", __name__, url_prefix="/desk")
pages.before_request(needs(Permission.DESK_READ))
in_rail(pages, NavItem(94, "desk.front", _l("Desk"), Permission.DESK_READ))
FIELDS = ("code", "actor", "tag", "since", "until", "order")


@pages.get("/")
def front() -> str:
    return render_template(
        "desk/front.html",
        searches=queries.searches(session(), actor()),
        draws=queries.draws(session())[:5],
        findings=queries.findings(session(), actor())[:5],
        **_choices(),
        ABOUT=ABOUT,
        wanted=Wanted(),
        asked={},
    )


@pages.get("/search")
def search() -> tuple[str, int]:
    wanted, found, state, told = _found()
    names = people.names_of(session(), {one.actor_uid for one in found.events})
    asked = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    page = render_template(
        "desk/search.html",
        wanted=wanted,
        asked=asked,
        found=found,
        state=state,
        told=told,
        rows=[(one, tell(one, names)) for one in found.events],
        most=searching.MOST,
        reach=mentions.reach(session()),
        size=log.size(session()),
        **_choices(),
    )
    return page, 422 if state == "wrong" else 200


def _found() -> tuple[Wanted, searching.Found, str, str]:
    """What was asked and found; or the state of the band, and why nothing is."""
    nothing = searching.Found((), 0, "")
    try:
        wanted = stated(request.args)
    except BadInput as error:
        return Wanted(), nothing, "wrong", str(error)
    try:
        return wanted, searching.search(session(), actor(), wanted, _after()), "", ""
    except NotFound as error:
        return wanted, nothing, "ask", str(error)


@pages.post("/searches")
def save() -> Response:
    told = form("name", *FIELDS)
    made = operations.save_search(
        session(), actor(), told.get("name", ""), stated(told)
    )
    flash(_("The search '%(name)s' is kept.", name=made.name), "right")
    return redirect(url_for(".front"))


@pages.post("/searches/<uid>")
def run_again(uid: str) -> str:
    """What is new since the last run. A POST, because the run is an event."""
    form()
    saved, before, new = operations.run_again(session(), actor(), uid)
    names = people.names_of(session(), {one.actor_uid for one in new})
    wanted = searching.of_told(saved.filters)
    return render_template(
        "desk/run.html",
        saved=saved,
        before=before,
        address=url_for(".search", **addressed(wanted)),
        rows=[(one, tell(one, names)) for one in new],
        page=searching.PAGE,
    )


@pages.get("/line/")
def ask() -> Response:
    """From the front page's field to the line of what was typed there."""
    return redirect(url_for(".line", code=_code(request.args.get("code", ""))))


@pages.get("/line/<path:code>")
def line(code: str) -> str:
    found = queries.custody_line(session(), actor(), code)
    names = people.names_of(session(), {row.act.actor for row in found.rows})
    return render_template(
        "desk/line.html",
        line=found,
        named=found.sample.code or code,
        told={key: tell(one, names) for key, one in found.events.items()},
        faulty=[row for row in found.rows if row.faulty],
        signs=SIGNS,
        why=why,
    )


@pages.get("/chain/<uid>")
def chain(uid: str) -> str:
    """Every event of whatever has this pseudonym, where it is no sample."""
    events, after = queries.chain(session(), uid, request.args.get("after", 0, int))
    if not events:
        raise NotFound(
            _(
                "Nothing on record has this pseudonym, or its chain ends before. "
                "Search the record by a code, a person or a time."
            )
        )
    names = people.names_of(session(), {one.actor_uid for one in events})
    return render_template(
        "desk/chain.html",
        uid=uid,
        kind=events[0].item_kind.replace("_", " "),
        first=events[0].item_seq,
        rows=[(one, tell(one, names)) for one in events],
        after=after,
    )


def stated(told: MultiDict[str, str]) -> Wanted:
    """What a form or an address asks for."""
    tag = told.get("tag", "")
    if tag and tag not in set(Tag):
        raise BadInput(_("Choose the kind of event from the list."))
    until = moment(told.get("until", ""))
    return Wanted(
        code=_code(told.get("code", "")),
        actor=told.get("actor", "")[:32],
        tag=Tag(tag) if tag else None,
        since=moment(told.get("since", "")),
        until=until + timedelta(days=1) if until else None,
        oldest_first=told.get("order") == "oldest",
    )


def addressed(wanted: Wanted) -> dict[str, Any]:
    """The address that asks for the same."""
    told = {
        "code": wanted.code,
        "actor": wanted.actor,
        "tag": str(wanted.tag or ""),
        "since": _day(wanted.since),
        "until": _day(wanted.until - timedelta(days=1)) if wanted.until else "",
        "order": "oldest" if wanted.oldest_first else "",
    }
    return {name: value for name, value in told.items() if value}


def moment(day: str) -> datetime | None:
    """The beginning of a day in the laboratory's zone; None where none is stated."""
    if not day:
        return None
    try:
        found = datetime.fromisoformat(day)
    except ValueError:
        raise BadInput(
            _("'%(day)s' is no day. Write it as 2026-10-12.", day=day[:20])
        ) from None
    return datetime.combine(found.date(), time(), zone())


def _day(value: datetime | None) -> str:
    return value.astimezone(zone()).date().isoformat() if value else ""


def _code(text: str) -> str:
    """A code of ours as it is stored; a bag's number as it is written."""
    told = text.strip()[:64]
    return read(told) if looks_like_code(told) or is_code(told) else told


def _after() -> str:
    told = request.args.get("after", "")
    at, _space, number = told.rpartition(" ")
    try:
        aware = datetime.fromisoformat(at).tzinfo is not None
        known = 0 <= int(number) < 2**63
    except ValueError:
        return ""
    return told if aware and known else ""


def _choices() -> dict[str, object]:
    persons = people.everybody(session(), actor())
    return {
        "people": [(one.uid, f"{one.name} ({one.badge})") for one in persons],
        "tags": sorted(
            ((str(tag), _(text)) for tag, text in TITLES.items()), key=_text
        ),
    }


def _text(pair: tuple[str, str]) -> str:
    return pair[1]
