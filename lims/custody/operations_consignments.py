"""What the sender does: announce a consignment with its manifest, and release it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, draw
from lims.custody import changes, manifests
from lims.custody.changes import Spot
from lims.custody.manifests import Bag, Consignment
from lims.custody.receiving import (
    MOST_BAGS,
    number,
)
from lims.custody.stages import Stage
from lims.custody.tables import BagState, ConsignmentStage
from lims.errors import BadInput, NotFound, RuleBroken
from lims.organisations import queries as organisations
from lims.organisations.tables import OrganisationKind
from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.samples.amounts import Measure
from lims.samples.queries import Sample
from lims.samples.tables import Stream


@dataclass(frozen=True)
class BagLine:
    """One line of a manifest: the neutral bag number, its seal, how much is in it."""

    bag: str
    seal: str
    amount: Decimal | None = None
    unit: str = ""


def announce(
    session: Session,
    actor: Actor,
    receiver: str,
    stream: Stream,
    lines: Sequence[BagLine],
) -> Consignment:
    """Tell a laboratory (its code) what will come: the manifest, sealed and packed."""
    require(actor, Permission.CONSIGNMENT_ANNOUNCE)
    numbers = _refuse_doubles(session, lines)
    laboratory = organisations.by_code(session, receiver)
    if laboratory.kind != OrganisationKind.LABORATORY:
        raise BadInput(f"'{receiver}' is not a laboratory. Choose who is to receive.")
    made = Consignment(
        code=draw(Kind.CONSIGNMENT),
        stream=stream,
        sender_id=actor.organisation_id,
        receiver_id=laboratory.id,
        stage=ConsignmentStage.ANNOUNCED,
        announced_at=clock.now(),
        announced_by=actor.user_id,
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.CONSIGNMENT_ANNOUNCED,
        made,
        code=made.code,
        stream=stream,
        bags=numbers,
    )
    measures = [Measure(line.amount, line.unit) for line in lines]
    rows = samples.expect(session, actor, stream, laboratory.id, measures)
    sender = changes.in_hands(session, actor)
    for line, row in zip(lines, rows, strict=True):
        _pack(session, actor, made, line, row, sender)
    session.flush()
    return made


def _refuse_doubles(session: Session, lines: Sequence[BagLine]) -> list[str]:
    if not 0 < len(lines) <= MOST_BAGS:
        raise BadInput(f"A manifest has 1 to {MOST_BAGS} bags; this has {len(lines)}.")
    numbers = [number(line.bag, f"'{line.bag[:64]}'") for line in lines]
    seals = [number(line.seal, f"'{line.seal[:64]}'") for line in lines]
    for kind, given in (("bag", numbers), ("seal", seals)):
        twice = sorted({one for one in given if given.count(one) > 1})
        if twice:
            raise BadInput(f"The {kind} '{twice[0]}' stands twice on this manifest.")
    if known := manifests.bags_known(session, numbers):
        raise RuleBroken(
            f"The bag number '{min(known)}' was used before. Each bag has its own."
        )
    return numbers


def _pack(
    session: Session,
    actor: Actor,
    consignment: Consignment,
    line: BagLine,
    row: Sample,
    sender: Spot,
) -> None:
    bag = Bag(
        consignment_id=consignment.id,
        code=line.bag.strip(),
        seal=line.seal.strip(),
        sample_id=row.id,
        state=BagState.EXPECTED,
    )
    session.add(bag)
    facts = changes.begin(session, row, Stage.PACKED, "pack", sender)
    record(
        session,
        actor,
        Tag.BAG_ANNOUNCED,
        row,
        consignment=consignment.code,
        bag=bag.code,
        seal=bag.seal,
        **facts,
    )


def release(
    session: Session, actor: Actor, code: str, courier: str, due_at: datetime
) -> Consignment:
    """Give the consignment to a courier, who is to deliver it by the due time."""
    require(actor, Permission.CONSIGNMENT_ANNOUNCE)
    found = manifests.consignment(session, actor, code, locked=True)
    if found.sender_id != actor.organisation_id:
        raise NotFound(f"You did not announce a consignment with the code '{code}'.")
    if found.stage != ConsignmentStage.ANNOUNCED:
        raise RuleBroken(f"The consignment '{code}' is {found.stage} already.")
    if due_at <= clock.now():
        raise BadInput("The time by which it is due must be in the future.")
    found.stage, found.carrier = ConsignmentStage.IN_TRANSIT, courier.strip()[:100]
    found.released_at, found.due_at = clock.now(), due_at
    record(
        session,
        actor,
        Tag.CONSIGNMENT_RELEASED,
        found,
        sealed={"courier": found.carrier},
        code=code,
        due=due_at,
    )
    ids = [bag.sample_id for bag in manifests.bags(session, found)]
    items = changes.loads(session, sample_queries.of_consignment(session, ids))
    stated, on_its_way = {"courier": courier.strip()}, Spot(code)
    for item in items.values():
        facts = changes.take(item, "release", stated, on_its_way)
        record(
            session, actor, Tag.CUSTODY_MOVED, item.sample, consignment=code, **facts
        )
    session.flush()
    return found
