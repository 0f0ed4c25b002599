"""Whether rows still say what their events told of them, for the full verification.

Whoever has the database in hand can write another amount, stage or grade into a row and
leave its chain alone. A column says in its `info` how the record tells it: `told` names
the facts of which the newest counts, in clear or sealed, or with `first` the eldest, or
with `or_empty` nothing at all, as after an erasure; `by` the column of the row that it
points to, `code` where none is named; `told_by` the kind of event without which it is
empty. Of a table without chains the column with `told_on` points to the row whose chain
tells. What no column says so of is not compared: docs/auditor.md names it.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
import json
import re
from typing import Any

from sqlalchemy import Column, Select, Table, select
from sqlalchemy.orm import Session

from lims import boxes
from lims.audit.chain import commitment, stamp
from lims.audit.checking import Fault
from lims.audit.tables import Event, Opening
from lims.audit.tags import Tag
from lims.db import Base
from lims.keyring import UnsafeKeys
from lims.sealing import keys

AHEAD = 500
"""Rows read at a time, and openings looked up at a time."""
STREAM = {"yield_per": AHEAD}
SHUT = "subject keys"
"""Where the folder of the keys does not open what is sealed."""
ERASED = (Tag.SUBJECT_ERASED, Tag.ERASURE_REPLAYED)


@dataclass
class Told:
    """What the events of one item say: the newest and the first of each fact."""

    facts: dict[str, Any] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    order: dict[str, int] = field(default_factory=dict)

    def take(self, seq: int, facts: Mapping[str, Any]) -> None:
        for name, value in facts.items():
            self.facts[name], self.order[name] = value, seq
            self.first.setdefault(name, value)

    def newest(self, names: Iterable[str]) -> str | None:
        """Of these names of facts the one that was told last."""
        known = [name for name in names if name in self.order]
        return max(known, key=self.order.__getitem__, default=None)


@dataclass(frozen=True)
class Sealed:
    """A value that an event commits to, and what the row says in its place."""

    where: str
    column: str
    name: str
    commitment: str
    value: Any


def row_faults(session: Session) -> Iterator[Fault]:
    """Every row with a chain whose columns say something else than its events."""
    shut = False
    for table in Base.metadata.sorted_tables:
        if not any(map(_is_told, table.columns)):
            continue
        for fault in _of_table(session, table):
            if fault.where != SHUT:
                yield fault
            elif not shut:  # said once, however many rows cannot be opened
                shut = True
                yield fault


def _chained(table: Table) -> Column[Any] | None:
    """The column that points to the row with the chain; None where it is this one."""
    return next((one for one in table.columns if one.info.get("told_on")), None)


def _is_told(column: Column[Any]) -> bool:
    return "told" in column.info or "told_by" in column.info


def _of_table(session: Session, table: Table) -> Iterator[Fault]:
    columns = [one for one in table.columns if _is_told(one)]
    names = {name for one in columns for name in one.info.get("told", ())}
    waiting: list[Sealed] = []
    pointer = _chained(table)
    kind = table if pointer is None else _other(pointer)
    with (
        closing(_told(session, kind.name, names)) as chains,
        closing(
            session.execute(_rows(table, columns), execution_options=STREAM)
        ) as rows,
    ):
        for uid, values, told in _beside(rows, chains):
            for column, value in zip(columns, values, strict=True):
                found = _compare(uid, column, value, told)
                if isinstance(found, Sealed):
                    waiting.append(found)
                elif found:
                    yield found
            if len(waiting) >= AHEAD:
                yield from _opened(session, waiting)
                waiting = []
    yield from _opened(session, waiting)


def _beside(
    rows: Iterable[Any], chains: Iterator[tuple[str, Told]]
) -> Iterator[tuple[str, list[Any], Told]]:
    """Each row with what its events tell; both come in the order of pseudonyms."""
    item, told = next(chains, ("", Told()))
    for uid, *values in rows:
        while item and item < uid:
            item, told = next(chains, ("", Told()))
        if item == uid:
            yield uid, values, told


def _told(
    session: Session, kind: str, names: Iterable[str]
) -> Generator[tuple[str, Told], None, None]:
    """The chains of one kind of item, in the order of their pseudonyms.

    Bodies without any of these names are not read, which is most of them.
    """
    telling = re.compile(b'"(?:%s)":' % "|".join(sorted(names)).encode())
    wanted = (
        select(Event.item_uid, Event.item_seq, Event.tag, Event.body)
        .where(Event.item_kind == kind)
        .order_by(Event.item_uid, Event.item_seq)
    )
    with closing(session.execute(wanted, execution_options=STREAM)) as found:
        for uid, events in groupby(found, key=lambda row: str(row[0])):
            told = Told()
            for _uid, seq, tag, body in events:
                told.tags.add(tag)
                if telling.search(body):
                    told.take(seq, _facts(body))
            yield uid, told


def _facts(body: bytes) -> Mapping[str, Any]:
    """None where the body is damaged: the walk of the chains names that."""
    with suppress(ValueError, TypeError, KeyError):
        return dict(json.loads(body)["facts"])
    return {}


def _rows(table: Table, columns: list[Column[Any]]) -> Select[Any]:
    """The rows in the order of their pseudonyms; a pointer as what it points to."""
    shown: list[Any] = []
    source: Any = table
    uid: Any = table.c.get("uid")
    if (pointer := _chained(table)) is not None:
        other = _other(pointer)
        source, uid = source.join(other, other.c.id == pointer), other.c.uid
    for column in columns:
        keys = [] if "told_by" in column.info else list(column.foreign_keys)
        if not keys:
            shown.append(column)
            continue
        other = _other(column).alias()
        source = source.outerjoin(other, other.c.id == column)
        shown.append(other.c[column.info.get("by", "code")])
    return select(uid, *shown).select_from(source).order_by(uid)


def _other(pointer: Column[Any]) -> Any:
    """The table of the row that a column points to."""
    return next(iter(pointer.foreign_keys)).column.table


def _compare(
    uid: str, column: Column[Any], value: Any, told: Told
) -> Fault | Sealed | None:
    if tag := column.info.get("told_by"):
        there = str(tag) in told.tags
        return None if there == (value is not None) else _fault(uid, column)
    name = told.newest(column.info["told"])
    if name is None or (value is None and column.info.get("or_empty")):
        return None
    fact = (told.first if column.info.get("first") else told.facts)[name]
    if isinstance(fact, dict) and set(fact) == {"commitment"}:
        return Sealed(uid, _named(column), name, str(fact["commitment"]), value)
    return None if _same(fact, value) else _fault(uid, column)


def _opened(session: Session, waiting: list[Sealed]) -> Iterator[Fault]:
    """Those whose openings are there: of the erased nothing can be compared.

    Where nothing was ever erased each must be there: who takes it away hides a change.
    """
    wanted = select(Opening).where(
        Opening.commitment.in_([one.commitment for one in waiting])
    )
    there = {one.commitment: one for one in session.scalars(wanted)}
    try:
        keys.known(session, {one.subject_uid for one in there.values()})
    except (boxes.DoesNotOpen, UnsafeKeys) as error:
        yield Fault(SHUT, f"What events sealed is not held against the rows. {error}")
        return
    gone = [one for one in waiting if one.commitment not in there]
    if gone and not _anything_erased(session):
        for one in gone:
            yield Fault(
                one.where,
                f"What opened its {one.column} is gone, though nothing was erased.",
            )
    for one in waiting:
        if one.commitment in there and not _holds(one, there[one.commitment]):
            yield Fault(one.where, f"Its {one.column} is not what its event sealed.")


def _anything_erased(session: Session) -> bool:
    wanted = select(Event.id).where(Event.tag.in_(ERASED)).limit(1)
    return session.scalar(wanted) is not None


def _holds(one: Sealed, kept: Opening) -> bool:
    try:
        value = json.loads(kept.value)
        made = commitment(kept.salt, one.name, value)
    except (boxes.DoesNotOpen, keys.Erased, UnsafeKeys):
        return True  # whoever has no keys compares what stands in clear
    except ValueError:
        return False
    return made == one.commitment and _same(value, one.value)


def _same(fact: Any, value: Any) -> bool:
    """Whether a fact, as JSON writes it, is what a column gives."""
    match value:
        case Decimal():
            with suppress(InvalidOperation):
                return isinstance(fact, str | int) and Decimal(fact) == value
            return False
        case datetime():
            return bool(fact == stamp(value))
        case date():
            return bool(fact == value.isoformat())
    return bool(fact == value) or (fact is None and value == "")


def _fault(uid: str, column: Column[Any]) -> Fault:
    return Fault(uid, f"Its {_named(column)} is not what its events tell.")


def _named(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"
