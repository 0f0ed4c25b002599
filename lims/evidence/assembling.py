"""Put a bundle together from the record: reads only, as the person who asked.

What prints and signs weighs tens of megabytes and is loaded when it is first used.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
import json
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit import log, merkle
from lims.audit import queries as audit
from lims.audit.chain import stamp
from lims.audit.queries import Event
from lims.errors import RuleBroken
from lims.evidence import anchoring
from lims.evidence.anchoring import LogPart
from lims.evidence.asking import Packed, Shop, samples_of
from lims.evidence.bundle import (
    Content,
    Entry,
    Item,
    Opened,
    digest,
    manifest,
    pack,
)
from lims.evidence.enclosures import enclosed
from lims.evidence.family import Named, chains
from lims.evidence.queries import scope
from lims.evidence.scope import Asked, Scope
from lims.evidence.tables import Bundle
from lims.sealing.keys import Erased

STEP = 100
"""Events between two words of how far it stands."""

SEEN_BY = {
    Permission.CONSIGNMENT_READ: {
        "consignment": {"courier", "giver"},
        "sample": {"authority", "courier", "giver", "order", "receiver"},
    },
    Permission.PROFILE_READ: {
        "injection": {"calls"},
        "profile": {"consensus", "decision", "reading"},
        "quantification": {"told"},
        "sample": {"quantity"},
    },
}
"""Which sealed fields of which items are told to whom. Others stay sealed."""

Told = Callable[[int, int], None]
"""How many events are done, of how many."""


def assemble(
    session: Session, actor: Actor, asked: Bundle, shop: Shop, told: Told
) -> Packed:
    """RuleBroken while the log has not reached what was recorded before the asking."""
    from lims.evidence import papers  # noqa: PLC0415 - 30 MB, at the first bundle

    require(actor, Permission.EVIDENCE_EXPORT)
    wanted = scope(asked)
    log_part = anchoring.log_part(session, shop.policy)
    found = samples_of(session, actor, wanted, shop.zone)
    named = chains(session, actor, found)
    events = list(_within(_events(session, named), wanted, shop.zone))
    places = _places(session, events)
    reached = [
        one for one in events if places.get(one.id, log_part.size) < log_part.size
    ]
    _refuse_behind(asked, events, reached)
    reached.sort(key=lambda one: places[one.id])
    entries = list(_entries(reached, places, log_part, told))
    files = enclosed(session, actor, shop.store, reached)
    about = papers.About(
        bundle=asked,
        owners=frozenset(one.organisation_id for one in found),
        scope=wanted,
        zone=shop.zone,
        named=named,
        log=log_part,
    )
    printed = papers.certificate(session, about, reached, entries)
    content = Content(
        uid=asked.uid,
        made=stamp(asked.asked_at),
        asked={"kind": wanted.kind, "for": list(wanted.asked)},
        items=_items(reached, named),
        entries=entries,
        anchors=log_part.anchors,
        policy=log_part.policy,
        vkeys=log_part.vkeys,
        certificate=printed,
        signed=papers.signed(session, about, printed, shop.signing),
        stamps=log_part.stamps,
        roots=anchoring.roots(shop.authority, log_part.stamps),
        openings=_openings(session, actor, reached, places, files.sealed),
        originals=files.originals,
        parts=files.parts,
        left_out=files.left_out,
    )
    packed = pack(content)
    return Packed(
        content=packed,
        manifest=sha256(manifest(packed)).hexdigest(),
        events=len(entries),
        log_size=log_part.size,
        digest=digest([one.body for one in entries]),
    )


# ---- which events


def _events(session: Session, named: Iterable[str]) -> list[Event]:
    uids = sorted(named)
    return [
        event
        for at in range(0, len(uids), audit.MANY)
        for event in audit.events_of(session, uids[at : at + audit.MANY])
    ]


def _within(events: list[Event], wanted: Scope, zone: ZoneInfo) -> Iterator[Event]:
    """Of each item, from its first event in the period to its last: without a gap."""
    if wanted.kind is not Asked.PERIOD:
        yield from events
        return
    since, until = wanted.between(zone)
    ordered = sorted(events, key=lambda one: (one.item_uid, one.item_seq))
    for _, chain in groupby(ordered, key=lambda one: one.item_uid):
        line = list(chain)
        inside = [one.item_seq for one in line if since <= one.at < until]
        if inside:
            yield from (one for one in line if inside[0] <= one.item_seq <= inside[-1])


def _places(session: Session, events: list[Event]) -> dict[int, int]:
    ids, found = [one.id for one in events], {}
    for at in range(0, len(ids), audit.MANY):
        found.update(log.places(session, ids[at : at + audit.MANY]))
    return found


def _refuse_behind(asked: Bundle, events: list[Event], reached: list[Event]) -> None:
    there = {one.id for one in reached}
    behind = [one for one in events if one.id not in there and one.at <= asked.asked_at]
    if behind or not reached:
        raise RuleBroken(
            f"The log has not reached '{len(behind) or len(events)}' of the events "
            "yet. It is tried again; if this stays, ask the administrator whether the "
            "integrator runs."
        )


def _entries(
    events: list[Event], places: dict[int, int], of: LogPart, told: Told
) -> Iterator[Entry]:
    for done, event in enumerate(events):
        if done % STEP == 0:
            told(done, len(events))
        place = places[event.id]
        proof = merkle.inclusion(of.reader, place, of.size)
        yield Entry(place, event.body, tuple(proof))
    told(len(events), len(events))


def _items(events: list[Event], named: dict[str, Named]) -> list[Item]:
    found: dict[str, list[int]] = {}
    for one in events:
        found.setdefault(one.item_uid, []).append(one.item_seq)
    return [
        Item(uid, named[uid].kind, named[uid].code, min(seqs), max(seqs))
        for uid, seqs in found.items()
    ]


# ---- what is sealed, and what events name


def _openings(
    session: Session,
    actor: Actor,
    events: list[Event],
    places: dict[int, int],
    parts: Mapping[str, tuple[Event, str]],
) -> list[Opened]:
    """The sealed fields that this person may see, and those of parts of files."""
    wanted = {
        sealed: (one, name)
        for one in events
        for name, sealed in sealed_in(one)
        if _may_see(actor, one.item_kind, name)
    } | dict(parts)
    found = audit.openings_of(session, wanted)
    return [
        Opened(places[one.id], name, *told)
        for sealed, (one, name) in wanted.items()
        if sealed in found and (told := _told(found[sealed]))
    ]


def _told(opening: audit.Opening) -> tuple[bytes, bytes] | None:
    """Salt and value; None where the subject's key was destroyed."""
    try:
        return opening.salt, opening.value
    except Erased:
        return None


def sealed_in(event: Event) -> Iterator[tuple[str, str]]:
    """Each sealed field of an event, with its commitment."""
    facts: dict[str, Any] = json.loads(event.body)["facts"]
    for name, value in facts.items():
        match value:
            case {"commitment": str(sealed)}:
                yield name, sealed


def _may_see(actor: Actor, kind: str, field: str) -> bool:
    return any(
        field in fields.get(kind, ()) and actor.may(permission)
        for permission, fields in SEEN_BY.items()
    )
