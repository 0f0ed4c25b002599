"""Reads of the desk's own rows, and of an item's custody line."""

from collections.abc import Collection
from dataclasses import dataclass
import json
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import Event, chain_from, events_of
from lims.custody import manifests
from lims.custody import queries as custody
from lims.db import owned
from lims.desk.custody_line import Act, Row, rows
from lims.desk.tables import (
    Check,
    CheckState,
    Draw,
    Drawn,
    Finding,
    FindingState,
    Note,
    SavedSearch,
)
from lims.errors import NotFound
from lims.samples import queries as samples
from lims.samples.queries import Sample

__all__ = [
    "Check", "Draw", "Drawn", "Finding", "Note", "SavedSearch", "act_of", "cases_of",
    "chain", "check", "checks", "count_to_answer", "custody_line", "draw", "draws",
    "events_of", "every_open", "finding", "findings", "looked_at", "notes_of", "saved",
    "searches", "unfinished",
]  # fmt: skip

PAGE = 50
T = TypeVar("T")


@dataclass(frozen=True)
class CustodyLine:
    """An item, what it was made of, and every act on them with its marks."""

    sample: Sample
    ancestors: tuple[Sample, ...]
    names: dict[str, str]
    """The items' pseudonyms to how the page calls them."""
    rows: list[Row]
    events: dict[tuple[str, int], Event]


def custody_line(session: Session, actor: Actor, named: str) -> CustodyLine:
    """By the code of the item, its bag's number, or its pseudonym on record."""
    sample = samples.with_uid(session, actor, named)
    if sample is None:
        sample = custody.named_sample(session, actor, named)
    above = samples.lineage(session, actor, sample).ancestors
    line = [sample, *above]
    events = events_of(session, [one.uid for one in line])
    names = {one.uid: one.code or _bag(session, one) for one in line}
    sent = custody.bag_of(session, line[-1].id)
    if sent is not None:
        code = manifests.consignment_of(session, sent)
        consignment = manifests.consignment(session, actor, code)
        events += events_of(session, [consignment.uid])
        names[consignment.uid] = consignment.code
    return CustodyLine(
        sample=sample,
        ancestors=above,
        names=names,
        rows=rows(map(act_of, events)),
        events={(one.item_uid, one.item_seq): one for one in events},
    )


def owner_of(session: Session, actor: Actor, code: str) -> int:
    """The laboratory that holds an item."""
    return custody.named_sample(session, actor, code).organisation_id


def chain(session: Session, uid: str, after: int) -> tuple[list[Event], int | None]:
    """One page of everything that has this pseudonym, and where the next one begins."""
    found = chain_from(session, uid, after, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].item_seq if len(found) > PAGE else None


def act_of(event: Event) -> Act:
    facts = json.loads(event.body)["facts"]
    return Act(
        event.item_uid, event.item_seq, event.at, event.tag, event.actor_uid, facts
    )


def _bag(session: Session, sample: Sample) -> str:
    bag = custody.bag_of(session, sample.id)
    return bag.code if bag else ""


def draws(session: Session) -> list[Draw]:
    """The newest first."""
    return list(session.scalars(select(Draw).order_by(Draw.id.desc()).limit(PAGE)))


def draw(session: Session, uid: str, *, locked: bool = False) -> Draw:
    found = session.scalar(_locked(select(Draw).where(Draw.uid == uid), locked=locked))
    if found is None:
        raise NotFound("No draw stands under this address. See the list of draws.")
    return found


def cases_of(session: Session, draw_id: int) -> list[Drawn]:
    found = select(Drawn).where(Drawn.draw_id == draw_id)
    return list(session.scalars(found.order_by(Drawn.ordinal)))


def looked_at(
    session: Session, draw_ids: Collection[int]
) -> dict[int, tuple[int, int]]:
    """Draw to how many of its cases were looked at, and of how many."""
    found = (
        select(Drawn.draw_id, func.count(Drawn.looked_at), func.count())
        .where(Drawn.draw_id.in_(sorted(draw_ids)))
        .group_by(Drawn.draw_id)
    )
    return {number: (done, of) for number, done, of in session.execute(found)}


def findings(
    session: Session, actor: Actor, *, closed: bool = False, before: int | None = None
) -> list[Finding]:
    """One page, what is due first on top; the closed ones only where asked for."""
    found = owned(select(Finding), Finding.organisation_id, actor.scope)
    if closed:
        found = found.where(Finding.state == FindingState.CLOSED)
        if before is not None:
            found = found.where(Finding.id < before)
        return list(session.scalars(found.order_by(Finding.id.desc()).limit(PAGE)))
    still = found.where(Finding.state != FindingState.CLOSED)
    return list(session.scalars(still.order_by(Finding.due_on, Finding.id).limit(500)))


def finding(
    session: Session, actor: Actor, uid: str, *, locked: bool = False
) -> Finding:
    wanted = select(Finding).where(Finding.uid == uid)
    mine = owned(wanted, Finding.organisation_id, actor.scope)
    found = session.scalar(_locked(mine, locked=locked))
    if found is None:
        raise NotFound("No finding stands under this address here. See the list.")
    return found


def every_open(session: Session) -> list[Finding]:
    """Of all laboratories, for the requirement that none is overdue."""
    still = select(Finding).where(Finding.state != FindingState.CLOSED)
    return list(session.scalars(still.order_by(Finding.id)))


def count_to_answer(session: Session, actor: Actor) -> int:
    """How many findings wait for this laboratory's answer, or this auditor's end."""
    found = owned(select(func.count(Finding.id)), Finding.organisation_id, actor.scope)
    state = FindingState.ANSWERED if actor.scope is None else FindingState.OPEN
    return session.scalar(found.where(Finding.state == state)) or 0


def notes_of(session: Session, finding_id: int) -> list[Note]:
    found = select(Note).where(Note.finding_id == finding_id)
    return list(session.scalars(found.order_by(Note.id)))


def searches(session: Session, actor: Actor) -> list[SavedSearch]:
    """Those that the actor saved."""
    mine = select(SavedSearch).where(SavedSearch.saved_by == actor.user_id)
    return list(session.scalars(mine.order_by(SavedSearch.name, SavedSearch.id)))


def saved(
    session: Session, actor: Actor, uid: str, *, locked: bool = False
) -> SavedSearch:
    mine = select(SavedSearch).where(
        SavedSearch.uid == uid, SavedSearch.saved_by == actor.user_id
    )
    found = session.scalar(_locked(mine, locked=locked))
    if found is None:
        raise NotFound("You saved no search under this address. See the desk.")
    return found


def checks(session: Session) -> dict[int, Check]:
    """The newest run of each requirement that is done."""
    newest = (
        select(func.max(Check.id))
        .where(Check.state == CheckState.DONE)
        .group_by(Check.number)
    )
    found = session.scalars(select(Check).where(Check.id.in_(newest)))
    return {one.number: one for one in found}


def unfinished(session: Session) -> list[Check]:
    """The runs that the worker has not come to yet, the oldest first."""
    found = select(Check).where(Check.state == CheckState.WAITING)
    return list(session.scalars(found.order_by(Check.id)))


def check(session: Session, uid: str, *, locked: bool = False) -> Check:
    wanted = select(Check).where(Check.uid == uid)
    found = session.scalar(_locked(wanted, locked=locked))
    if found is None:
        raise NotFound("No run of a requirement stands under this address.")
    return found


def _locked(wanted: Select[T], *, locked: bool) -> Select[T]:
    if not locked:
        return wanted
    return wanted.with_for_update().execution_options(populate_existing=True)
