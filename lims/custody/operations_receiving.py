"""What the laboratory does at its door: receive bag by bag, compare, accept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
import re
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes, manifests, queries
from lims.custody.changes import Spot
from lims.custody.manifests import Bag, Consignment
from lims.custody.operations_holds import hold_at_the_door
from lims.custody.receiving import Arrival, Discrepancy, discrepancies, number
from lims.custody.stages import Stage, require_different_people
from lims.custody.tables import BagState, ConsignmentStage, Photograph
from lims.errors import BadInput, NotFound, RuleBroken
from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.samples.queries import Sample
from lims.samples.tables import Stream

HELD = "DISCREPANCY"
"""The reason of a hold on what does not agree with its manifest."""
PICTURES = ("image/jpeg", "image/png")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Received:
    """What became of one bag at the door."""

    bag: str
    state: BagState
    found: tuple[Discrepancy, ...]
    already: bool = False
    """It was received so before; nothing was done twice."""


def receive(
    session: Session,
    actor: Actor,
    code: str,
    arrival: Arrival,
    giver: str,
    conditions: Mapping[str, bool],
) -> Received:
    """One scan at the door.

    `giver` is who hands it over, as the paper names the role; `conditions` are the
    known condition codes and whether each of them holds the bag.
    """
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    return _receive(session, actor, code, [arrival], giver, conditions)[0]


def receive_many(
    session: Session,
    actor: Actor,
    code: str,
    arrivals: Sequence[Arrival],
    giver: str,
    conditions: Mapping[str, bool],
) -> list[Received]:
    """Many bags in one act, such as a crate that is read at once; in their order."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    return _receive(session, actor, code, arrivals, giver, conditions)


def _receive(
    session: Session,
    actor: Actor,
    code: str,
    arrivals: Sequence[Arrival],
    giver: str,
    conditions: Mapping[str, bool],
) -> list[Received]:
    here = changes.in_hands(session, actor)
    stated = {"giver": giver.strip(), "receiver": here.at}
    require_different_people("receive", stated)
    found = _at_the_door(session, actor, code, giver.strip())
    announced = manifests.bags(session, found)
    strangers = _strangers(arrivals, announced)
    added = _enter_strangers(session, actor, found, strangers, here, conditions)
    known = _by_number([*announced, *added])
    ids = {known[arrival.bag.strip()].sample_id for arrival in arrivals}
    rows = sample_queries.by_ids(session, actor, ids, locked=True)
    items = changes.loads(session, rows)
    done = []
    for arrival in arrivals:
        bag = known[arrival.bag.strip()]
        one = _repeated(bag, arrival, fresh=bag in added)
        if one is None:
            item = replace(items[bag.sample_id], holds=())  # what arrives has arrived
            facts = changes.take(
                item,
                "receive",
                {**stated, "seal": arrival.seal or "none", "condition": True},
                here,
            )
            one = _seen(bag, actor, arrival, conditions)
            _tell(session, actor, code, bag, item.sample, facts)
        done.append(one)
    session.flush()
    discrepant = {
        known[one.bag].sample_id: rows[known[one.bag].sample_id]
        for one in done
        if one.found and not one.already
    }
    if discrepant:
        hold_at_the_door(session, actor, discrepant, HELD)
    return done


def _at_the_door(session: Session, actor: Actor, code: str, giver: str) -> Consignment:
    """The consignment, opened by its first bag, with who brought it."""
    found = manifests.consignment(session, actor, code, locked=True)
    if found.receiver_id != actor.organisation_id:
        raise NotFound(f"No consignment with the code '{code}' is announced to you.")
    if found.stage == ConsignmentStage.ANNOUNCED:
        raise RuleBroken(
            f"The sender has not released '{code}' yet. Ask them to do so, then scan "
            "again; nothing was kept."
        )
    if found.stage == ConsignmentStage.IN_TRANSIT or found.giver != giver:
        if found.stage == ConsignmentStage.IN_TRANSIT:
            found.stage = ConsignmentStage.PARTLY
        found.giver = giver[:100]
        sealed = {"giver": found.giver}
        record(session, actor, Tag.CONSIGNMENT_OPENED, found, sealed=sealed, code=code)
    return found


def _by_number(bags: Sequence[Bag]) -> dict[str, Bag]:
    """A bag is known by its number, and by its seal where no number is the same."""
    seals = {bag.seal: bag for bag in bags}
    return seals | {bag.code: bag for bag in bags}


def _strangers(arrivals: Sequence[Arrival], bags: Sequence[Bag]) -> list[Arrival]:
    """What stands on no line of the manifest, each once."""
    known = _by_number(bags)
    found = {one.bag.strip(): one for one in reversed(arrivals)}
    return [one for name, one in found.items() if name not in known]


