"""Reads of consignments: what was announced, and what has come of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.custody.queries import MOST, PAGE, held_ids, named_sample
from lims.custody.stages import Stage
from lims.custody.tables import (
    Bag,
    BagState,
    Consignment,
    ConsignmentStage,
    Hold,
    Holding,
    Photograph,
)
from lims.db import owned, pairs
from lims.errors import NotFound
from lims.organisations import queries as organisations
from lims.samples import queries as samples
from lims.samples.tables import Stream

__all__ = [
    "PAGE", "Bag", "Consignment", "ManifestLine", "Photograph", "Shipment", "Uncoded",
    "bag_known", "bags", "bags_known", "consignment", "consignment_of", "consignments",
    "count_opened", "count_uncoded", "manifest", "photographs", "ready_for_accession",
    "uncoded",
]  # fmt: skip


@dataclass(frozen=True)
class Shipment:
    """A consignment in a list."""

    code: str
    stream: Stream
    stage: ConsignmentStage
    sender: str
    receiver: str
    """The organisations' codes."""
    announced_at: datetime
    due_at: datetime | None
    bags: int
    received: int
    discrepant: int
    row: int

    @property
    def overdue(self) -> bool:
        """Released and not received in its time (rule B2)."""
        late = self.due_at is not None and self.due_at < clock.now()
        return late and self.stage == ConsignmentStage.IN_TRANSIT


@dataclass(frozen=True)
class ManifestLine:
    """One bag of a manifest; its blind code does not stand here."""

    bag: str
    seal: str
    seal_found: str | None
    state: BagState
    condition: str | None
    discrepancy: str | None
    received_at: datetime | None
    stage: Stage
    held: bool
    photographs: int


@dataclass(frozen=True)
class Uncoded:
    """A consignment with bags that are here and have no code yet."""

    code: str
    stream: Stream
    sender: str
    ready: int
    waiting: int
    """References without active consent."""
    held: int


def consignment(
    session: Session, actor: Actor, code: str, *, locked: bool = False
) -> Consignment:
    """Known to its sender and its receiver."""
    wanted = _in_sight(actor).where(Consignment.code == code)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: Consignment | None = session.scalar(wanted)
    if found is None:
        raise NotFound(
            f"No consignment has the code '{code}' here. Scan the code on its manifest."
        )
    return found


def consignments(
    session: Session, actor: Actor, *, before: int | None = None, opened: bool = False
) -> list[Shipment]:
    """The latest first, a page at a time; `opened`: only those not yet closed."""
    wanted = _in_sight(actor)
    if before is not None:
        wanted = wanted.where(Consignment.id < before)
    if opened:
        wanted = wanted.where(Consignment.stage != ConsignmentStage.RECEIVED)
    rows = session.scalars(wanted.order_by(Consignment.id.desc()).limit(PAGE)).all()
    counts = _counts(session, [row.id for row in rows])
    parties = {row.sender_id for row in rows} | {row.receiver_id for row in rows}
    named = organisations.named(session, parties)
    return [
        Shipment(
            code=row.code,
            stream=Stream(row.stream),
            stage=ConsignmentStage(row.stage),
            sender=named[row.sender_id].code,
            receiver=named[row.receiver_id].code,
            announced_at=row.announced_at,
            due_at=row.due_at,
            bags=sum(counts[row.id].values()),
            received=counts[row.id].get(BagState.RECEIVED, 0),
            discrepant=sum(counts[row.id].get(state, 0) for state in _DISCREPANT),
            row=row.id,
        )
        for row in rows
    ]


_DISCREPANT = (BagState.HELD, BagState.MISSING, BagState.UNANNOUNCED)


def _counts(session: Session, ids: Collection[int]) -> dict[int, dict[str, int]]:
    wanted = (
        select(Bag.consignment_id, Bag.state, func.count())
        .where(Bag.consignment_id.in_(ids))
        .group_by(Bag.consignment_id, Bag.state)
    )
    found: dict[int, dict[str, int]] = {number: {} for number in ids}
    for number, state, count in session.execute(wanted):
        found[number][state] = count
    return found


def count_opened(session: Session, actor: Actor) -> int:
    """How many consignments are not yet closed."""
    mine = _in_sight(actor).where(Consignment.stage != ConsignmentStage.RECEIVED)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def manifest(session: Session, actor: Actor, code: str) -> list[ManifestLine]:
    """The bags in the order of the manifest, unannounced ones at the end."""
    found = consignment(session, actor, code)
    rows = session.execute(
        select(Bag, Holding)
        .join(Holding, Holding.sample_id == Bag.sample_id)
        .where(Bag.consignment_id == found.id)
        .order_by(Bag.id)
    ).all()
    ids = [bag.sample_id for bag, _ in rows]
    held, pictures = held_ids(session, ids), _pictures(session, ids)
    return [
        ManifestLine(
            bag=bag.code,
            seal=bag.seal,
            seal_found=bag.seal_found,
            state=BagState(bag.state),
            condition=bag.condition,
            discrepancy=bag.discrepancy,
            received_at=bag.received_at,
            stage=Stage(now.stage),
            held=bag.sample_id in held,
            photographs=pictures.get(bag.sample_id, 0),
        )
        for bag, now in rows
    ]


