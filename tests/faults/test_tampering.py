"""Whatever is changed in the stored record, the verification finds and names it.

The rows of a real log are read once; then every single bit of them is flipped, one at a
time, and the same rules that `lims verify` applies look at what came of it. Rows are
also deleted, swapped, doubled and replaced in the real database, without its guards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
import random
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from lims import embedded as sqlite
from lims.audit import guards
from lims.audit.checking import Fault, Head, Stored, chain_faults
from lims.audit.integrator import Integrator
from lims.audit.log_checking import Key, Signed, checkpoint_faults, log_faults
from lims.audit.record import record, system
from lims.audit.stored import Rows
from lims.audit.tags import Tag
from lims.audit.verification import chained_tables, verify
from lims.db import Database
from tests.cast import Cast
from tests.faults.scale import FULL, so_many

ORIGIN = "lab.example/record"
STEP = so_many(7, 1)
Event = tuple[int, Stored]
Leaf = tuple[int, int, bytes]  # place, event id, hash


@dataclass(frozen=True)
class Log:
    """All that is stored of a record, as plain rows."""

    events: tuple[Event, ...]
    heads: tuple[Head, ...]
    leaves: tuple[Leaf, ...]
    nodes: tuple[tuple[int, int, bytes], ...]
    signed: tuple[Signed, ...]
    keys: tuple[Key, ...]

    def faults(self) -> list[Fault]:
        """What the verification finds, with the same joins as in the database."""
        placed: dict[int, list[tuple[bytes | None, int | None]]] = {}
        for seq, event, leaf in self.leaves:
            placed.setdefault(event, []).append((leaf, seq))
        joined = [
            stored._replace(logged=leaf, place=place)
            for number, stored in self.events
            for leaf, place in placed.get(number, [(None, None)])
        ]
        joined.sort(key=lambda one: (one.item, one.seq))
        known = {number for number, _ in self.events}
        lost = [place for place, event, _ in self.leaves if event not in known]
        return [
            *chain_faults(joined, self.heads),
            *log_faults(
                sorted((seq, leaf) for seq, _, leaf in self.leaves),
                self.nodes,
                sorted((one.size, one.root) for one in self.signed),
            ),
            *_checkpoint_faults(self.signed, self.keys),
            *(Fault("log", f"Place {place} has no event.") for place in lost),
        ]


@cache
def _checkpoint_faults(
    signed: tuple[Signed, ...], keys: tuple[Key, ...]
) -> tuple[Fault, ...]:
    return tuple(checkpoint_faults(signed, keys, frozenset()))


def furnish(database: Database, folder: Path, *batches: int) -> Log:
    """So many events more before each checkpoint, of three items in turns."""
    integrator = Integrator(database, folder / "log-keys", ORIGIN)
    for batch in batches:
        with database.transaction() as session:
            for number in range(batch):
                item = system(session, f"item {number % 3}")
                record(session, Cast().manager, Tag.REFUSED, item, n=number)
        integrator.round()
    with database.reading() as session:
        return read(session.connection())


def read(connection: Connection) -> Log:
    rows = Rows(connection)
    ids = {
        (item, seq): number
        for number, item, seq in connection.execute(
            text("SELECT id, item_uid, item_seq FROM audit_event")
        )
    }
    events = [Stored._make(row) for row in rows.events("", None)]
    leaves = connection.execute(text("SELECT seq, event_id, leaf FROM audit_leaf"))
    return Log(
        events=tuple((ids[one.item, one.seq], one) for one in events),
        heads=tuple(map(Head._make, rows.heads(chained_tables(), "", None))),
        leaves=tuple((seq, event, leaf) for seq, event, leaf in leaves),
        nodes=tuple(map(tuple, rows.nodes())),
        signed=tuple(map(Signed._make, rows.checkpoints())),
        keys=tuple(map(Key._make, rows.log_keys())),
    )


def flips(value: Any) -> Iterator[Any]:
    """The value with each of its bits flipped, one at a time.

    In the suite every seventh: over the rows that is each bit of a byte alike.
    """
    match value:
        case int():
            yield from (value ^ (1 << bit) for bit in range(24))
        case bytes():
            yield from (_flipped(value, bit) for bit in range(0, len(value) * 8, STEP))
        case str():
            raw = value.encode()
            for bit in range(0, len(raw) * 8, STEP):
                yield _flipped(raw, bit).decode(errors="backslashreplace")


def _flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.fixture
def small(embedded: Database, tmp_path: Path) -> Log:
    made = furnish(embedded, tmp_path, 4, 3)
    assert made.faults() == []
    return made


COPIES = ("item", "seq", "kind", "prev", "leaf", "at", "actor", "tag", "body")


def test_every_flipped_bit_of_an_event_is_found_and_named(small: Log) -> None:
    """In its bytes and in each of the copies beside them."""
    tried = 0
    for place, (number, event) in enumerate(small.events):
        for name in COPIES:
            for value in flips(getattr(event, name)):
                changed = event._replace(**{name: value})
                events = list(small.events)
                events[place] = (number, changed)
                faults = replace(small, events=tuple(events)).faults()
                assert {event.item, changed.item} & {one.where for one in faults}, (
                    name,
                    value,
                )
                tried += 1
    assert len(small.events) >= 20
    assert tried > 60_000 / STEP


def test_every_flipped_bit_of_a_leaf_is_found(small: Log) -> None:
    for index, leaf in enumerate(small.leaves):
        for column in range(3):
            for value in flips(leaf[column]):
                changed = (*leaf[:column], value, *leaf[column + 1 :])
                leaves = list(small.leaves)
                leaves[index] = changed
                assert replace(small, leaves=tuple(leaves)).faults(), changed


def test_every_flipped_bit_of_a_row_of_an_item_is_found(small: Log) -> None:
    for index, head in enumerate(small.heads):
        for name in ("item", "ver", "leaf"):
            for value in flips(getattr(head, name)):
                heads = list(small.heads)
                heads[index] = head._replace(**{name: value})
                heads.sort(key=lambda one: one.item)
                assert replace(small, heads=tuple(heads)).faults(), (name, value)


def test_every_flipped_bit_of_a_checkpoint_is_found_and_named(small: Log) -> None:
    """In the suite each bit of text and first signature, some of the long one."""
    assert len(small.signed) == 2
    for index, one in enumerate(small.signed):
        for name in Signed._fields:
            for number, value in enumerate(flips(getattr(one, name))):
                if name == "note" and number > 400 and number % 11 and not FULL:
                    continue
                signed = list(small.signed)
                signed[index] = one._replace(**{name: value})
                faults = replace(small, signed=tuple(signed)).faults()
                named = [
                    fault.where.startswith(("checkpoint", "log")) for fault in faults
                ]
                assert any(named), (name, number)


def test_every_flipped_bit_of_a_key_is_found(small: Log) -> None:
    for index, key in enumerate(small.keys):
        for name in Key._fields:
            for number, value in enumerate(flips(getattr(key, name))):
                if number > 200 and number % 11 and not FULL:
                    continue
                keys = list(small.keys)
                keys[index] = key._replace(**{name: value})
                assert replace(small, keys=tuple(keys)).faults(), (name, number)


def test_random_flips_in_a_thousand_events_are_found(
    embedded: Database, tmp_path: Path
) -> None:
    log = furnish(embedded, tmp_path, 600, 400)
    assert log.faults() == []
    assert log.nodes
    chance = random.Random(20261124)
    for _ in range(so_many(400, 10_000)):
        place = chance.randrange(len(log.events))
        number, event = log.events[place]
        name = chance.choice(COPIES)
        values = list(flips(getattr(event, name)))
        events = list(log.events)
        events[place] = number, event._replace(**{name: chance.choice(values)})
        assert replace(log, events=tuple(events)).faults()


TABLES: Mapping[str, str] = {
    "audit_event": "id",
    "audit_leaf": "seq",
    "audit_node": "position",
    "audit_checkpoint": "id",
    "audit_log_key": "id",
    "audit_system": "id",
}


@pytest.fixture
def unguarded(embedded: Database, tmp_path: Path) -> Iterator[Connection]:
    """The real database with a real log, its guards gone and its keys unchecked."""
    furnish(embedded, tmp_path, 260, 5)
    engine = sqlite.engine(embedded.url, None)
    with engine.connect() as connection:
        for name in guards.standing(connection):
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("COMMIT"))
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("BEGIN"))
        connection.commit()
        yield connection
    engine.dispose()


def found(connection: Connection, *statements: str) -> list[Fault]:
    """What the verification says after these statements, which are then undone."""
    with connection.begin() as change:
        for statement in statements:
            connection.execute(text(statement))
        faults = verify(Session(connection)).faults
        change.rollback()
    return [fault for fault in faults if fault.where != "guards"]


def keys_of(connection: Connection, table: str) -> list[int]:
    with connection.begin():
        rows = connection.execute(text(f"SELECT {TABLES[table]} FROM {table}"))
        return sorted(rows.scalars())


def columns_of(connection: Connection, table: str) -> list[str]:
    with connection.begin():
        told = connection.execute(text(f"PRAGMA table_info({table})")).all()
    return [row.name for row in told if row.name not in {TABLES[table], "txid"}]


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_is_gone_is_missed(unguarded: Connection, table: str) -> None:
    numbers = keys_of(unguarded, table)
    assert found(unguarded) == []
    if table == "audit_checkpoint":
        numbers.pop()  # the end that is cut off is missed by the file beside the keys
    for number in _some(numbers):
        gone = f"DELETE FROM {table} WHERE {TABLES[table]} = {number}"
        assert found(unguarded, gone), (table, number)
    assert found(unguarded, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["audit_event", "audit_leaf", "audit_checkpoint"])
def test_two_rows_that_change_places_are_noticed(
    unguarded: Connection, table: str
) -> None:
    key = TABLES[table]
    numbers = keys_of(unguarded, table)
    for one, other in zip(_some(numbers[:-1]), _some(numbers[1:]), strict=True):
        swap = (
            f"UPDATE {table} SET {key} = -1 WHERE {key} = {one}",
            f"UPDATE {table} SET {key} = {one} WHERE {key} = {other}",
            f"UPDATE {table} SET {key} = {other} WHERE {key} = -1",
        )
        assert found(unguarded, *swap), (table, one, other)


@pytest.mark.parametrize("table", ["audit_event", "audit_leaf", "audit_node"])
def test_a_row_that_was_put_in_is_noticed(unguarded: Connection, table: str) -> None:
    """A copy of a row under a new number, and, of events, in the item's order."""
    key, columns = TABLES[table], columns_of(unguarded, table)
    with unguarded.begin():
        unguarded.execute(text("PRAGMA writable_schema=OFF"))
    values = [
        f"{name} + 100000" if name in {"item_seq", "event_id"} else name
        for name in columns
    ]
    for number in _some(keys_of(unguarded, table)):
        put = (
            f"INSERT INTO {table} ({key}, {', '.join(columns)}) "
            f"SELECT {key} + 100000, {', '.join(values)} FROM {table} "
            f"WHERE {key} = {number}"
        )
        assert found(unguarded, put), (table, number)


