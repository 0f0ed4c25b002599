"""What an auditor writes: draws, findings, saved searches. Each is an event.

Free text may name somebody: events hold a commitment to it, the row holds the text.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, Role, require
from lims.audit.queries import Event
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.desk import draws, queries, searching
from lims.desk.populations import Narrowed, Population, codes_in
from lims.desk.searching import Wanted
from lims.desk.tables import (
    Draw,
    Drawn,
    Finding,
    FindingKind,
    FindingState,
    Note,
    NoteKind,
    SavedSearch,
)
from lims.errors import BadInput, RuleBroken

GRADES = ("major", "minor", "observation")
LONGEST = 4000
WIDEST = 100
"""Characters of a title, as wide as its column."""


def draw(
    session: Session,
    actor: Actor,
    title: str,
    population: Population,
    narrowed: Narrowed,
    count: int,
) -> Draw:
    """Draw so many cases at random; the seed is drawn after the population is fixed."""
    require(actor, Permission.DESK_WORK)
    name = _short(title, "a title")
    listed = draws.listed(codes_in(session, population, narrowed))
    seed = draws.fresh_seed()
    cases = draws.drawn(seed, listed, count)
    made = Draw(
        title=name,
        population=population,
        narrowed=narrowed.told,
        size=len(listed.split()),
        digest=draws.digest(listed),
        seed=seed,
        codes=listed,
        drawn_at=clock.now(),
        drawn_by=actor.user_id,
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.DESK_DRAWN,
        made,
        population=population,
        narrowed=narrowed.told,
        size=made.size,
        digest=made.digest,
        seed=seed,
        cases=cases,
    )
    session.flush()
    session.add_all(
        Drawn(draw_id=made.id, ordinal=place, code=code)
        for place, code in enumerate(cases, 1)
    )
    session.flush()
    return made


def look(session: Session, actor: Actor, uid: str, ordinal: int) -> Drawn:
    """Say that a case was looked at, and nothing was found."""
    require(actor, Permission.DESK_WORK)
    return _look(session, actor, uid, ordinal, None)


def find_in_case(
    session: Session, actor: Actor, uid: str, ordinal: int, text: str, due_on: date
) -> Drawn:
    """Say that a case was looked at, and what was found: a minor finding, to begin."""
    require(actor, Permission.DESK_WORK)
    case = _case(session, uid, ordinal)
    made = record_finding(
        session,
        actor,
        queries.owner_of(session, actor, case.code),
        (FindingKind.ITEM, case.code),
        "minor",
        text,
        (Role.QUALITY, due_on),
    )
    return _look(session, actor, uid, ordinal, made.id)


def _look(
    session: Session, actor: Actor, uid: str, ordinal: int, finding_id: int | None
) -> Drawn:
    of = queries.draw(session, uid, locked=True)
    case = _case(session, uid, ordinal)
    if case.looked_at is not None:
        raise RuleBroken(f"Case {ordinal}, '{case.code}', was looked at before.")
    case.looked_at, case.looked_by = clock.now(), actor.user_id
    case.finding_id = finding_id
    found = finding_id is not None
    record(session, actor, Tag.DESK_LOOKED, of, code=case.code, finding=found)
    session.flush()
    return case


def _case(session: Session, uid: str, ordinal: int) -> Drawn:
    cases = queries.cases_of(session, queries.draw(session, uid).id)
    if not 0 < ordinal <= len(cases):
        raise BadInput(f"This draw has the cases 1 to {len(cases)}, not '{ordinal}'.")
    return cases[ordinal - 1]


def record_finding(
    session: Session,
    actor: Actor,
    organisation_id: int,
    about: tuple[FindingKind, str],
    grade: str,
    text: str,
    charge: tuple[Role, date],
) -> Finding:
    """Record what was found at a laboratory: `about` what, and in whose `charge`."""
    require(actor, Permission.DESK_WORK)
    if grade not in GRADES:
        raise BadInput(f"'{grade[:16]}' is no grade. Known: {', '.join(GRADES)}.")
    kind, subject = about
    role, due_on = charge
    made = Finding(
        organisation_id=organisation_id,
        about=kind,
        subject=subject.strip()[:64],
        grade=grade,
        text=_long(text),
        responsible=role,
        due_on=due_on,
        state=FindingState.OPEN,
        found_at=clock.now(),
        found_by=actor.user_id,
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.DESK_FINDING_RECORDED,
        made,
        sealed={"text": made.text, "subject": made.subject},
        about=kind,
        grade=grade,
        responsible=role,
        due=due_on.isoformat(),
    )
    session.flush()
    return made


def note(session: Session, actor: Actor, uid: str, text: str) -> Finding:
    """A note of the auditor's, at any time."""
    require(actor, Permission.DESK_WORK)
    found = queries.finding(session, actor, uid, locked=True)
    _write(session, actor, found, NoteKind.NOTE, text, Tag.DESK_FINDING_NOTED)
    return found


