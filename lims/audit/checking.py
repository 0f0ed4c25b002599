"""What makes the chains of the record whole: rules over rows as they are stored. Pure.

Rows come as plain tuples from the database, in order, and are never all in memory.
Each fault names the item and what is wrong there.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
import json
from operator import attrgetter
from typing import Any, NamedTuple

from lims.audit.chain import FORM
from lims.db import GENESIS

TOLD = 20
"""Faults, and places where the clock ran back, whose sentences are told; all are
counted."""


class Fault(NamedTuple):
    where: str
    """The item's uid, or the part of the log."""
    sentence: str


class Stored(NamedTuple):
    """An event, the copies beside it, and its leaf and place in the log, if any."""

    item: str
    seq: int
    kind: str
    prev: str
    leaf: str
    at: str
    """As the body writes it: 2026-11-24T08:15:00.000000Z."""
    actor: str
    tag: str
    body: bytes
    logged: bytes | None = None
    place: int | None = None


class Head(NamedTuple):
    """What an item's row says of its own chain."""

    item: str
    kind: str
    ver: int
    leaf: str


@dataclass
class Steps:
    """Where the clock ran back between two events of one item. No fault.

    Order comes from the chain alone, and what a clock said is not rewritten.
    """

    count: int = 0
    first: list[Fault] = field(default_factory=list)

    def note(self, event: Stored, before: str) -> None:
        self.count += 1
        if len(self.first) < TOLD:
            sentence = f"Event {event.seq} states {event.at}, the one before {before}."
            self.first.append(Fault(event.item, sentence))

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(self.count + other.count, (self.first + other.first)[:TOLD])


def chain_faults(
    events: Iterable[Stored], heads: Iterable[Head], steps: Steps | None = None
) -> Iterator[Fault]:
    """Both ordered by item, the events of an item by their number."""
    rows, steps = _Rows(heads), steps or Steps()
    for _, chain in groupby(events, key=attrgetter("item")):
        last = yield from _chain(chain, steps)
        yield from rows.close(last)
    yield from rows.rest()


def _chain(events: Iterable[Stored], steps: Steps) -> Generator[Fault, None, Stored]:
    """What is wrong with one item's events; the last of them."""
    seq, prev, place, at = 0, GENESIS, -1, ""
    for event in events:
        if event.seq != seq + 1 or event.prev != prev:
            yield Fault(event.item, f"Before event {event.seq} something is missing.")
        if sha256(b"\x00" + event.body).hexdigest() != event.leaf:
            yield Fault(
                event.item, f"The bytes of event {event.seq} do not give its hash."
            )
        if not _copies_hold(event):
            yield _wrong_copies(event)
        if event.place is not None:
            if event.logged is None or event.logged.hex() != event.leaf:
                yield Fault(
                    event.item,
                    f"At place {event.place} of the log stands another event than "
                    f"event {event.seq}.",
                )
            if event.place <= place:
                yield Fault(
                    event.item, f"Event {event.seq} stands in the log before its elder."
                )
            place = event.place
        if event.at < at:
            steps.note(event, at)
        seq, prev, at = event.seq, event.leaf, event.at
    return event


class _Rows:
    """The items' rows, compared one by one with the last event of each."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads = iter(heads)
        self._next = next(self._heads, None)

    def close(self, last: Stored) -> Iterator[Fault]:
        yield from self.rest(before=last.item)
        row = self._next
        if row is None or row.item != last.item:
            yield Fault(last.item, f"The events of this {last.kind} have no row.")
            return
        if (row.kind, row.ver, row.leaf) != (last.kind, last.seq, last.leaf):
            yield Fault(row.item, "The row is not as its last event left it.")
        self._next = next(self._heads, None)

    def rest(self, before: str | None = None) -> Iterator[Fault]:
        """The rows that no event tells of, up to that item."""
        while (row := self._next) and (before is None or row.item < before):
            yield Fault(
                row.item, f"This {row.kind} stands in its table without events."
            )
            self._next = next(self._heads, None)


def _copies_hold(event: Stored) -> bool:
    """Whether the columns say what the body says.

    Canonical JSON has its keys in order, so the copies stand at both ends of the body.
    """
    return event.body.startswith(
        f'{{"actor":"{event.actor}","at":"{event.at}","facts":'.encode()
    ) and event.body.endswith(
        f',"form":{FORM},"item":"{event.item}","kind":"{event.kind}",'
        f'"prev":"{event.prev}","seq":{event.seq},"tag":"{event.tag}"}}'.encode()
    )


def _wrong_copies(event: Stored) -> Fault:
    names = ("item", "seq", "prev", "kind", "at", "actor", "tag")
    try:
        told: Mapping[str, Any] = json.loads(event.body)
        wrong = [name for name in names if told[name] != getattr(event, name)]
    except (ValueError, TypeError, KeyError):
        wrong = []
    if {"item", "seq", "prev"} & set(wrong):
        sentence = f"Event {event.seq} stands in a place that it does not name."
    elif wrong:
        sentence = f"Beside event {event.seq} stands another {wrong[0]} than in it."
    else:
        sentence = f"The bytes of event {event.seq} are not written as events are."
    return Fault(event.item, sentence)
