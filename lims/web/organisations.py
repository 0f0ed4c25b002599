"""The organisations that send, receive, or look on."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lims.access import Permission
from lims.errors import BadInput
from lims.organisations import operations, queries
from lims.organisations.tables import OrganisationKind
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("organisations", __name__, url_prefix="/organisations")
pages.before_request(needs(Permission.ORGANISATION_MANAGE))
in_rail(
    pages,
    NavItem(
        95,
        "organisations.page",
        _l("Organisations"),
        Permission.ORGANISATION_MANAGE,
    ),
)


@pages.get("")
def page() -> str:
    return render_template(
        "people/organisations.html",
        organisations=queries.everyone(session()),
        kinds=list(OrganisationKind),
    )


@pages.post("")
def register() -> ResponseReturnValue:
    given = form("code", "name", "kind", "country")
    kind = given.get("kind", "")
    if kind not in set(OrganisationKind):
        raise BadInput(f"'{kind[:40]}' is no kind of organisation. Choose of the list.")
    operations.register(
        session(),
        actor(),
        code=given.get("code", "").strip().upper(),
        name=given.get("name", ""),
        kind=OrganisationKind(kind),
        country=given.get("country", "").strip().upper(),
    )
    return redirect(url_for("organisations.page"))
