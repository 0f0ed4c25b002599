"""One step of custody: load the item locked, see that it may be taken, take it.

The operations record what was done; nothing here does, and nothing else changes a
holding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
import json
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import last_event
from lims.custody import queries, queries_places
from lims.custody.queries import WORKFLOWS, Holding
from lims.custody.stages import (
    CHILD_START,
    Stage,
    allowed_under_hold,
    require_different_people,
)
from lims.errors import RuleBroken
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.samples.keeping import require_keeps
from lims.samples.queries import Place, Sample
from lims.samples.tables import SampleKind, Stream, Zone

ZONES = {Stream.BONE: Zone.PRE_PCR_BONE, Stream.REFERENCE: Zone.PRE_PCR_REFERENCE}
AGAIN = timedelta(seconds=10)
"""The same scan within this time is the same act: a double click, a second bleep."""


@dataclass(frozen=True)
class Spot:
    """Where an item comes to be: in hands, at a place, on its way, nowhere."""

    at: str = ""
    holder_id: int | None = None
    place_id: int | None = None
    position_id: int | None = None


@dataclass(frozen=True)
class Load:
    """An item with its lock: nobody else moves it until the transaction ends."""

    sample: Sample
    holding: Holding
    holds: tuple[str, ...]
    name: str
    """As it was scanned: the code, or the bag's number."""

    @property
    def spot(self) -> Spot:
        now = self.holding
        return Spot(now.at, now.holder_id, now.place_id, now.position_id)


@dataclass(frozen=True)
class Moved:
    """What a scan came to. `already`: the same scan again, nothing was done twice."""

    code: str
    stage: Stage
    at: str
    already: bool = False


def load(session: Session, actor: Actor, named: str) -> Load:
    row = queries.named_sample(session, actor, named, locked=True)
    now = queries.standing(session, row)
    return Load(row, now.holding, now.holds, named)


def loads(session: Session, rows: Mapping[int, Sample]) -> dict[int, Load]:
    """The same for many samples that are locked already."""
    now = queries.standings(session, rows)
    return {
        number: Load(row, now[number].holding, now[number].holds, row.code or "the bag")
        for number, row in rows.items()
    }


def in_hands(session: Session, actor: Actor) -> Spot:
    return Spot(queries.badge_of(session, actor), holder_id=actor.user_id)


def at_place(session: Session, place: Place, item: Load) -> Spot:
    """The place, if it is of the right zone, cold enough, in use and has room left."""
    fitting = ZONES[Stream(item.sample.stream)]
    if place.zone != fitting:
        raise RuleBroken(
            f"'{place.name}' ({place.code}) is in the zone '{place.zone}'; this item "
            f"belongs in '{fitting}'. Scan a place of that zone."
        )
    if place.retired_at is not None:
        raise RuleBroken(
            f"'{place.name}' ({place.code}) was taken out of use. Scan another place."
        )
    degrees = places.temperature(session, place)
    require_keeps(SampleKind(item.sample.kind), degrees, place.name)
    if not place.is_position:
        _require_room(session, place, item)
        return Spot(place.code, place_id=place.id)
    there = queries.on_position(session, place.id)
    if there is not None and there != item.sample.id:
        raise RuleBroken(
            f"Position '{place.name}' ({place.code}) holds another item. Scan a free "
            "position, or take that item out first."
        )
    return Spot(place.code, place_id=place.id, position_id=place.id)


def _require_room(session: Session, place: Place, item: Load) -> None:
    """Its row is locked: nobody else fills the last gap meanwhile."""
    if place.capacity is None or item.holding.place_id == place.id:
        return
    if queries_places.count_at(session, place) >= place.capacity:
        raise RuleBroken(
            f"'{place.name}' ({place.code}) is full: it holds {place.capacity} items. "
            "Scan another place."
        )