@pytest.mark.parametrize("table", ["audit_event", "audit_leaf", "audit_checkpoint"])
def test_a_row_that_was_replaced_by_another_is_noticed(
    unguarded: Connection, table: str
) -> None:
    """Each column in turn takes the value of the next row, where that is another."""
    key = TABLES[table]
    numbers = keys_of(unguarded, table)
    seen = 0
    for name in columns_of(unguarded, table):
        for one, other in zip(_some(numbers[:-1]), _some(numbers[1:]), strict=True):
            if not _differ(unguarded, table, name, one, other):
                continue
            taken = f"(SELECT {name} FROM {table} WHERE {key} = {other})"
            change = (
                f"UPDATE OR IGNORE {table} SET {name} = {taken} WHERE {key} = {one}"
            )
            if _changes(unguarded, change):
                assert found(unguarded, change), (table, name, one)
                seen += 1
    assert seen


def _differ(
    connection: Connection, table: str, name: str, one: int, other: int
) -> bool:
    key = TABLES[table]
    with connection.begin():
        asked = f"SELECT count(DISTINCT {name}) FROM {table} WHERE {key} IN (:a, :b)"
        count = connection.scalar(text(asked), {"a": one, "b": other})
    return bool(count == 2)


def _changes(connection: Connection, statement: str) -> bool:
    """Whether the statement changes anything; a key that stands twice changes none."""
    with connection.begin() as change:
        count = connection.execute(text(statement)).rowcount
        change.rollback()
    return bool(count)


def _some(numbers: list[int]) -> list[int]:
    """All of them in full, else the first, the last and some between."""
    if FULL:
        return numbers
    step = max(1, len(numbers) // 6)
    return sorted({*numbers[:2], *numbers[::step]})
