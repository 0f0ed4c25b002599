"""Reads of samples and places. What another organisation holds is as unknown."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lims.access import Actor
from lims.codes import Kind, draw
from lims.db import owned, pairs
from lims.errors import NotFound
from lims.samples.tables import Place, Sample, SampleKind, Stream

__all__ = [
    "PAGE", "Lineage", "Page", "Place", "Sample", "by_codes", "by_ids",
    "codes_between", "codes_of", "family", "has_positions", "in_sight", "is_worn",
    "known", "lineage",
    "listing", "of_consignment", "place", "places", "places_by_ids", "places_with",
    "sample", "sources", "uids", "unused_codes", "with_uid",
]  # fmt: skip

PAGE = 50
ACCESSIONED = (SampleKind.BONE, SampleKind.REFERENCE)


@dataclass(frozen=True)
class Lineage:
    """Where an item comes from and what was made of it, each nearest first."""

    ancestors: tuple[Sample, ...]
    descendants: tuple[Sample, ...]


@dataclass(frozen=True)
class Page:
    rows: tuple[Sample, ...]
    after: int | None
    """Where the next page begins; None on the last."""


def sample(
    session: Session, actor: Actor, code: str, *, locked: bool = False
) -> Sample:
    found = session.scalar(_locked(_seen(actor).where(Sample.code == code), locked))
    if found is None:
        raise _unknown([code])
    return found


def with_uid(session: Session, actor: Actor, uid: str) -> Sample | None:
    found: Sample | None = session.scalar(_seen(actor).where(Sample.uid == uid))
    return found


def by_uids(session: Session, actor: Actor, uids: Collection[str]) -> list[Sample]:
    """Those of them that the actor sees."""
    wanted = _seen(actor).where(Sample.uid.in_(list(uids)))
    return list(session.scalars(wanted.order_by(Sample.id)))


def by_codes(
    session: Session, actor: Actor, codes: Collection[str], *, locked: bool = False
) -> dict[str, Sample]:
    """All of them by their code, or NotFound naming those that are unknown."""
    found = known(session, actor, codes, locked=locked)
    if missing := [code for code in codes if code not in found]:
        raise _unknown(missing)
    return {code: found[code] for code in codes}


def known(
    session: Session, actor: Actor, codes: Collection[str], *, locked: bool = False
) -> dict[str, Sample]:
    """Those of them that are samples here, by their code."""
    wanted = _seen(actor).where(Sample.code.in_(list(codes))).order_by(Sample.id)
    rows = session.scalars(_locked(wanted, locked))
    return {one.code: one for one in rows if one.code}


def by_ids(
    session: Session, actor: Actor, ids: Collection[int], *, locked: bool = False
) -> dict[int, Sample]:
    """All of them by their row's number; the order of rows is the order of locks."""
    wanted = _seen(actor).where(Sample.id.in_(list(ids))).order_by(Sample.id)
    found = {one.id: one for one in session.scalars(_locked(wanted, locked))}
    if len(found) < len(set(ids)):
        raise NotFound("A sample of this list is not known here.")
    return found


def of_consignment(session: Session, ids: Collection[int]) -> dict[int, Sample]:
    """Locked, whatever laboratory they are announced to.

    For custody alone, which has found the actor to be their sender or receiver.
    """
    wanted = select(Sample).where(Sample.id.in_(list(ids))).order_by(Sample.id)
    return {one.id: one for one in session.scalars(_locked(wanted, locked=True))}


