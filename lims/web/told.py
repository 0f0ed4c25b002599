"""Events in words: what a line of the trail says, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json

from lims.audit import words
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.web.languages import lazy_gettext as _l


@dataclass(frozen=True)
class Told:
    """One event as a line of the trail shows it."""

    at: datetime
    title: object
    facts: tuple[tuple[str, str], ...]
    way: tuple[str, str] | None
    """From where to where, as codes, when it changed hands or place."""
    actor: str
    """Name and badge, or what stands for the program itself."""
    item: str
    """Kind of the item and its number in that chain: 'sample 4'."""
    signed: bool


def tell(event: Event, people: Mapping[str, tuple[str, str]]) -> Told:
    facts = json.loads(event.body)["facts"]
    name, badge = people.get(event.actor_uid, ("", ""))
    return Told(
        at=event.at,
        title=_l(words.title(Tag(event.tag), facts)),
        facts=tuple(words.details(facts)),
        way=words.way(facts),
        actor=f"{name} ({badge})" if badge else "",
        item=f"{event.item_kind.replace('_', ' ')} {event.item_seq}",
        signed=event.tag in words.SIGNED,
    )
