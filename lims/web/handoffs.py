"""Pages of the hand-offs: what left, what came back."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.handoff import queries
from lims.web import recalls
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, needs, session
from lims.web.shell import NavItem, in_rail

PAGE = 50


def count_troubled(session: Session, person: Actor) -> int:
    """Packages and recalls that the engine refused."""
    return queries.troubled(session, person)


pages = Blueprint("handoffs", __name__, url_prefix="/hand-offs")
pages.before_request(needs(Permission.HANDOFF_READ))
in_rail(
    pages,
    NavItem(
        80, "handoffs.listing", _l("Hand-offs"), Permission.HANDOFF_READ, count_troubled
    ),
)


@pages.get("/")
def listing() -> str:
    found = queries.packages(
        session(), actor(), request.args.get("before", None, int), PAGE
    )
    return render_template(
        "handoffs/all.html",
        packages=found,
        recalls=queries.recalls_of(session(), [one.id for one in found]),
        recall_chips=recalls.CHIPS,
        counts=queries.counts(session(), actor()),
        before=found[-1].id if len(found) == PAGE else None,
    )


@pages.get("/<uid>")
def show(uid: str) -> str:
    package = queries.package(session(), actor(), uid)
    return render_template(
        "handoffs/show.html",
        package=package,
        told=queries.told(package),
        recall=queries.recalls_of(session(), [package.id]).get(package.id),
        recall_chips=recalls.CHIPS,
        recall_words=recalls.WORDS,
        receipts=queries.receipts(session(), [package.id]),
    )