def in_sight(
    actor: Actor, sample_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Whether the actor may see the sample that a row of another slice names.

    It is looked up for each row that is met: a list of all ids in sight would be made
    anew, a hundred thousand long, by every statement that narrows by it.
    """
    if actor.scope is None:
        return true()
    return exists().where(Sample.id == sample_id, Sample.organisation_id == actor.scope)


def family(session: Session, actor: Actor, codes: Collection[str]) -> dict[int, Sample]:
    """The samples with these codes and all that was made of them, locked."""
    top = by_codes(session, actor, codes)
    ids = [one.id for one in top.values()]
    wanted = _seen(actor).where(or_(Sample.id.in_(ids), Sample.source_id.in_(ids)))
    rows = session.scalars(_locked(wanted.order_by(Sample.id), locked=True))
    return {one.id: one for one in rows}


def sources(session: Session, actor: Actor, codes: Collection[str]) -> dict[str, str]:
    """Code to the code of the accessioned sample that it was derived from."""
    wanted = by_codes(session, actor, codes)
    above = by_ids(session, actor, {one.source_id or one.id for one in wanted.values()})
    return {
        code: above[one.source_id or one.id].code or "" for code, one in wanted.items()
    }


def is_worn(session: Session, code: str) -> bool:
    """Whether a sample has this code, in whatever laboratory."""
    return session.scalar(select(Sample.id).where(Sample.code == code)) is not None


def uids(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Row to the pseudonym, for who has found that the actor may see them."""
    wanted = select(Sample.id, Sample.uid).where(Sample.id.in_(sorted(ids)))
    return pairs(session, wanted)


def codes_of(session: Session, uids: Collection[str]) -> dict[str, str]:
    """Pseudonym to code, of those among them that are samples with one."""
    wanted = select(Sample.uid, Sample.code).where(Sample.uid.in_(sorted(uids)))
    return {uid: code for uid, code in session.execute(wanted) if code}


def codes_between(
    session: Session,
    stream: Stream | None,
    since: datetime | None,
    until: datetime | None,
    among: Select[int] | None,
) -> list[str]:
    """The codes of accessioned samples that came on record in this time, in order.

    For the auditor's draws alone, which are of every organisation. `among` narrows it
    to the rows' numbers that a statement of another slice gives.
    """
    wanted = select(Sample.code).where(
        Sample.code.is_not(None), Sample.kind.in_(ACCESSIONED)
    )
    if stream:
        wanted = wanted.where(Sample.stream == stream)
    if since:
        wanted = wanted.where(Sample.created_at >= since)
    if until:
        wanted = wanted.where(Sample.created_at < until)
    if among is not None:
        wanted = wanted.where(Sample.id.in_(among))
    return [code for code in session.scalars(wanted.order_by(Sample.code)) if code]


def lineage(session: Session, actor: Actor, of: Sample) -> Lineage:
    """Two statements, however many generations there are."""
    up = select(Sample.id, Sample.parent_id).where(Sample.id == of.id)
    rising = up.cte("rising", recursive=True)
    above = aliased(Sample)
    rising = rising.union_all(
        select(above.id, above.parent_id).join(rising, above.id == rising.c.parent_id)
    )
    ancestors = select(Sample).where(Sample.id.in_(select(rising.c.id)))
    ancestors = owned(ancestors, Sample.organisation_id, actor.scope)
    falling = select(Sample.id).where(Sample.id == of.id).cte("falling", recursive=True)
    below = aliased(Sample)
    falling = falling.union_all(
        select(below.id).join(falling, below.parent_id == falling.c.id)
    )
    descendants = select(Sample).where(Sample.id.in_(select(falling.c.id)))
    descendants = owned(descendants, Sample.organisation_id, actor.scope)
    return Lineage(
        _others(session, ancestors.order_by(Sample.id.desc()), of),
        _others(session, descendants.order_by(Sample.id), of),
    )


def listing(
    session: Session,
    actor: Actor,
    *,
    stream: Stream | None = None,
    kind: SampleKind | None = None,
    prefix: str = "",
    after: int = 0,
    among: FromClause | None = None,
    coded: bool = True,
) -> Page:
    """One page in the order of arrival.

    `among` narrows it to rows of another slice, by their column `sample_id`; `coded`
    leaves out what has no code yet.
    """
    wanted = _seen(actor)
    if coded:
        wanted = wanted.where(Sample.code.is_not(None))
    order: ColumnElement[int] = Sample.__table__.c.id
    if among is not None:
        wanted = wanted.join(among, among.c.sample_id == Sample.id)
        order = among.c.sample_id
    if stream:
        wanted = wanted.where(Sample.stream == stream)
    if kind:
        wanted = wanted.where(Sample.kind == kind)
    if prefix:
        # A range, so that the index serves on both engines: codes end with Z at most.
        wanted = wanted.where(Sample.code.between(prefix, prefix.ljust(10, "Z")))
    page = wanted.where(order > after).order_by(order).limit(PAGE + 1)
    rows = session.scalars(page).all()
    more = len(rows) > PAGE
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].id if more else None)