def _enter_strangers(
    session: Session,
    actor: Actor,
    consignment: Consignment,
    strangers: Sequence[Arrival],
    here: Spot,
    conditions: Mapping[str, bool],
) -> list[Bag]:
    """Bags that nobody announced: kept, told of, and held."""
    if not strangers:
        return []
    numbers = [number(one.bag, f"'{one.bag[:64]}'") for one in strangers]
    if known := manifests.bags_known(session, numbers):
        raise RuleBroken(
            f"The bag '{min(known)}' stands on another manifest. Set it aside and "
            "receive it there."
        )
    stream = Stream(consignment.stream)
    rows = samples.find_unannounced(session, actor, stream, len(strangers))
    made = []
    for name, arrival, row in zip(numbers, strangers, rows, strict=True):
        bag = Bag(
            consignment_id=consignment.id,
            code=name,
            seal=arrival.seal.strip(),
            sample_id=row.id,
            state=BagState.UNANNOUNCED,
        )
        _seen(bag, actor, arrival, conditions, Discrepancy.UNANNOUNCED)
        session.add(bag)
        facts = changes.begin(session, row, Stage.RECEIVED, "receive", here)
        _tell(session, actor, consignment.code, bag, row, facts)
        made.append(bag)
    session.flush()
    return made


def _repeated(bag: Bag, arrival: Arrival, *, fresh: bool) -> Received | None:
    """What an earlier scan came to; None where this bag is still awaited."""
    if bag.state in (BagState.EXPECTED, BagState.MISSING):
        return None
    if bag.seal_found != arrival.seal.strip():
        raise RuleBroken(
            f"The bag '{bag.code}' was received with the seal '{bag.seal_found}'. If "
            "that was wrong, correct the event; a bag is not received twice."
        )
    found = tuple(
        Discrepancy(one) for one in (bag.discrepancy or "").split(", ") if one
    )
    return Received(bag.code, BagState(bag.state), found, already=not fresh)


def _seen(
    bag: Bag,
    actor: Actor,
    arrival: Arrival,
    conditions: Mapping[str, bool],
    *known: Discrepancy,
) -> Received:
    """Write what was seen on the bag's line."""
    seal = number(arrival.seal, "This seal") if arrival.seal.strip() else ""
    seen = replace(arrival, seal=seal)
    found = (*known, *discrepancies(bag.seal, seen, conditions))
    if bag.state != BagState.UNANNOUNCED:
        bag.state = BagState.HELD if found else BagState.RECEIVED
    bag.seal_found, bag.condition = seal, arrival.condition
    bag.discrepancy = ", ".join(found) or None
    bag.received_at, bag.received_by = clock.now(), actor.user_id
    return Received(bag.code, BagState(bag.state), found)


def _tell(
    session: Session,
    actor: Actor,
    consignment: str,
    bag: Bag,
    row: Sample,
    facts: Mapping[str, Any],
) -> None:
    record(
        session,
        actor,
        Tag.BAG_RECEIVED,
        row,
        consignment=consignment,
        bag=bag.code,
        seal=bag.seal,
        seal_found=bag.seal_found,
        condition=bag.condition,
        **facts,
    )
    if bag.discrepancy:
        record(
            session,
            actor,
            Tag.BAG_DISCREPANT,
            row,
            bag=bag.code,
            found=bag.discrepancy.split(", "),
        )


def close(session: Session, actor: Actor, code: str) -> list[str]:
    """Accept what came. What did not is missing and held; its bags are returned."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    found = manifests.consignment(session, actor, code, locked=True)
    if found.receiver_id != actor.organisation_id:
        raise NotFound(f"No consignment with the code '{code}' is announced to you.")
    bags = manifests.bags(session, found)
    if found.stage == ConsignmentStage.RECEIVED:
        return [bag.code for bag in bags if bag.state == BagState.MISSING]
    if found.stage != ConsignmentStage.PARTLY:
        raise RuleBroken(f"No bag of '{code}' was received yet. Scan the first one.")
    missing = [bag for bag in bags if bag.state == BagState.EXPECTED]
    rows = sample_queries.by_ids(
        session, actor, [bag.sample_id for bag in missing], locked=True
    )
    for bag in missing:
        bag.state, bag.discrepancy = BagState.MISSING, Discrepancy.MISSING
        record(
            session,
            actor,
            Tag.BAG_DISCREPANT,
            rows[bag.sample_id],
            bag=bag.code,
            found=[Discrepancy.MISSING],
        )
    hold_at_the_door(session, actor, rows, HELD)
    found.stage = ConsignmentStage.RECEIVED
    counts = Counter(bag.state for bag in bags)
    record(session, actor, Tag.CONSIGNMENT_ACCEPTED, found, code=code, bags=counts)
    session.flush()
    return [bag.code for bag in missing]


def attach_photograph(
    session: Session, actor: Actor, named: str, digest: str, media_type: str
) -> Photograph:
    """Tie a picture (kept in the store, cleaned before) to a bag or a sample."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    row = queries.named_sample(session, actor, named, locked=True)
    if media_type not in PICTURES or not _DIGEST.fullmatch(digest):
        raise BadInput("A photograph is a JPEG or PNG picture, named by its SHA-256.")
    known = manifests.photographs(session, actor, named)
    for one in known:
        if one.sha256 == digest:
            return one
    if manifests.is_erased(session, digest):
        raise RuleBroken("This photograph was erased after a withdrawal.")
    made = Photograph(
        sample_id=row.id,
        sha256=digest,
        media_type=media_type,
        taken_at=clock.now(),
        taken_by=actor.user_id,
    )
    session.add(made)
    record(session, actor, Tag.BAG_PHOTOGRAPHED, row, sha256=digest, media=media_type)
    session.flush()
    return made
