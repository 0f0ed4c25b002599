"""Reads of custody. A query never changes anything."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import events_of
from lims.codes import is_code
from lims.custody.line import Link, link_of
from lims.custody.stages import BONE, REFERENCE, Stage, allowed_under_hold
from lims.custody.tables import Bag, Hold, Holding
from lims.db import pairs
from lims.errors import NotFound
from lims.people import queries as people
from lims.samples import queries as samples
from lims.samples.queries import Page, Sample
from lims.samples.tables import SampleKind, Stream

__all__ = [
    "MOST",
    "PAGE",
    "Bag",
    "Hold",
    "Holding",
    "Item",
    "badge_of",
    "bag_codes",
    "bag_of",
    "count_held",
    "count_mine",
    "custody_line",
    "held_ids",
    "holdings",
    "holds_of",
    "item",
    "items_at",
    "items_of",
    "listing",
    "my_items",
    "named_sample",
    "on_position",
    "open_holds",
    "stages",
    "standing",
    "standings",
    "waiting",
]  # fmt: skip

PAGE = 50
MOST = 100
"""Where things are counted for a list's filters, nobody counts further."""
BOXFUL = 1000
WORKFLOWS = {Stream.BONE: BONE, Stream.REFERENCE: REFERENCE}


@dataclass(frozen=True)
class Item:
    """Where one sample is now, as the pages of the bench show it."""

    code: str
    """The blind code, or the bag's number before the accession."""
    kind: SampleKind
    stream: Stream
    stage: Stage
    at: str
    """The code of where it is: a badge, a place, a consignment; empty for nowhere."""
    holder_id: int | None
    offered_to: int | None
    since: datetime
    holds: tuple[str, ...]
    """The reasons of its open holds."""

    @property
    def actions(self) -> tuple[str, ...]:
        """What can be done next; under a hold only what a hold lets pass."""
        possible = WORKFLOWS[self.stream].actions(self.stage)
        if not self.holds:
            return possible
        return tuple(one for one in possible if allowed_under_hold(one))


def named_sample(
    session: Session, actor: Actor, named: str, *, locked: bool = False
) -> Sample:
    """By its blind code, or by its bag's number while it has none."""
    if is_code(named):
        return samples.sample(session, actor, named, locked=locked)
    number = session.scalar(select(Bag.sample_id).where(Bag.code == named))
    unknown = NotFound(
        f"No bag has the number '{named}' here, and it is none of our codes. Scan the "
        "label again."
    )
    if number is None:
        raise unknown
    try:
        return samples.by_ids(session, actor, [number], locked=locked)[number]
    except NotFound:
        raise unknown from None


@dataclass(frozen=True)
class Standing:
    """Where one sample is, and the reasons of its open holds."""

    holding: Holding
    holds: tuple[str, ...]


def standing(session: Session, sample: Sample) -> Standing:
    """Of one sample. The lock on it guards these rows, too."""
    found = standings(session, [sample.id]).get(sample.id)
    if found is None:
        raise NotFound(f"Nobody ever took custody of '{sample.code}'.")
    return found


