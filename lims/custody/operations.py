"""Moves of one item at the bench: stored, taken out, handed over, made into others.

What a scan states is a place, a word of the laboratory or a number; whatever else is
stated, such as a courier's name, is sealed in the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import answers
from lims.cases.words import Scope
from lims.custody import changes, queries
from lims.custody.changes import Load, Moved, Spot
from lims.custody.line import COURIER
from lims.custody.receiving import number, word
from lims.custody.stages import Stage, require_different_people
from lims.errors import BadInput, RuleBroken
from lims.people import queries as people
from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.samples.amounts import Derivation
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind, Stream


class _To(Enum):
    HANDS = auto()
    PLACE = auto()
    SAME = auto()
    COURIER = auto()
    NOWHERE = auto()


_TAKEN = (_To.HANDS, _To.PLACE, _To.COURIER)
"""Where somebody carries the item. To say that it is lost, nobody needs to hold it."""


@dataclass(frozen=True)
class _Way:
    """Who may take a step, where the item comes to be, what is told and what sealed."""

    permission: Permission
    to: _To
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[str, ...]:
        place = ("place",) if self.to is _To.PLACE else ()
        return (*place, *self.words, *self.numbers, *self.sealed)


P = Permission
MOVES = {
    "store": _Way(P.CUSTODY_MOVE, _To.PLACE),
    "take out": _Way(P.CUSTODY_MOVE, _To.HANDS, words=("purpose",)),
    "refuse": _Way(P.CONSIGNMENT_RECEIVE, _To.SAME, words=("reason",)),
    "return": _Way(P.CUSTODY_MOVE, _To.SAME, words=("reason",)),
    "send back": _Way(
        P.CUSTODY_MOVE, _To.COURIER, numbers=("seal",), sealed=("courier",)
    ),
    "confirm return": _Way(P.CUSTODY_MOVE, _To.NOWHERE, sealed=("giver", "receiver")),
    "order destruction": _Way(P.CUSTODY_DESTROY, _To.SAME, sealed=("order",)),
    "keep": _Way(P.CUSTODY_DESTROY, _To.PLACE, words=("reason",)),
    "lost": _Way(P.CUSTODY_MOVE, _To.NOWHERE, words=("reason",)),
    "found": _Way(P.CUSTODY_MOVE, _To.PLACE),
}
"""The steps that one person takes with one scan. The others are operations of their
own: they need a second person, a signature, or make something new."""


def move(
    session: Session,
    actor: Actor,
    named: str,
    action: str,
    stated: Mapping[str, str] | None = None,
) -> Moved:
    """Take one step with an item (its code, or its bag's number before accession)."""
    require(actor, _way(action).permission)
    way, given = _way(action), dict(stated or {})
    _refuse_unasked(action, given, way)
    item = changes.load(session, actor, named)
    to = _destination(session, actor, item, way, given)
    if changes.repeated(session, actor, item, action, to.at):
        return changes.moved(item, already=True)
    if way.to in _TAKEN:
        changes.refuse_if_held_by_another(item, actor, action)
    told = {
        name: word(given[name], f"the {name}") for name in way.words if name in given
    }
    told |= {name: number(given[name], "This") for name in way.numbers if name in given}
    facts = changes.take(item, action, given, to)
    if action == "take out":
        _ask_consent(session, actor, item)
    sealed = {name: given[name] for name in way.sealed}
    record(
        session,
        actor,
        Tag.CUSTODY_MOVED,
        item.sample,
        sealed=sealed,
        **facts,
        **told,
    )
    session.flush()
    return changes.moved(item)


def _way(action: str) -> _Way:
    if action not in MOVES:
        known = ", ".join(MOVES)
        raise BadInput(f"'{action[:32]}' is not a move of one scan. Known: {known}.")
    return MOVES[action]


def _refuse_unasked(action: str, given: Mapping[str, str], way: _Way) -> None:
    if unasked := sorted(set(given) - set(way.takes)):
        raise BadInput(
            f"To {action}, '{unasked[0][:32]}' is not stated. Expected: "
            f"{', '.join(way.takes) or 'nothing'}."
        )


def _destination(
    session: Session, actor: Actor, item: Load, way: _Way, given: Mapping[str, str]
) -> Spot:
    match way.to:
        case _To.HANDS:
            return changes.in_hands(session, actor)
        case _To.SAME:
            return item.spot
        case _To.COURIER:
            return Spot(COURIER)
        case _To.PLACE if given.get("place"):
            place = sample_queries.place(session, actor, given["place"], locked=True)
            if not place.is_position and sample_queries.has_positions(session, place):
                raise RuleBroken(
                    f"'{place.name}' ({place.code}) has positions. Scan the one "
                    "in which the item stands."
                )
            return changes.at_place(session, place, item)
        case _:
            return Spot()


def _ask_consent(session: Session, actor: Actor, item: Load) -> None:
    """Nobody opens a living donor's sample without active consent (rule I1)."""
    sample = item.sample
    if sample.stream != Stream.REFERENCE or sample.code is None:
        return
    if sample.kind == SampleKind.BLANK:
        return
    source = sample_queries.sources(session, actor, [sample.code])[sample.code]
    scope = Scope.DNA_IDENTIFICATION
    if not answers.consent_allows(session, actor, source, scope):
        raise RuleBroken(
            f"{item.name} must not be opened: no active consent for DNA identification "
            "stands behind it. Leave it where it is and tell the coordinator."
        )


def offer(session: Session, actor: Actor, named: str, badge: str) -> Moved:
    """First scan of a hand-over: the giver scans the item and the receiver's badge."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    item = changes.load(session, actor, named)
    receiver = people.person_with_badge(session, actor, badge)
    if item.holding.offered_to == receiver.id:
        return changes.moved(item, already=True)
    changes.refuse_if_held_by_another(item, actor, "hand over")
    changes.refuse_under_hold(item, "hand over")
    giver = queries.badge_of(session, actor)
    stated = {"giver": giver, "receiver": badge}
    stage = Stage(item.holding.stage)
    queries.WORKFLOWS[Stream(item.sample.stream)].step(stage, "hand over", stated)
    require_different_people("hand over", stated)
    item.holding.offered_to = receiver.id
    record(
        session,
        actor,
        Tag.CUSTODY_MOVED,
        item.sample,
        **changes.stay(item, "offer"),
        offered=badge,
    )
    session.flush()
    return changes.moved(item)


def accept(session: Session, actor: Actor, named: str) -> Moved:
    """Second scan of a hand-over: the receiver scans the item and holds it."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    item = changes.load(session, actor, named)
    here = changes.in_hands(session, actor)
    if changes.repeated(session, actor, item, "hand over", here.at):
        return changes.moved(item, already=True)
    if item.holding.offered_to != actor.user_id:
        raise RuleBroken(
            f"Nobody hands {item.name} over to you. Whoever holds it scans it and your "
            "badge first."
        )
    stated = {"giver": item.holding.at, "receiver": here.at}
    facts = changes.take(item, "hand over", stated, here)
    record(session, actor, Tag.CUSTODY_MOVED, item.sample, **facts)
    session.flush()
    return changes.moved(item)


def derive(
    session: Session,
    actor: Actor,
    code: str,
    derivation: Derivation,
    once: str | None = None,
) -> Sample:
    """Make a child of an item in one's hands; it is in the same hands.

    `once` is the form's own random text: the same form sent twice makes one child.
    """
    require(actor, Permission.SAMPLE_DERIVE)
    item = changes.load(session, actor, code)
    uid = _uid_of_form(item, once)
    if uid and (made := sample_queries.with_uid(session, actor, uid)):
        return made
    changes.refuse_if_held_by_another(item, actor, "derive")
    word(derivation.method, "the method")
    stated = {"method": derivation.method}
    facts = changes.take(item, "derive", stated, item.spot)
    record(session, actor, Tag.CUSTODY_MOVED, item.sample, **facts)
    child = samples.derive(session, actor, code, derivation, uid)
    begun = changes.born(session, child, item.spot)
    record(session, actor, Tag.CUSTODY_MOVED, child, **begun)
    session.flush()
    return child


def _uid_of_form(item: Load, once: str | None) -> str | None:
    if not once:
        return None
    return sha256(f"{item.sample.uid} {once}".encode()).hexdigest()[:32]


def make_blanks(
    session: Session, actor: Actor, stream: Stream, count: int = 1
) -> list[Sample]:
    """Extraction blanks, in the hands of whoever makes them."""
    require(actor, Permission.BATCH_PLAN)
    made = samples.make_blanks(session, actor, stream, count)
    here = changes.in_hands(session, actor)
    for blank in made:
        facts: dict[str, Any] = changes.born(session, blank, here)
        record(session, actor, Tag.CUSTODY_MOVED, blank, **facts)
    session.flush()
    return made
