"""The first page: what waits for this person, and nothing else."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.custody import queries as custody
from lims.custody.queries_overdue import Out, waiting
from lims.web.languages import lazy_gettext as _l
from lims.web.moves import words
from lims.web.request import actor, needs, session
from lims.web.shell import NavItem, in_rail, rail
from lims.web.stages import stage_chip

pages = Blueprint("today", __name__)
pages.before_request(needs(Permission.SELF))
in_rail(pages, NavItem(10, "today.jobs", _l("Today"), Permission.SELF))

P = Permission
JOBS: dict[str, tuple[object, frozenset[Permission]]] = {
    "consignments": (
        _l("Bags wait to be received or accessioned"),
        frozenset({P.CONSIGNMENT_ANNOUNCE, P.CONSIGNMENT_RECEIVE, P.SAMPLE_ACCESSION}),
    ),
    "batches": (_l("Plates wait for their next step"), frozenset({P.BATCH_PLAN})),
    "inventories": (
        _l("Places wait to be counted"),
        frozenset({P.CUSTODY_MOVE}),
    ),
    "imports": (
        _l("Imports want somebody's decision"),
        frozenset({P.IMPORT_FILE, P.FINDING_CLOSE}),
    ),
    "readings": (_l("Injections wait for your reading"), frozenset({P.READING_SIGN})),
    "release": (
        _l("Profiles wait for your signature"),
        frozenset({P.PROFILE_REVIEW, P.PROFILE_RELEASE}),
    ),
    "handoffs": (
        _l("Packages were rejected by the engine"),
        frozenset({P.HANDOFF_RECALL, P.HANDOFF_RUN}),
    ),
    "cases": (_l("References wait for consent"), frozenset({P.IDENTITY_WRITE})),
    "desk_findings": (
        _l("Audit findings wait for your answer, or to be closed by you"),
        frozenset({P.DESK_ANSWER, P.DESK_WORK}),
    ),
}
"""Blueprint to what its count means as a job, and who does it: to those who only read
the page it is no job."""


@pages.get("/")
def jobs() -> str:
    person = actor()
    jobs_ = [line for line in rail() if line.count and _does(person, line.blueprint)]
    return render_template(
        "today/jobs.html",
        waiting=jobs_,
        words={name: told for name, (told, _by) in JOBS.items()},
        holding=_in_hand(session(), person),
        overdue=_overdue(session(), person),
        answers=words("answer overdue"),
        stage_chip=stage_chip,
    )


def _does(person: Actor, blueprint: str) -> bool:
    _told, by = JOBS.get(blueprint, ("", frozenset[Permission]()))
    return any(map(person.may, by))


def _overdue(session: Session, person: Actor) -> list[Out]:
    if not person.may(Permission.CUSTODY_HOLD):
        return []
    return waiting(session, person)


def _in_hand(session: Session, person: Actor) -> list[custody.Item]:
    if not person.may(Permission.SAMPLE_READ):
        return []
    return custody.my_items(session, person)
