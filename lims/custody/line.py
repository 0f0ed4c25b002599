"""The line of custody: who held what and where, from event to event. Pure.

Each custody event says where the item came from and where it went, by a code: a
badge, a place, a consignment on its way. Empty is nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any

from lims.custody.stages import FINAL, Stage


def _n(text: str) -> str:
    """Marks a text for the translators."""
    return text


COURIER = "courier"
"""Where an item is on its way back: out of the house, with somebody named."""


@dataclass(frozen=True)
class Link:
    """One custody event of one item."""

    item: str
    seq: int
    at: datetime
    actor: str
    tag: str
    action: str
    before: str
    after: str
    came_from: str
    went_to: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """Between these two events nobody and no place answers for the item (rule B4)."""

    item: str
    after: int
    before: int | None
    """The event that ends it; None where it lasts until now."""
    text: str
    """Why, for the translators: `values` stand in it."""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        return self.text % self.values


def link_of(item: str, seq: int, at: datetime, tag: str, body: bytes) -> Link | None:
    """The custody told by an event's body; None where it tells of something else."""
    told = json.loads(body)
    facts = told["facts"]
    if "to" not in facts or "from" not in facts:
        return None
    return Link(
        item=item,
        seq=seq,
        at=at,
        actor=told["actor"],
        tag=tag,
        action=facts.get("action", ""),
        before=facts.get("before", ""),
        after=facts.get("after", ""),
        came_from=facts["from"],
        went_to=facts["to"],
        facts=facts,
    )


def gaps(links: Iterable[Link]) -> list[Gap]:
    """What is missing in one item's line, in its order."""
    found: list[Gap] = []
    last: Link | None = None
    for link in links:
        if last is not None:
            found += _between(last, link)
        last = link
    if last is not None and _nowhere(last):
        why = _n("Since '%(action)s' nobody holds it, and no place does.")
        found.append(Gap(last.item, last.seq, None, why, {"action": last.action}))
    return found


def _between(last: Link, link: Link) -> list[Gap]:
    if _nowhere(last):
        why = _n("After '%(action)s' nobody held it, and no place did.")
        return [Gap(link.item, last.seq, link.seq, why, {"action": last.action})]
    if last.went_to != link.came_from:
        ends = {"went_to": last.went_to, "came_from": link.came_from}
        why = _n("It went to '%(went_to)s', but came from '%(came_from)s'.")
        if not link.came_from:
            why = _n("It went to '%(went_to)s', but came from nowhere.")
        return [Gap(link.item, last.seq, link.seq, why, ends)]
    return []


def _nowhere(link: Link) -> bool:
    return not link.went_to and Stage(link.after) not in FINAL
