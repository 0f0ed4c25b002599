"""Count a place by scanning what stands in it (rule B9).

The first count warns of what is missing. Where something is, another person counts
again; what neither found is lost, and held until somebody has looked into it.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes, operations_holds, queries, queries_inventory
from lims.custody.changes import Load, Spot
from lims.custody.operations_found import FOUND
from lims.custody.queries_inventory import Inventory
from lims.custody.stages import FINAL, Stage
from lims.custody.tables_inventory import InventoryStage, Sighting
from lims.errors import RuleBroken
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.samples.keeping import keeps
from lims.samples.queries import Place
from lims.samples.tables import SampleKind, Stream

LOST, LOST_HOLD, MISPLACED, GAP = (
    "NOT_FOUND_IN_PLACE", "LOST_AT_COUNTS", "STORED_WRONG", "CUSTODY_GAP",
)  # fmt: skip
S = InventoryStage
NOT_HERE = FINAL | {
    Stage.ANNOUNCED, Stage.PACKED, Stage.IN_TRANSIT, Stage.RETURNING,
}  # fmt: skip
"""What stands in no place of the laboratory by its record, and is not put there by a
scan: somebody must look."""


class Saw(StrEnum):
    """What a scan in a count came to."""

    EXPECTED = "expected"
    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Seen:
    saw: Saw
    was: str = ""
    """Where the record had it, as a code, or its stage where it was nowhere."""
    held: str = ""
    """The reason of the hold that this opened."""


def start(session: Session, actor: Actor, code: str) -> Inventory:
    """Begin to count a place; one that is being counted is gone on with."""
    require(actor, Permission.CUSTODY_MOVE)
    place = samples.place(session, actor, code, locked=True)
    if place.is_position:
        raise RuleBroken(
            f"'{place.name}' ({code}) is one position. Count the box it is in."
        )
    if (standing := queries_inventory.of_place(session, place)) is not None:
        return standing
    made = Inventory(
        organisation_id=actor.organisation_id,
        place_id=place.id,
        stage=S.FIRST,
        first_by=actor.user_id,
        started_at=clock.now(),
    )
    session.add(made)
    by = queries.badge_of(session, actor)
    record(
        session, actor, Tag.INVENTORY_STARTED, made,
        place=place.code, stage=str(made.stage), first_by=by,
    )  # fmt: skip
    session.flush()
    return made


def see(session: Session, actor: Actor, uid: str, named: str) -> Seen:
    """An item is scanned in the count that is open."""
    require(actor, Permission.CUSTODY_MOVE)
    found = queries_inventory.inventory(session, actor, uid, locked=True)
    count = _counting(session, actor, found)
    item = changes.load(session, actor, named)
    if queries_inventory.saw(session, found, count, item.sample.id):
        return Seen(Saw.AGAIN)
    seen = _placed(session, actor, found, item)
    session.add(
        Sighting(
            inventory_id=found.id,
            count=count,
            sample_id=item.sample.id,
            was=seen.was,
            seen_at=clock.now(),
        )
    )
    record(
        session, actor, Tag.INVENTORY_SEEN, found,
        code=item.name, count=count, saw=str(seen.saw),
    )  # fmt: skip
    session.flush()
    return seen


def end_count(session: Session, actor: Actor, uid: str) -> Inventory:
    """End the count. After the second, what neither of the two saw is lost."""
    require(actor, Permission.CUSTODY_MOVE)
    found = queries_inventory.inventory(session, actor, uid, locked=True)
    count = _counting(session, actor, found)
    missing = queries_inventory.missing(session, actor, found)
    if count == 1 and missing:
        found.stage = S.WAITING
    else:
        found.stage, found.ended_at = S.ENDED, clock.now()
        found.missing = len(missing)
    if found.stage == S.ENDED:
        _lose(session, actor, missing)
    record(
        session,
        actor,
        Tag.INVENTORY_COUNTED,
        found,
        count=count,
        stage=str(found.stage),
        seen=queries_inventory.count_seen(session, found, count),
        missing=[one.code for one in missing.values()],
    )
    session.flush()
    return found


def _counting(session: Session, actor: Actor, found: Inventory) -> int:
    """1 or 2: whose turn it is; the first who comes begins the second count."""
    if found.stage == S.ENDED:
        raise RuleBroken("This inventory has ended. Start another at the place's page.")
    if found.stage == S.FIRST:
        if found.first_by != actor.user_id:
            raise RuleBroken(
                "Somebody else counts here. When they have ended, you may count again."
            )
        return 1
    if found.first_by == actor.user_id:
        raise RuleBroken(
            "You made the first count. The second is another person's: ask a colleague."
        )
    if found.second_by is None:
        found.second_by, found.stage = actor.user_id, S.SECOND
        by = queries.badge_of(session, actor)
        stage = str(found.stage)
        record(session, actor, Tag.INVENTORY_AGAIN, found, second_by=by, stage=stage)
    if found.second_by != actor.user_id:
        raise RuleBroken("Somebody else makes the second count.")
    return 2


def _placed(session: Session, actor: Actor, found: Inventory, item: Load) -> Seen:
    """Expected here, or found elsewhere than recorded (rule B7): it is here now."""
    here = session.get_one(Place, found.place_id)
    now = item.holding
    if now.place_id in set(session.scalars(places.below([here.id]))):
        return Seen(Saw.EXPECTED)
    was, stage = now.at or now.stage, Stage(now.stage)
    if stage in NOT_HERE:
        operations_holds.open_hold(session, actor, item.sample, GAP)
        return Seen(Saw.UNEXPECTED, was, GAP)
    to = Spot(here.code, place_id=here.id)
    facts = changes.turn_up(item, to, FOUND)
    record(session, actor, Tag.CUSTODY_FOUND_ELSEWHERE, item.sample, **facts)
    wrong = "" if _fits(session, here, item) else MISPLACED
    if wrong:
        operations_holds.open_hold(session, actor, item.sample, wrong)
    return Seen(Saw.ELSEWHERE, was, wrong)


def _fits(session: Session, here: Place, item: Load) -> bool:
    """Whether it may stay; it is recorded here all the same, since here it stands."""
    zone = changes.ZONES[Stream(item.sample.stream)]
    degrees = places.temperature(session, here)
    return here.zone == zone and keeps(SampleKind(item.sample.kind), degrees)


def _lose(session: Session, actor: Actor, missing: dict[int, samples.Sample]) -> None:
    if not missing:
        return
    rows = samples.by_ids(session, actor, missing, locked=True)
    for item in changes.loads(session, rows).values():
        facts = changes.take(item, "lost", {"reason": LOST}, Spot())
        record(session, actor, Tag.CUSTODY_MOVED, item.sample, reason=LOST, **facts)
        operations_holds.open_hold(session, actor, item.sample, LOST_HOLD)