def _pictures(session: Session, ids: Collection[int]) -> dict[int, int]:
    wanted = (
        select(Photograph.sample_id, func.count())
        .where(Photograph.sample_id.in_(ids), Photograph.erased_at.is_(None))
        .group_by(Photograph.sample_id)
    )
    return pairs(session, wanted)


def photographs(session: Session, actor: Actor, code: str) -> list[Photograph]:
    """Of one bag or sample: the hash of each picture and its media type."""
    row = named_sample(session, actor, code)
    wanted = select(Photograph).where(
        Photograph.sample_id == row.id, Photograph.erased_at.is_(None)
    )
    return list(session.scalars(wanted.order_by(Photograph.id)))


def ready_for_accession(session: Session, actor: Actor, code: str) -> dict[str, int]:
    """Bag to the sample's row: received, not held, and without a code."""
    found = consignment(session, actor, code)
    rows = session.execute(
        select(Bag.code, Bag.sample_id)
        .join(Holding, Holding.sample_id == Bag.sample_id)
        .where(
            Bag.consignment_id == found.id,
            Holding.stage.in_(_UNCODED),
        )
        .order_by(Bag.id)
    ).all()
    held = held_ids(session, [sample for _, sample in rows])
    return {bag: sample for bag, sample in rows if sample not in held}


_UNCODED = (Stage.RECEIVED, Stage.WAITING_CONSENT)


def uncoded(session: Session, actor: Actor) -> list[Uncoded]:
    """The consignments whose bags wait for codes, the oldest first."""
    held = (
        select(Hold.id)
        .where(Hold.sample_id == Holding.sample_id, Hold.closed_at.is_(None))
        .exists()
    )
    counted = (
        select(Consignment, Holding.stage, held, func.count())
        .join(Bag, Bag.consignment_id == Consignment.id)
        .join(Holding, Holding.sample_id == Bag.sample_id)
        .where(Holding.stage.in_(_UNCODED))
        .group_by(Consignment.id, Holding.stage, held)
        .order_by(Consignment.id)
    )
    counted = owned(counted, Consignment.receiver_id, actor.scope)
    found: dict[int, Uncoded] = {}
    rows = session.execute(counted).all()
    senders = organisations.named(session, {row.sender_id for row, *_ in rows})
    for row, stage, is_held, count in rows:
        now = found.setdefault(
            row.id,
            Uncoded(row.code, Stream(row.stream), senders[row.sender_id].name, 0, 0, 0),
        )
        kind = "held" if is_held else "ready" if stage == Stage.RECEIVED else "waiting"
        found[row.id] = replace(now, **{kind: getattr(now, kind) + count})
    return list(found.values())


def count_uncoded(session: Session, actor: Actor) -> int:
    """How many bags of the laboratory are received and have no code, up to MOST."""
    here = samples.in_sight(actor, Holding.sample_id)
    some = select(Holding.sample_id).where(Holding.stage == Stage.RECEIVED, here)
    inner = some.limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def consignments_of(session: Session, sample_ids: Collection[int]) -> list[Consignment]:
    """Those that these samples, which the actor may see, came with."""
    wanted = (
        select(Consignment)
        .join(Bag, Bag.consignment_id == Consignment.id)
        .where(Bag.sample_id.in_(list(sample_ids)))
    )
    return list(session.scalars(wanted.distinct().order_by(Consignment.id)))


def bags(session: Session, of: Consignment) -> list[Bag]:
    """In the order of the manifest."""
    wanted = select(Bag).where(Bag.consignment_id == of.id).order_by(Bag.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def bags_known(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of these numbers that any manifest has already."""
    wanted = select(Bag.code).where(Bag.code.in_(list(numbers)))
    return set(session.scalars(wanted))


def bag_known(session: Session, actor: Actor, number: str) -> Bag | None:
    """The bag with this number; else one that is awaited under a seal with it."""
    mine = select(_in_sight(actor).subquery().c.id)
    in_sight = select(Bag).where(Bag.consignment_id.in_(mine))
    if found := session.scalar(in_sight.where(Bag.code == number)):
        return found
    opened = _in_sight(actor).where(Consignment.stage != ConsignmentStage.RECEIVED)
    awaited = select(Bag).where(
        Bag.consignment_id.in_(select(opened.subquery().c.id)), Bag.seal == number
    )
    return session.scalar(awaited.order_by(Bag.id).limit(1))


def consignment_of(session: Session, bag: Bag) -> str:
    """The code of the consignment that a bag which the actor may see came with."""
    wanted = select(Consignment.code).where(Consignment.id == bag.consignment_id)
    return session.scalars(wanted).one()


def _in_sight(actor: Actor) -> Select[Consignment]:
    wanted = select(Consignment)
    if actor.scope is None:
        return wanted
    return wanted.where(
        or_(
            Consignment.sender_id == actor.scope, Consignment.receiver_id == actor.scope
        )
    )


def is_erased(session: Session, digest: str) -> bool:
    """Whether this picture was erased after a withdrawal, and shows nobody else."""
    wanted = select(Photograph.erased_at).where(Photograph.sha256 == digest)
    found = session.scalars(wanted).all()
    return bool(found) and all(found)
