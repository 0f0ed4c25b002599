"""The first page: what waits for this person, and nothing else."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.custody import queries as custody
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, needs, session
from lims.web.shell import NavItem, in_rail, rail
from lims.web.stages import stage_chip

pages = Blueprint("today", __name__)
pages.before_request(needs(Permission.SELF))
in_rail(pages, NavItem(10, "today.jobs", _l("Today"), Permission.SELF))

WORDS = {
    "consignments": _l("Bags wait to be received or accessioned"),
    "batches": _l("Plates wait for their next step"),
    "imports": _l("Imports want somebody's decision"),
    "readings": _l("Injections wait for your reading"),
    "release": _l("Profiles wait for your signature"),
    "handoffs": _l("Packages were rejected by the engine"),
    "cases": _l("References wait for consent"),
}
"""Blueprint to what its count means, as a job."""


@pages.get("/")
def jobs() -> str:
    waiting = [line for line in rail() if line.count and line.blueprint in WORDS]
    return render_template(
        "today/jobs.html",
        waiting=waiting,
        words=WORDS,
        holding=_in_hand(session(), actor()),
        stage_chip=stage_chip,
    )


def _in_hand(session: Session, person: Actor) -> list[custody.Item]:
    if not person.may(Permission.SAMPLE_READ):
        return []
    return custody.my_items(session, person)
