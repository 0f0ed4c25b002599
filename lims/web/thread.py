"""The thread of one item: every chain that its story runs through, and the story."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit import queries as audit
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.custody.line import Gap, Link, gaps, link_of
from lims.evidence import family as kin
from lims.people import queries as people
from lims.samples.queries import Sample
from lims.web.told import Told, tell

ECHOES = frozenset({Tag.SIGNATURE_MADE, Tag.PROFILE_STATE_CHANGED, Tag.PROFILE_OPENED})
"""Events that stand beside a fuller one; shown when every event is asked for."""


@dataclass(frozen=True)
class Entry:
    told: Told
    gap: Gap | None
    """What is missing after it, where custody has a hole."""


@dataclass(frozen=True)
class Thread:
    sample: Sample
    ancestors: tuple[Sample, ...]
    descendants: tuple[Sample, ...]
    entries: tuple[Entry, ...]
    events: int
    chains: int
    faults: tuple[str, ...]
    gaps: int


def thread(
    session: Session, actor: Actor, named: str, *, every: bool = False
) -> Thread:
    """The story from the bag to the engine, and whether its chains are whole."""
    family = kin.family(session, actor, named)
    items = [one.uid for one in family.all]
    items += kin.beyond(session, actor, family.all)
    events = audit.events_of(session, items)
    holes = gaps(_line(events, family.sample))
    faults = audit.faults_among(events)
    return Thread(
        sample=family.sample,
        ancestors=family.ancestors,
        descendants=family.descendants,
        entries=_entries(session, events, holes, every=every),
        events=len(events),
        chains=len({one.item_uid for one in events}),
        faults=tuple(sentence for found in faults.values() for sentence in found),
        gaps=len(holes),
    )


def _line(events: list[Event], sample: Sample) -> list[Link]:
    """The custody of this very item among all that is told."""
    told = (
        link_of(one.item_uid, one.item_seq, one.at, one.tag, one.body)
        for one in events
        if one.item_uid == sample.uid
    )
    return [link for link in told if link is not None]


def _entries(
    session: Session, events: list[Event], holes: Iterable[Gap], *, every: bool
) -> tuple[Entry, ...]:
    names = people.names_of(session, {one.actor_uid for one in events})
    missing = {(gap.item, gap.after): gap for gap in holes}
    return tuple(
        Entry(tell(one, names), missing.get((one.item_uid, one.item_seq)))
        for one in events
        if every or not _echoes(one)
    )


def _echoes(event: Event) -> bool:
    """The accession stands twice, as the code that was given and as the stage."""
    if event.tag == Tag.CUSTODY_MOVED:
        return b'"action":"accession"' in event.body
    return event.tag in ECHOES
