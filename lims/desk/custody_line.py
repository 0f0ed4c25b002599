"""The custody line as an auditor reads it: every act, and what is wrong with it. Pure.

Of an item and of everything it was made from, in the order of time. What is missing
between two acts comes from `custody.line`; here it is told apart: a gap, where nobody
and no place had the item, or an overlap, where two had it at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Any

from lims.audit.tags import Tag
from lims.custody.line import Link, gaps
from lims.custody.stages import allowed_under_hold


def _n(text: str) -> str:
    """Marks a text for the translators."""
    return text


TOLERANCE = timedelta(minutes=15)
"""An act may be recorded so much later than it was done."""
DONE_AT = ("done_at", "observed_at", "measured_at", "device_time")
"""How facts name the time that a device or a person states beside the server's."""
BY_HAND = frozenset({"by hand", "manual", "typed"})


class Sign(StrEnum):
    """What an auditor's eye is led to."""

    CLOCK = "clock set back"
    CORRECTION = "correction"
    GAP = "gap"
    HOLD_CLOSED = "hold ended"
    HOLD_OPENED = "hold"
    LATE = "late entry"
    MANUAL = "entered by hand"
    OVERLAP = "overlap"
    UNDER_HOLD = "moved under a hold"


FAULTS = frozenset({Sign.CLOCK, Sign.GAP, Sign.OVERLAP, Sign.LATE, Sign.UNDER_HOLD})


@dataclass(frozen=True)
class Mark:
    sign: Sign
    text: str
    """Why, for the translators: `values` stand in it. Without any it is as it is."""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True)
class Act:
    """One event of one item, as the record tells it."""

    item: str
    seq: int
    at: datetime
    tag: str
    actor: str
    facts: Mapping[str, Any]

    @property
    def action(self) -> str:
        return str(self.facts.get("action", ""))

    @property
    def link(self) -> Link | None:
        """The custody that it tells of, if it does."""
        if "to" not in self.facts or "from" not in self.facts:
            return None
        return Link(
            item=self.item,
            seq=self.seq,
            at=self.at,
            actor=self.actor,
            tag=self.tag,
            action=self.action,
            before=str(self.facts.get("before", "")),
            after=str(self.facts.get("after", "")),
            came_from=str(self.facts["from"]),
            went_to=str(self.facts["to"]),
            facts=dict(self.facts),
        )


@dataclass(frozen=True)
class Row:
    act: Act
    marks: tuple[Mark, ...]

    @property
    def faulty(self) -> bool:
        return any(mark.sign in FAULTS for mark in self.marks)


def rows(acts: Iterable[Act], tolerance: timedelta = TOLERANCE) -> list[Row]:
    """Every act with its marks, the oldest first; those of one item in its order.

    A clock that was set back changes no order: such an act stands with the one that it
    follows in its chain.
    """
    by_item: dict[str, list[Act]] = {}
    for act in acts:
        by_item.setdefault(act.item, []).append(act)
    marked: list[tuple[datetime, Row]] = []
    for mine in by_item.values():
        mine.sort(key=lambda act: act.seq)
        stands = accumulate((act.at for act in mine), max)
        marked += zip(stands, _marked(mine, tolerance), strict=True)
    marked.sort(key=lambda one: (one[0], one[1].act.item, one[1].act.seq))
    return [row for _, row in marked]


def _marked(acts: list[Act], tolerance: timedelta) -> list[Row]:
    missing = _missing(acts)
    held, found = 0, []
    for before, act in zip([None, *acts[:-1]], acts, strict=True):
        marks = [*_own(act, tolerance), *missing.get(act.seq, ())]
        if before is not None and act.at < before.at:
            marks.append(_set_back(before, act))
        if held and _moves(act) and not allowed_under_hold(act.action):
            why = _n("'%(action)s' was done while a hold was open.")
            marks.append(Mark(Sign.UNDER_HOLD, why, {"action": act.action}))
        held += (act.tag == Tag.HOLD_OPENED) - (act.tag == Tag.HOLD_CLOSED)
        found.append(Row(act, tuple(marks)))
    return found


def _missing(acts: list[Act]) -> dict[int, list[Mark]]:
    """By the number of the act after which custody does not hold together."""
    links = [act.link for act in acts if act.link is not None]
    sides = {one.seq: (one.went_to, other.came_from) for one, other in pairwise(links)}
    found: dict[int, list[Mark]] = {}
    for gap in gaps(links):
        went_to, came_from = sides.get(gap.after, ("", ""))
        sign = Sign.OVERLAP if went_to and came_from else Sign.GAP
        found.setdefault(gap.after, []).append(Mark(sign, gap.text, gap.values))
    return found


def _own(act: Act, tolerance: timedelta) -> list[Mark]:
    marks = []
    if (done := _done_at(act.facts)) is not None:
        apart = act.at - done
        if apart > tolerance:
            why = _n("Recorded %(time)s after it was done.")
            marks.append(Mark(Sign.LATE, why, {"time": _span(apart)}))
        if -apart > tolerance:
            why = _n("Said to be done %(time)s later.")
            marks.append(Mark(Sign.LATE, why, {"time": _span(-apart)}))
    if act.facts.get("entry") in BY_HAND or act.facts.get("manual") is True:
        marks.append(Mark(Sign.MANUAL, _n("No device stands behind the value.")))
    reason = str(act.facts.get("reason") or act.facts.get("resolution") or "")
    match act.tag:
        case Tag.CUSTODY_CORRECTED:
            told = {"event": str(act.facts.get("corrects")), "reason": reason}
            why = _n("Corrects event %(event)s: %(reason)s")
            marks.append(Mark(Sign.CORRECTION, why, told))
        case Tag.HOLD_OPENED:
            marks.append(Mark(Sign.HOLD_OPENED, reason))
        case Tag.HOLD_CLOSED:
            marks.append(Mark(Sign.HOLD_CLOSED, reason))
    return marks


def _set_back(before: Act, act: Act) -> Mark:
    why = _n(
        "The clock stood %(time)s before that of event %(event)s: it was set in "
        "between. The order is that of the record."
    )
    told = {"time": _span(before.at - act.at), "event": str(before.seq)}
    return Mark(Sign.CLOCK, why, told)


def _moves(act: Act) -> bool:
    return act.tag == Tag.CUSTODY_MOVED and act.action != "offer"


def _done_at(facts: Mapping[str, Any]) -> datetime | None:
    for name in DONE_AT:
        if isinstance(told := facts.get(name), str):
            try:
                found = datetime.fromisoformat(told)
            except ValueError:
                return None
            return found if found.tzinfo else None
    return None


def _span(length: timedelta) -> str:
    if length < timedelta(minutes=1):
        return f"{length.total_seconds():.3f} s"
    minutes = int(length.total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{days} d" * bool(days), f"{hours} h" * bool(hours), f"{minutes} min")
    return " ".join(part for part in parts if part)
