"""Pages of the identity zone: incidents, remains, and who is behind a code.

Open to those who own a case and to the coordinator. What the laboratory's benches see
stands on other pages; nothing of these leads there but the code that was looked up.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.cases import operations, queries
from lims.cases.operations import Happening
from lims.cases.words import RemainsKind
from lims.codes import read
from lims.errors import BadInput
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.looks import looked_at
from lims.web.numbers import whole_number
from lims.web.request import actor, form, laboratory, needs, session, writes
from lims.web.shell import NavItem, in_rail

pages = Blueprint("cases", __name__, url_prefix="/cases")
pages.before_request(needs(Permission.IDENTITY_READ))
in_rail(pages, NavItem(120, "cases.incidents", _l("Cases"), Permission.IDENTITY_READ))

KINDS = {
    RemainsKind.BODY: _l("body"),
    RemainsKind.COMMINGLED: _l("commingled assemblage"),
    RemainsKind.ELEMENT: _l("single element"),
    RemainsKind.PART: _l("body part"),
}
SIDES = {
    "L": _l("left"),
    "R": _l("right"),
    "M": _l("midline"),
    "U": _l("side unknown"),
}


@pages.get("/")
def incidents() -> str:
    return render_template(
        "cases/incidents.html", incidents=queries.incidents(session(), actor())
    )


@pages.post("/")
def register_incident() -> Response:
    told = form("code", "kind", "happened_on", "place", "dead", "missing", "survivors")
    made = operations.register_incident(
        session(),
        actor(),
        Happening(
            code=told.get("code", ""),
            kind=told.get("kind", ""),
            happened_on=told.get("happened_on", ""),
            place=told.get("place", ""),
            dead=whole_number(told, "dead"),
            missing=whole_number(told, "missing"),
            survivors=whole_number(told, "survivors"),
        ),
    )
    flash(_("The incident '%(code)s' is on record.", code=made.code), "right")
    return redirect(url_for(".incidents"))


@pages.get("/remains")
@writes
def remains() -> str:
    page = queries.remains_page(session(), actor(), request.args.get("after", 0, int))
    looked_at(page)
    return render_template(
        "cases/remains.html",
        remains=page,
        after=page[-1].id if len(page) == queries.PAGE else None,
        incidents=queries.incidents(session(), actor()),
        kinds=KINDS,
    )


@pages.post("/remains")
def register_remains() -> Response:
    told = form("incident", "series", "kind", "mortuary_tag")
    if told.get("kind") not in set(RemainsKind):
        raise BadInput(_("Choose of the list what kind of remains these are."))
    made = operations.register_remains(
        session(),
        actor(),
        told.get("incident", ""),
        told.get("series", "").strip().upper(),
        RemainsKind(told["kind"]),
        told.get("mortuary_tag", ""),
    )
    flash(_("Write this number on the tag: %(tag)s", tag=made.tag), "right")
    return redirect(url_for(".one_of_remains", tag=made.tag))


@pages.get("/remains/<tag>")
@writes
def one_of_remains(tag: str) -> str:
    found = queries.remains(session(), actor(), tag)
    looked_at([found])
    return render_template(
        "cases/one_of_remains.html",
        remains=found,
        elements=queries.elements_of(session(), actor(), tag),
        own=found.organisation_id == actor().organisation_id,
        vocabulary=laboratory().words["skeletal_elements"],
        kinds=KINDS,
        sides=SIDES,
    )


@pages.post("/remains/<tag>")
def register_element(tag: str) -> Response:
    told = form("name", "side")
    operations.register_element(
        session(), actor(), tag, told.get("name", ""), told.get("side", ""), elements()
    )
    flash(_("The element is on record. It may be put into a bag now."), "right")
    return redirect(url_for(".one_of_remains", tag=tag))


@pages.post("/behind")
def behind() -> str:
    """Who or what is behind a code. A POST, because looking is an event."""
    code = read(form("code").get("code", ""))
    return render_template(
        "cases/behind.html",
        behind=operations.unblind(session(), actor(), code),
        sides=SIDES,
        relations=relations(),
    )


def elements() -> dict[str, list[str]]:
    """Each skeletal element with the sides that it has."""
    return {
        row["name"]: row["side_options"].split("/")
        for row in laboratory().words["skeletal_elements"]
    }


def relations() -> dict[str, str]:
    """What a donor may claim to be to the missing person, with its words."""
    rows = laboratory().words["donor_relations"]
    return {row["code"]: row["label_donor_is_to_missing_person"] for row in rows}
