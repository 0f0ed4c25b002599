"""The search of the record: every filter by an index, at a million events too.

A code is searched in two ways at once: the events of the item that wears it, and the
events that name it, by the index of mentions that follows the log.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from lims.access import Actor, Permission, require
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.custody import manifests
from lims.custody import queries as custody
from lims.db import Chained
from lims.desk.tables import Mention
from lims.errors import NotFound
from lims.people import queries as people
from lims.samples import queries as samples

PAGE = 50
MOST = 10_000
"""Nobody counts further than this."""
FEW = 200
"""So many events are looked up one by one."""


@dataclass(frozen=True)
class Wanted:
    """What is searched for; empty is everything."""

    code: str = ""
    """A code of ours, or a bag's number."""
    actor: str = ""
    """The pseudonym of a person."""
    tag: Tag | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Up to this moment, itself left out."""
    oldest_first: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """For a row of saved searches; `of_told` reads it back."""
        return {
            "code": self.code,
            "actor": self.actor,
            "tag": self.tag or "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "oldest_first": self.oldest_first,
        }


def of_told(told: dict[str, Any]) -> Wanted:
    return Wanted(
        code=told["code"],
        actor=told["actor"],
        tag=Tag(told["tag"]) if told["tag"] else None,
        since=datetime.fromisoformat(told["since"]) if told["since"] else None,
        until=datetime.fromisoformat(told["until"]) if told["until"] else None,
        oldest_first=told["oldest_first"],
    )


@dataclass(frozen=True)
class Found:
    events: tuple[Event, ...]
    count: int | None
    """Of all that fits, up to MOST; None on a later page, where nobody counts again."""
    after: str
    """Where the next page begins; empty on the last."""
    items: dict[str, str] = field(default_factory=dict)
    """The items' pseudonyms to their codes, where they have one."""


Branch = tuple[type[Event] | type[Mention], Select[int, datetime]]
"""Numbers and times of events, and the table that they are read from."""


def search(session: Session, actor: Actor, wanted: Wanted, after: str = "") -> Found:
    """One page of events. NotFound where the code is unknown everywhere."""
    require(actor, Permission.DESK_READ)
    branches = narrowed(session, actor, wanted)
    found = session.execute(paged(branches, wanted, after, PAGE + 1)).all()
    page = [number for number, _ in found[:PAGE]]
    rows = session.scalars(select(Event).where(Event.id.in_(page)))
    events = {one.id: one for one in rows}
    more = len(found) > PAGE
    last = events[page[-1]] if more else None
    return Found(
        events=tuple(events[number] for number in page),
        count=_count(session, branches, len(page), after, more=more),
        after=f"{last.at.isoformat()} {last.id}" if last else "",
        items=samples.codes_of(session, {one.item_uid for one in events.values()}),
    )


def _count(
    session: Session, branches: list[Branch], shown: int, after: str, *, more: bool
) -> int | None:
    if after:
        return None
    if not more:
        return shown
    numbers = [one.limit(MOST + 1).subquery().c[0] for _, one in branches]
    found = union(*map(select, numbers)).subquery()
    limited = select(found).limit(MOST + 1).subquery()
    return session.scalar(select(func.count()).select_from(limited)) or 0


def newer(
    session: Session, actor: Actor, wanted: Wanted, newest: int
) -> tuple[Event, ...]:
    """What fits and came on record after the event with this number, oldest first."""
    require(actor, Permission.DESK_READ)
    found = union(
        *(
            select(one.where(_number(table) > newest).subquery().c[0])
            for table, one in narrowed(session, actor, wanted)
        )
    ).subquery()
    new = select(Event).where(Event.id.in_(select(found.c[0])))
    return tuple(session.scalars(new.order_by(Event.id).limit(PAGE)))


def newest(session: Session) -> int:
    """The number of the newest event on record."""
    return session.scalar(select(func.max(Event.id))) or 0


