"""Pages of the evidence bundles: ask for one, see how far it is, take it."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from lims.access import Permission
from lims.codes import is_code
from lims.errors import BadInput
from lims.evidence import operations, queries
from lims.evidence.scope import Asked, Scope, of_codes, of_period
from lims.people import queries as people
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, laboratory, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("evidence", __name__, url_prefix="/evidence")
pages.before_request(needs(Permission.EVIDENCE_EXPORT))
in_rail(
    pages,
    NavItem(
        95, "evidence.listing", _l("Evidence"), Permission.EVIDENCE_EXPORT,
        queries.count_asked,
    ),
)  # fmt: skip

CASE = "case"
KINDS = {
    Asked.CODES: _l("Codes"),
    Asked.CONSIGNMENT: _l("A consignment"),
    Asked.PERIOD: _l("A period"),
    CASE: _l("A case"),
}


@pages.get("/")
def listing() -> str:
    found = queries.listing(session(), actor(), request.args.get("before", None, int))
    full = len(found) == queries.PAGE
    return render_template(
        "evidence/all.html",
        bundles=found,
        names=people.names_by_id(session(), {one.asked_by for one in found}),
        is_kept=queries.kept(session()),
        KINDS=KINDS,
        may_case=actor().may(Permission.IDENTITY_LINK),
        before=found[-1].id if full else None,
    )


@pages.post("/")
def ask() -> ResponseReturnValue:
    given = form("kind", "codes", "consignment", "first", "last", "case")
    shop = laboratory().shop
    if given.get("kind") == CASE:
        made = operations.ask_case(session(), actor(), given["case"].strip(), shop)
    else:
        made = operations.ask(session(), actor(), _wanted(given), shop)
    return redirect(url_for(".show", uid=made.uid))


@pages.get("/<uid>")
def show(uid: str) -> str:
    found = queries.bundle(session(), actor(), uid)
    asker = people.names_by_id(session(), [found.asked_by])
    return render_template(
        "evidence/show.html",
        bundle=found,
        kept=queries.kept(session())(found),
        until=found.made_at + queries.KEPT if found.made_at else None,
        progress=queries.progress(session(), found),
        asker=asker.get(found.asked_by, ""),
        KINDS=KINDS,
    )


@pages.post("/<uid>/bundle.zip")
def fetch(uid: str) -> Response:
    """Handed out by a POST, because who took it is an event."""
    found = operations.fetch(session(), actor(), uid)
    content = laboratory().bundles.content(found.sha256 or "")
    answer = Response(content, mimetype="application/zip")
    name = f"evidence-{found.uid[:12]}.zip"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@pages.post("/<uid>/remove")
def remove(uid: str) -> ResponseReturnValue:
    operations.remove(session(), actor(), uid)
    flash(_("The copy is removed. Ask for the same again at any time."), "right")
    return redirect(url_for(".listing"))


def _wanted(given: dict[str, str]) -> Scope:
    match given.get("kind"):
        case Asked.CODES:
            return of_codes([_bare(one) for one in given.get("codes", "").split()])
        case Asked.CONSIGNMENT:
            code = _bare(given.get("consignment", "").strip())
            return Scope(Asked.CONSIGNMENT, (code,))
        case Asked.PERIOD:
            return of_period(given.get("first", ""), given.get("last", ""))
    raise BadInput(_("Say what the bundle is to be about."))


def _bare(code: str) -> str:
    """A code of ours as it is stored; a bag's number as it is written on it."""
    bare = code.replace("-", "").upper()
    return bare if is_code(bare) else code
