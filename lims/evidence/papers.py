"""The certificate of one bundle: events told in words, printed and signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lims import clock, codes
from lims.audit import words
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.db import GENESIS
from lims.evidence import certificate as paper
from lims.evidence.anchoring import LogPart
from lims.evidence.bundle import Entry, digest
from lims.evidence.family import Named
from lims.evidence.scope import Scope
from lims.evidence.seal import seal
from lims.evidence.tables import Bundle
from lims.evidence.verify import NOT_PROVEN
from lims.organisations import queries as organisations
from lims.people import queries as people
from lims.samples import queries as samples

LONGEST_FACT = 300
"""Letters of one fact; a plate's wells in full are in the event alone."""
SET_BACK = (("clock", "set back since the event before it; the order is the log's"),)
MOST_SUBJECTS = 40
"""Items named at the head; the table of events names all."""


@dataclass(frozen=True)
class About:
    """What a certificate is about."""

    bundle: Bundle
    owners: frozenset[int]
    """The organisations that the samples belong to: they issue the certificate."""
    scope: Scope
    zone: ZoneInfo
    named: dict[str, Named]
    log: LogPart


@dataclass(frozen=True)
class Names:
    """How people, badges and places are called on paper."""

    people: dict[str, tuple[str, str]]
    badges: dict[str, str]
    places: dict[str, str]

    def end(self, code: str) -> str:
        """One end of a way: a person, a place, or what else its code is."""
        if code in self.badges:
            return f"{self.badges[code]} ({code})"
        if code in self.places:
            return f"{self.places[code]} ({_grouped(code)})"
        return _grouped(code)


def certificate(
    session: Session, about: About, events: Sequence[Event], entries: Sequence[Entry]
) -> bytes:
    names = _names(session, events)
    log, state = about.log, about.log.state
    subjects = [
        paper.Subject(one.text.partition(" ")[2], one.kind)
        for one in dict.fromkeys(about.named[event.item_uid] for event in events)
        if one.kind in {"sample", "consignment", "plate"}
    ]
    return paper.render(
        paper.Certificate(
            uid=about.bundle.uid,
            laboratory=_laboratory(session, about),
            asker=_asker(session, about.bundle),
            made=about.bundle.asked_at,
            zone=about.zone,
            asked=_asked(about.scope),
            subjects=subjects[:MOST_SUBJECTS],
            lines=list(_lines(events, entries, names, about.named)),
            chains=[paper.Chain(*one) for one in _chains(events, about.named)],
            digest=digest([one.body for one in entries]),
            checkpoint=paper.Checkpoint(state.text, state.line, state.fingerprint),
            anchors=log.told,
            not_proven=NOT_PROVEN,
        )
    )


def _asked(of: Scope) -> str:
    return Scope(of.kind, tuple(map(_grouped, of.asked))).text


def signed(session: Session, about: About, printed: bytes, folder: Path) -> bytes:
    name = _laboratory(session, about)
    return seal(printed, folder, laboratory=name, now=clock.now())


def _laboratory(session: Session, about: About) -> str:
    found = organisations.named(session, about.owners)
    return ", ".join(sorted(one.name for one in found.values()))


def _asker(session: Session, of: Bundle) -> str:
    name = people.names_by_id(session, [of.asked_by]).get(of.asked_by, "")
    found = organisations.named(session, [of.organisation_id])
    return f"{name}, {found[of.organisation_id].name}"


def _lines(
    events: Sequence[Event],
    entries: Sequence[Entry],
    names: Names,
    named: dict[str, Named],
) -> Iterator[paper.Line]:
    """In the order of the log; where a clock was set back in a chain it is told."""
    last: dict[str, datetime] = {}
    for event, entry in zip(events, entries, strict=True):
        back = event.at < last.get(event.item_uid, event.at)
        yield _line(event, entry, names, named, SET_BACK if back else ())
        last[event.item_uid] = event.at


def _line(
    event: Event,
    entry: Entry,
    names: Names,
    named: dict[str, Named],
    more: tuple[tuple[str, str], ...],
) -> paper.Line:
    facts = json.loads(event.body)["facts"]
    name, badge = names.people.get(event.actor_uid, ("", ""))
    way = words.way(facts)
    return paper.Line(
        at=event.at,
        what=words.title(Tag(event.tag), facts),
        who=f"{name} ({badge})" if badge else name,
        item=f"{named[event.item_uid].text}, event {event.item_seq}",
        way=(names.end(way[0]), names.end(way[1])) if way else None,
        facts=(
            *more,
            *((one, _cut(_grouped(value))) for one, value in words.details(facts)),
        ),
        signed=event.tag in words.SIGNED,
        entry=entry.index,
    )


def _names(session: Session, events: Sequence[Event]) -> Names:
    ways = [words.way(json.loads(one.body)["facts"]) for one in events]
    ends = {end for way in ways if way for end in way}
    return Names(
        people.names_of(session, {one.actor_uid for one in events}),
        people.names_of_badges(session, ends),
        samples.ways(session, ends),
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST_FACT:
        return text
    return f"{text[:LONGEST_FACT]}… (in full in the bundle)"


def _grouped(text: str) -> str:
    """Codes of ours in fours, as labels have them; other text as it is."""
    return ", ".join(
        codes.shown(one) if codes.is_code(one) else one for one in text.split(", ")
    )


def _chains(
    events: Sequence[Event], named: dict[str, Named]
) -> list[tuple[str, int, int, bool]]:
    """Each item's events here: first, last, and whether each names the one before."""
    lines: dict[str, list[Event]] = {}
    for one in events:
        lines.setdefault(one.item_uid, []).append(one)
    return [
        (
            named[uid].text,
            line[0].item_seq,
            line[-1].item_seq,
            all(
                later.item_seq == earlier.item_seq + 1 and later.prev == earlier.leaf
                for earlier, later in pairwise(line)
            )
            and (line[0].item_seq > 1 or line[0].prev == GENESIS),
        )
        for uid, line in lines.items()
    ]
