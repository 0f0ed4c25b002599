"""The line of custody: who held what and where, from event to event. Pure.

Each custody event says where the item came from and where it went, by a code: a
badge, a place, a consignment on its way. Empty is nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any

from lims.custody.stages import FINAL, Stage

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
    why: str


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
        why = f"Since '{last.action}' nobody holds it, and no place does."
        found.append(Gap(last.item, last.seq, None, why))
    return found


def _between(last: Link, link: Link) -> list[Gap]:
    if _nowhere(last):
        why = f"After '{last.action}' nobody held it, and no place did."
        return [Gap(link.item, last.seq, link.seq, why)]
    if last.went_to != link.came_from:
        why = (
            f"It went to '{last.went_to}', but came from "
            f"'{link.came_from or 'nowhere'}'."
        )
        return [Gap(link.item, last.seq, link.seq, why)]
    return []


def _nowhere(link: Link) -> bool:
    return not link.went_to and Stage(link.after) not in FINAL