def narrowed(session: Session, actor: Actor, wanted: Wanted) -> list[Branch]:
    """What fits, without order: of a code its own events, and those that name it."""
    if not wanted.code:
        return [(Event, _filtered(Event, wanted))]
    uids = worn_by(session, actor, wanted.code)
    named = _filtered(Mention, wanted).where(Mention.code == wanted.code)
    ever = select(Mention.event_id).where(Mention.code == wanted.code).limit(1)
    if not uids and session.scalar(ever) is None:
        raise NotFound(
            f"Nothing on record wears or names '{wanted.code}'. Search by a code of "
            "ours, a bag's number, or without one."
        )
    if wanted.actor or wanted.tag:
        named = _among_few(session, wanted, named)
    own = _filtered(Event, wanted).where(Event.item_uid.in_(sorted(uids)))
    return [(Event, own), (Mention, named)]


def _among_few(
    session: Session, wanted: Wanted, named: Select[int, datetime]
) -> Select[int, datetime]:
    """Where a person did little, or a kind is rare, those few events are looked up.

    Else all that a busy place held would be read, to find that none of it fits.
    """
    few = session.execute(_filtered(Event, wanted).limit(FEW + 1)).all()
    if len(few) > FEW:
        return named
    moments, numbers = {at for _, at in few}, {number for number, _ in few}
    return named.where(Mention.at.in_(moments), Mention.event_id.in_(numbers))


def _filtered(
    table: type[Event] | type[Mention], wanted: Wanted
) -> Select[int, datetime]:
    found = select(_number(table), table.at)
    if wanted.actor:
        found = found.where(table.actor_uid == wanted.actor)
    if wanted.tag:
        found = found.where(table.tag == wanted.tag)
    if wanted.since:
        found = found.where(table.at >= wanted.since)
    if wanted.until:
        found = found.where(table.at < wanted.until)
    return found


def _number(table: type[Event] | type[Mention]) -> InstrumentedAttribute[int]:
    return table.event_id if issubclass(table, Mention) else table.id


def worn_by(session: Session, actor: Actor, code: str) -> set[str]:
    """The pseudonyms of what wears a code: an item, a plate, a place, a badge ..."""
    looks: tuple[Callable[[Session, Actor, str], Chained], ...] = (
        custody.named_sample,
        batches.plate,
        samples.place,
        manifests.consignment,
    )
    found = set()
    for look in looks:
        with suppress(NotFound):
            found.add(look(session, actor, code).uid)
    with suppress(NotFound):
        found.add(people.person_with_badge(session, actor, code).uid)
    return found


def paged(
    branches: list[Branch], wanted: Wanted, after: str, size: int
) -> Select[int, datetime]:
    """So many numbers and times in their order, from where the page before ended.

    Each branch is read in its own order and no further than the page, so that a code
    which a million events name costs as little as one that a single event names.
    """
    cut = [_ordered(table, one, wanted, after, size) for table, one in branches]
    if len(cut) == 1:
        return cut[0]
    both = union(*(select(one.subquery()) for one in cut)).subquery()
    number, at = both.c
    found = select(number, at)
    if wanted.oldest_first:
        return found.order_by(at, number).limit(size)
    return found.order_by(at.desc(), number.desc()).limit(size)


def _ordered(
    table: type[Event] | type[Mention],
    statement: Select[int, datetime],
    wanted: Wanted,
    after: str,
    size: int,
) -> Select[int, datetime]:
    number, at = _number(table), table.at
    if after:
        since, _, last = after.rpartition(" ")
        mark = tuple_(datetime.fromisoformat(since), int(last))
        place = tuple_(at, number)
        beyond = place > mark if wanted.oldest_first else place < mark
        statement = statement.where(beyond)
    if wanted.oldest_first:
        return statement.order_by(at, number).limit(size)
    return statement.order_by(at.desc(), number.desc()).limit(size)