def take(
    item: Load, action: str, stated: Mapping[str, object], to: Spot
) -> dict[str, Any]:
    """Take the step, as the workflow allows it, and return the facts to record."""
    refuse_under_hold(item, action)
    before = Stage(item.holding.stage)
    step = WORKFLOWS[Stream(item.sample.stream)].step(before, action, stated)
    require_different_people(action, stated)
    return _put(item.holding, action, before, step.target, to)


def correct(item: Load, to: Spot, action: str = "correct") -> dict[str, Any]:
    """The item was elsewhere than recorded; its stage is what it was."""
    stage = Stage(item.holding.stage)
    return _put(item.holding, action, stage, stage, to)


def turn_up(item: Load, to: Spot, action: str) -> dict[str, Any]:
    """It stands there: found where it was lost, stored where it was in hands."""
    before = after = Stage(item.holding.stage)
    workflow = WORKFLOWS[Stream(item.sample.stream)]
    for step in ("found", "store"):
        if step in workflow.actions(after):
            after = workflow.step(after, step, {"place": to.at}).target
    return _put(item.holding, action, before, after, to)


def require_fit(session: Session, actor: Actor, named: str, code: str) -> None:
    """RuleBroken where the item may not stand at this place; changes nothing."""
    at_place(session, samples.place(session, actor, code), load(session, actor, named))


def put_back(item: Load, stage: Stage, to: Spot) -> dict[str, Any]:
    """A step was not taken: the item is where it was, and at the stage it had."""
    return _put(item.holding, "correct", Stage(item.holding.stage), stage, to)


def begin(
    session: Session, sample: Sample, stage: Stage, action: str, spot: Spot
) -> dict[str, Any]:
    """The first holding of an item: announced, found at the door, or made here."""
    made = Holding(sample_id=sample.id, stage=stage, at="", since=clock.now())
    session.add(made)
    return {**_put(made, action, stage, stage, spot), "before": ""}


def born(session: Session, sample: Sample, maker: Spot) -> dict[str, Any]:
    """What is made here begins in the hands of whoever made it."""
    return begin(session, sample, CHILD_START, "derive", maker)


def stay(item: Load, action: str) -> dict[str, Any]:
    """The facts of an act that moves nothing."""
    stage, at = item.holding.stage, item.holding.at
    return {"action": action, "before": stage, "after": stage, "from": at, "to": at}


def _put(
    now: Holding, action: str, before: Stage, after: Stage, to: Spot
) -> dict[str, Any]:
    came_from = now.at
    now.stage, now.at, now.since = after, to.at, clock.now()
    now.holder_id, now.offered_to = to.holder_id, None
    now.place_id, now.position_id = to.place_id, to.position_id
    return {
        "action": action,
        "before": before,
        "after": after,
        "from": came_from,
        "to": to.at,
    }


def refuse_under_hold(item: Load, action: str) -> None:
    if item.holds and not allowed_under_hold(action):
        raise RuleBroken(
            f"{item.name} is held ({', '.join(item.holds)}): nobody may {action} it "
            "until the manager or quality manager closes the hold. It may be stored."
        )


def refuse_if_held_by_another(item: Load, actor: Actor, action: str) -> None:
    """What another holds is not simply taken: that would be a gap (rule B4)."""
    if item.holding.holder_id not in (None, actor.user_id):
        raise RuleBroken(
            f"To {action} {item.name} you must hold it; '{item.holding.at}' does. They "
            "scan it and your badge, then you scan it to accept."
        )


def repeated(session: Session, actor: Actor, item: Load, action: str, to: str) -> bool:
    """Whether this very act is the last thing on record of the item, just now."""
    last = last_event(session, item.sample)
    if last is None or last.actor_uid != actor.uid or clock.now() - last.at > AGAIN:
        return False
    facts = json.loads(last.body)["facts"]
    return bool(facts.get("action") == action and facts.get("to") == to)


def moved(item: Load, *, already: bool = False) -> Moved:
    now = item.holding
    return Moved(item.sample.code or "", Stage(now.stage), now.at, already)
