"""Corrections: a new event that names the one it corrects; nothing is rewritten."""

from collections.abc import Callable, Mapping
import json

from sqlalchemy.orm import Session

from lims import codes
from lims.access import Actor, Permission, require
from lims.audit.queries import event_of
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes, queries
from lims.custody.changes import Load, Moved
from lims.custody.receiving import number, word
from lims.errors import BadInput, RuleBroken
from lims.samples import queries as samples


def _place(text: str, _what: str) -> str:
    return codes.read(text)


_CHECKS: dict[str, Callable[[str, str], str]] = {
    "condition": word,
    "place": _place,
    "seal": number,
}
"""What can be put right, and what it must look like."""


def correct(
    session: Session,
    actor: Actor,
    named: str,
    seq: int,
    reason: str,
    right: Mapping[str, str],
) -> Moved:
    """Say what event number `seq` of an item should have told.

    A right `place` moves the item there where that event was its last move.
    """
    require(actor, Permission.CUSTODY_CORRECT)
    item = changes.load(session, actor, named)
    corrected = event_of(session, item.sample, seq)
    if corrected is None:
        raise BadInput(f"{item.name} has no event {seq}. The trail numbers them.")
    facts = json.loads(corrected.body)["facts"]
    wrong = {"place": facts.get("to"), **facts}
    wrong["seal"] = facts.get("seal_found", facts.get("seal"))
    told = _right(right)
    for name, value in told.items():
        if wrong.get(name) is None:
            raise BadInput(f"Event {seq} tells of no {name}.")
        if wrong[name] == value:
            raise RuleBroken(f"Event {seq} tells the same {name}: '{value}'.")
    moved = changes.stay(item, "correct")
    if "place" in told:
        moved = _elsewhere(session, actor, item, facts["to"], told["place"])
    if "seal_found" in facts:
        _mend_bag(session, item, told)
    record(
        session,
        actor,
        Tag.CUSTODY_CORRECTED,
        item.sample,
        corrects=seq,
        leaf=corrected.leaf,
        reason=word(reason, "the reason"),
        right=told,
        **moved,
    )
    session.flush()
    return changes.moved(item)


def _right(right: Mapping[str, str]) -> dict[str, str]:
    if not right or set(right) - set(_CHECKS):
        raise BadInput(f"State what is right: one of {', '.join(_CHECKS)}.")
    return {name: _CHECKS[name](value.strip(), "This") for name, value in right.items()}


def _elsewhere(
    session: Session, actor: Actor, item: Load, told: str, code: str
) -> dict[str, object]:
    if item.holding.at != told or item.holding.place_id is None:
        raise RuleBroken(
            f"{item.name} was moved since, to '{item.holding.at}'. Correct the last "
            "place it was stored in, or store it where it is."
        )
    place = samples.place(session, actor, code, locked=True)
    return changes.correct(item, changes.at_place(session, place, item))


def _mend_bag(session: Session, item: Load, told: Mapping[str, str]) -> None:
    """The manifest shows what is right; its holds are closed by whoever may."""
    bag = queries.bag_of(session, item.sample.id)
    if bag is None:
        return
    bag.seal_found = told.get("seal", bag.seal_found)
    bag.condition = told.get("condition", bag.condition)