def standings(session: Session, ids: Collection[int]) -> dict[int, Standing]:
    """Of those that anybody ever took custody of, in one statement."""
    held = (Hold.sample_id == Holding.sample_id) & Hold.closed_at.is_(None)
    wanted = (
        select(Holding, Hold.reason)
        .outerjoin(Hold, held)
        .where(Holding.sample_id.in_(list(ids)))
        .order_by(Holding.sample_id, Hold.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, Standing] = {}
    for now, reason in session.execute(wanted):
        before = found[now.sample_id].holds if now.sample_id in found else ()
        reasons = (*before, reason) if reason else before
        found[now.sample_id] = Standing(now, reasons)
    return found


def holdings(session: Session, ids: Collection[int]) -> dict[int, Holding]:
    wanted = select(Holding).where(Holding.sample_id.in_(list(ids)))
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return {row.sample_id: row for row in rows}


def on_position(session: Session, place_id: int) -> int | None:
    """The sample (its row) that stands on this position."""
    return session.scalar(
        select(Holding.sample_id).where(Holding.position_id == place_id)
    )


def held_ids(session: Session, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The samples among these that are held, with the reasons."""
    wanted = select(Hold.sample_id, Hold.reason).where(
        Hold.sample_id.in_(list(ids)), Hold.closed_at.is_(None)
    )
    found: dict[int, tuple[str, ...]] = {}
    for number, reason in session.execute(wanted.order_by(Hold.id)):
        found[number] = (*found.get(number, ()), reason)
    return found


def holds_of(session: Session, sample_id: int) -> list[Hold]:
    """The open holds of one sample."""
    wanted = select(Hold).where(Hold.sample_id == sample_id, Hold.closed_at.is_(None))
    return list(session.scalars(wanted.order_by(Hold.id)))


def item(session: Session, actor: Actor, named: str) -> Item:
    """Where one sample is now: by its code, or its bag's number."""
    row = named_sample(session, actor, named)
    return items_of(session, [row])[0]


def my_items(session: Session, actor: Actor) -> list[Item]:
    """What the actor holds and what colleagues offer, the longest held first.

    No more than a page: the list of samples shows the rest.
    """
    wanted = _in_my_hands(actor).order_by(Holding.since, Holding.sample_id)
    ids = session.scalars(wanted.limit(PAGE)).all()
    rows = samples.by_ids(session, actor, ids)
    return items_of(session, [rows[number] for number in ids])


def count_mine(session: Session, actor: Actor) -> int:
    """How many items the actor holds or is offered, up to MOST."""
    some = _in_my_hands(actor).limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _in_my_hands(actor: Actor) -> Select[int]:
    return select(Holding.sample_id).where(
        or_(Holding.holder_id == actor.user_id, Holding.offered_to == actor.user_id)
    )


def listing(
    session: Session,
    actor: Actor,
    *,
    stage: Stage | None = None,
    stream: Stream | None = None,
    kind: SampleKind | None = None,
    prefix: str = "",
    mine: bool = False,
    after: int = 0,
) -> tuple[list[Item], int | None]:
    """One page of items, and where the next begins.

    They have a code; of what is in the actor's own hands (`mine`) bags are shown, too.
    """
    among = None
    if mine or stage is not None:
        narrowed = _in_my_hands(actor) if mine else select(Holding.sample_id)
        if stage is not None:
            narrowed = narrowed.where(Holding.stage == stage)
        among = narrowed.subquery()
    page: Page = samples.listing(
        session,
        actor,
        stream=stream,
        kind=kind,
        prefix=prefix,
        after=after,
        among=among,
        coded=not mine,
    )
    return items_of(session, page.rows), page.after


def stages(session: Session, actor: Actor) -> dict[Stage, int]:
    """How many of the actor's own items are in each stage, for the counts of Today."""
    wanted = (
        select(Holding.stage, func.count())
        .where(
            or_(Holding.holder_id == actor.user_id, Holding.offered_to == actor.user_id)
        )
        .group_by(Holding.stage)
    )
    return {Stage(stage): count for stage, count in session.execute(wanted)}


def waiting(
    session: Session, actor: Actor, wanted: Collection[Stage]
) -> dict[Stage, int]:
    """How many of the laboratory's items are in each of these stages, up to MOST."""
    counts = []
    for stage in wanted:
        some = select(Holding.sample_id).where(
            Holding.stage == stage, samples.in_sight(actor, Holding.sample_id)
        )
        inner = some.limit(MOST).subquery()
        counts.append(select(literal(stage), func.count()).select_from(inner))
    return {Stage(stage): count for stage, count in session.execute(union_all(*counts))}


def count_held(session: Session, actor: Actor) -> int:
    """How many holds wait for a decision, up to MOST."""
    mine = samples.in_sight(actor, Hold.sample_id)
    some = select(Hold.id).where(Hold.closed_at.is_(None), mine)
    inner = some.limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def items_at(
    session: Session, actor: Actor, places: Collection[int]
) -> dict[int, list[Item]]:
    """What stands at each of these places (their rows), up to BOXFUL in all."""
    wanted = select(Holding).where(Holding.place_id.in_(list(places)))
    there = session.scalars(wanted.order_by(Holding.sample_id).limit(BOXFUL))
    where = {one.sample_id: one.place_id or 0 for one in there}
    rows = samples.by_ids(session, actor, where)
    found: dict[int, list[Item]] = {}
    for number, item_ in zip(rows, items_of(session, rows.values()), strict=True):
        found.setdefault(where[number], []).append(item_)
    return found


def open_holds(
    session: Session, actor: Actor, after: int = 0
) -> list[tuple[Hold, Item]]:
    """The holds that wait for a decision, the oldest first."""
    mine = samples.in_sight(actor, Hold.sample_id)
    wanted = select(Hold).where(Hold.closed_at.is_(None), Hold.id > after, mine)
    rows = session.scalars(wanted.order_by(Hold.id).limit(PAGE)).all()
    known = samples.by_ids(session, actor, {row.sample_id for row in rows})
    order = [known[row.sample_id] for row in rows]
    return list(zip(rows, items_of(session, order), strict=True))


def custody_line(session: Session, of: Collection[Sample]) -> list[Link]:
    """The custody events of these samples, oldest first."""
    found = []
    for event in events_of(session, [one.uid for one in of]):
        link = link_of(event.item_uid, event.item_seq, event.at, event.tag, event.body)
        if link is not None:
            found.append(link)
    return found


def bag_codes(session: Session, sample_ids: Collection[int]) -> dict[int, str]:
    """Sample to the number of the bag that it came in."""
    wanted = select(Bag.sample_id, Bag.code).where(Bag.sample_id.in_(list(sample_ids)))
    return pairs(session, wanted)


def bag_of(session: Session, sample_id: int) -> Bag | None:
    return session.scalar(select(Bag).where(Bag.sample_id == sample_id))


def items_of(session: Session, rows: Collection[Sample]) -> list[Item]:
    """Where these samples are now, those that anybody ever took custody of."""
    ids = [row.id for row in rows]
    now = standings(session, ids)
    nameless = [row.id for row in rows if row.code is None]
    bags = {}
    if nameless:
        named = select(Bag.sample_id, Bag.code).where(Bag.sample_id.in_(nameless))
        bags = pairs(session, named)
    return [
        Item(
            code=row.code or bags.get(row.id, ""),
            kind=SampleKind(row.kind),
            stream=Stream(row.stream),
            stage=Stage(now[row.id].holding.stage),
            at=now[row.id].holding.at,
            holder_id=now[row.id].holding.holder_id,
            offered_to=now[row.id].holding.offered_to,
            since=now[row.id].holding.since,
            holds=now[row.id].holds,
        )
        for row in rows
        if row.id in now
    ]


def badge_of(session: Session, actor: Actor) -> str:
    return people.badges(session, [actor.user_id])[actor.user_id]