def unused_codes(session: Session, count: int) -> list[str]:
    """New blind codes that no sample wears."""
    drawn: set[str] = set()
    while len(drawn) < count:
        fresh = {draw(Kind.SAMPLE) for _ in range(count - len(drawn))}
        worn = select(Sample.code).where(Sample.code.in_(fresh))
        drawn |= fresh - set(session.scalars(worn))
    return sorted(drawn)


def place(session: Session, actor: Actor, code: str, *, locked: bool = False) -> Place:
    wanted = owned(
        select(Place).where(Place.code == code), Place.organisation_id, actor.scope
    )
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: Place | None = session.scalar(wanted)
    if found is None:
        raise NotFound(
            f"No place has the code '{code}' here. Scan the label of the position, box "
            "or freezer itself."
        )
    return found


def places(session: Session, actor: Actor, inside: int | None = None) -> list[Place]:
    """What stands in this place; rooms and freezers at the top where None is given."""
    wanted = select(Place).where(Place.parent_id.is_(None))
    if inside is not None:
        wanted = select(Place).where(Place.parent_id == inside)
    wanted = owned(wanted.order_by(Place.id), Place.organisation_id, actor.scope)
    return list(session.scalars(wanted))


def places_with(session: Session, codes: Collection[str]) -> list[Place]:
    """Those of these codes that are places, for who was shown the codes."""
    return list(session.scalars(select(Place).where(Place.code.in_(list(codes)))))


def has_positions(session: Session, place: Place) -> bool:
    """Whether it is a box: what stands in it needs a position of its own."""
    inside = select(Place.id).where(Place.parent_id == place.id, Place.is_position)
    return session.scalar(inside.limit(1)) is not None


def places_by_ids(session: Session, ids: Iterable[int]) -> dict[int, Place]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = session.scalars(select(Place).where(Place.id.in_(wanted)))
    return {one.id: one for one in found}


def ways(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Place code to its name from the room down: 'Freezer 2 / Box 4 / A1'."""
    wanted = select(Place).where(Place.code.in_(sorted(set(codes))))
    found = {one.id: one for one in session.scalars(wanted)}
    asked, above = dict(found), {one.parent_id for one in found.values()}
    while missing := {one for one in above if one is not None} - found.keys():
        more = places_by_ids(session, missing)
        found |= more
        above = {one.parent_id for one in more.values()}
    told = {}
    for place in asked.values():
        names, here = [place.name], place
        while here.parent_id is not None:
            here = found[here.parent_id]
            names.insert(0, here.name)
        told[place.code] = " / ".join(names)
    return told


def _seen(actor: Actor) -> Select[Sample]:
    return owned(select(Sample), Sample.organisation_id, actor.scope)


def _locked(wanted: Select[Sample], locked: bool) -> Select[Sample]:  # noqa: FBT001 - handed on from a named argument
    """Locked rows are read anew, so that nobody decides on what was true before."""
    if not locked:
        return wanted
    return wanted.with_for_update().execution_options(populate_existing=True)


def _others(session: Session, wanted: Select[Sample], of: Sample) -> tuple[Sample, ...]:
    return tuple(one for one in session.scalars(wanted) if one.id != of.id)


def _unknown(codes: Sequence[str]) -> NotFound:
    named = ", ".join(f"'{code}'" for code in codes[:5])
    more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""  # noqa: PLR2004 - five are shown
    return NotFound(
        f"No sample has the code {named}{more} here. Scan the label again, or ask the "
        "coordinator whether it was given."
    )
