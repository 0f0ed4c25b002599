"""The full verification: every byte, column, chain, place, node and signature.

Memory stays flat: rows are read in order, in streams. The chains can be walked in
several processes, each with a range of the items.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
import json
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lims.access import SYSTEM
from lims.audit import guards, log
from lims.audit.checking import TOLD, Fault, Head, Steps, Stored, chain_faults
from lims.audit.log_checking import Key, Signed, checkpoint_faults, log_faults
from lims.audit.record import record, system
from lims.audit.stored import Rows
from lims.audit.tags import Tag
from lims.db import Base, is_chained

NAME = "verification"
"""The part of the system whose chain tells of every full verification."""
Range = tuple[str, str | None]
EVERYTHING: Range = ("", None)
"""From the first uid on, and up to, not with, another or to the end."""


@dataclass
class Findings:
    """What one verification found."""

    events: int = 0
    size: int = 0
    """Events with their place in the log."""
    faults: list[Fault] = field(default_factory=list)
    steps: Steps = field(default_factory=Steps)
    """Where the clock ran back. Told, and no fault: order is that of places."""
    noted: list[Fault] = field(default_factory=list)
    """What else an administrator should know, though nothing is wrong."""

    @property
    def whole(self) -> bool:
        return not self.faults

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.events + other.events,
            max(self.size, other.size),
            self.faults + other.faults,
            self.steps + other.steps,
            self.noted + other.noted,
        )


def ranges(parts: int) -> list[Range]:
    """Equal parts of the items by the first two digits of their uid."""
    edges = [f"{256 * part // parts:02x}" for part in range(1, parts)]
    return list(zip(["", *edges], [*edges, None], strict=True))


def verify(session: Session) -> Findings:
    """Everything, in this process."""
    return verify_chains(session, EVERYTHING) + verify_log(session)


def verify_chains(session: Session, part: Range) -> Findings:
    """The chains of a range of the items, their rows, and their places in the log."""
    try:
        return _chains(Rows(session.connection()), part)
    except DBAPIError:
        return _chains(Rows(session.connection(), careful=True), part)


def verify_log(session: Session) -> Findings:
    """The log's places, nodes, checkpoints, keys; and that the guards stand."""
    connection = session.connection()
    try:
        faults = list(_log(Rows(connection)))
    except DBAPIError:
        faults = list(_log(Rows(connection, careful=True)))
    faults += [
        Fault("guards", f"The guard '{name}' does not stand as it was made.")
        for name in sorted(guards.missing(connection))
    ]
    return Findings(size=log.size(session), faults=faults)


def tell(session: Session, found: Findings) -> None:
    """Put the result on record."""
    record(
        session,
        SYSTEM,
        Tag.RECORD_VERIFIED,
        system(session, NAME),
        whole=found.whole,
        events=found.events,
        size=found.size,
        faults=len(found.faults),
        told=[f"{one.where}: {one.sentence}" for one in found.faults[:TOLD]],
        clock_ran_back=found.steps.count,
    )


def chained_tables() -> list[str]:
    """The tables whose rows have a chain each."""
    return [one.name for one in Base.metadata.sorted_tables if is_chained(one)]


def _chains(rows: Rows, part: Range) -> Findings:
    found = Findings()

    def counted() -> Iterator[Stored]:
        for row in rows.events(*part):
            found.events += 1
            yield Stored._make(row)

    heads = map(Head._make, rows.heads(chained_tables(), *part))
    found.faults += chain_faults(counted(), heads, found.steps)
    return found


def _log(rows: Rows) -> Iterator[Fault]:
    with (
        closing(rows.leaves()) as leaves,
        closing(rows.nodes()) as nodes,
        closing(rows.roots()) as roots,
    ):
        yield from log_faults(leaves, nodes, roots)
    keys = [Key._make(row) for row in rows.log_keys()]
    signed = map(Signed._make, rows.checkpoints())
    yield from checkpoint_faults(signed, keys, _announced(rows.connection))
    if lost := rows.without_event():
        yield Fault("log", f"{lost} places of the log have no event.")
    for item, seq in rows.overlooked():
        yield Fault(
            item,
            f"Event {seq} has no place in the log, though younger events have theirs: "
            "it was put in beside the record.",
        )


def _announced(connection: Connection) -> frozenset[str]:
    """The keys that the record has told of at a rotation."""
    told = text("SELECT body FROM audit_event WHERE tag = :tag")
    bodies = connection.execute(told, {"tag": Tag.LOG_KEYS_ROTATED}).scalars()
    return frozenset(vkey for body in bodies for vkey in _new_keys(body))


def _new_keys(body: bytes) -> list[str]:
    """No key where the body is damaged: the walk of the chains names that."""
    try:
        facts: Mapping[str, Any] = json.loads(body)["facts"]
        return list(map(str, facts["new"]))
    except (ValueError, TypeError, KeyError):
        return []
