"""Events in words: what a line of the trail says, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Protocol

from lims.audit import words
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.desk.custody_line import Sign
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l

SIGNS = {
    Sign.CLOCK: _l("clock set back"),
    Sign.CORRECTION: _l("correction"),
    Sign.GAP: _l("gap"),
    Sign.HOLD_CLOSED: _l("hold ended"),
    Sign.HOLD_OPENED: _l("hold"),
    Sign.LATE: _l("late entry"),
    Sign.MANUAL: _l("entered by hand"),
    Sign.OVERLAP: _l("overlap"),
    Sign.UNDER_HOLD: _l("moved under a hold"),
}


class Reasoned(Protocol):
    """A mark of the custody line, or a gap: a text and what stands in it."""

    @property
    def text(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


def why(mark: Reasoned) -> str:
    """In the reader's language; a step by the name that the trail gives it."""
    told = dict(mark.values)
    if step := words.STEPS.get(told.get("action", "")):
        told["action"] = _(step)
    return _(mark.text, **told)


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