def answer(session: Session, actor: Actor, uid: str, text: str) -> Finding:
    """What the laboratory says and did: the quality manager's."""
    require(actor, Permission.DESK_ANSWER)
    found = queries.finding(session, actor, uid, locked=True)
    _refuse_closed(found)
    found.state = FindingState.ANSWERED
    _write(session, actor, found, NoteKind.ANSWER, text, Tag.DESK_FINDING_ANSWERED)
    return found


def close(session: Session, actor: Actor, uid: str, evidence: str) -> Finding:
    """The end of a finding, with the evidence that it is mended."""
    require(actor, Permission.DESK_WORK)
    found = queries.finding(session, actor, uid, locked=True)
    _refuse_closed(found)
    found.state, found.closed_at = FindingState.CLOSED, clock.now()
    _write(session, actor, found, NoteKind.CLOSING, evidence, Tag.DESK_FINDING_CLOSED)
    return found


def save_search(
    session: Session, actor: Actor, name: str, wanted: Wanted
) -> SavedSearch:
    """Keep a search under a name, to see later what is new in it."""
    require(actor, Permission.DESK_WORK)
    made = SavedSearch(
        name=_short(name, "a name"),
        filters=wanted.told,
        saved_by=actor.user_id,
        run_at=clock.now(),
        newest=searching.newest(session),
    )
    session.add(made)
    record(session, actor, Tag.DESK_SEARCH_SAVED, made, filters=_stated(wanted))
    session.flush()
    return made


def run_again(
    session: Session, actor: Actor, uid: str
) -> tuple[SavedSearch, datetime, tuple[Event, ...]]:
    """The search, when it was last run, and what has come on record since."""
    require(actor, Permission.DESK_WORK)
    found = queries.saved(session, actor, uid, locked=True)
    before, wanted = found.run_at, searching.of_told(found.filters)
    new = searching.newer(session, actor, wanted, found.newest)
    found.run_at, found.newest = clock.now(), searching.newest(session)
    record(session, actor, Tag.DESK_SEARCH_RERUN, found, new=len(new))
    session.flush()
    return found, before, new


def _stated(wanted: Wanted) -> dict[str, Any]:
    return {name: value for name, value in wanted.told.items() if value}


def _write(
    session: Session, actor: Actor, of: Finding, kind: NoteKind, text: str, tag: Tag
) -> None:
    made = Note(
        finding_id=of.id,
        kind=kind,
        text=_long(text),
        written_at=clock.now(),
        written_by=actor.user_id,
    )
    session.add(made)
    record(session, actor, tag, of, sealed={"text": made.text}, state=of.state)
    session.flush()


def _refuse_closed(found: Finding) -> None:
    if found.state == FindingState.CLOSED:
        raise RuleBroken("This finding is closed. Record a new one, or add a note.")


def _short(text: str, what: str) -> str:
    told = " ".join(text.split())
    if not 0 < len(told) <= WIDEST:
        raise BadInput(f"Give it {what} of 1 to {WIDEST} characters.")
    return told


def _long(text: str) -> str:
    told = text.strip()
    if not 0 < len(told) <= LONGEST:
        raise BadInput(f"Say in words what it is: 1 to {LONGEST} characters.")
    return told
