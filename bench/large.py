"""A large laboratory, written in bulk through the record's own chain function.

Each sample is a bone in custody with ten events; one has sixty. The result passes
the full verification like any other database.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from lims import codes, migrate
from lims.audit.chain import Link, link
from lims.audit.tables import Event
from lims.custody.tables import Holding
from lims.db import GENESIS, Database
from lims.samples.tables import Sample
from tests.cast import Cast

START = datetime(2020, 1, 1, tzinfo=UTC)
EVENTS = 10
LONG = 60
"""Events of the item whose trail is looked at."""
CHUNK = 2_000


def build(path: Path, samples: int) -> Database:
    """A database with so many samples and ten times as many events."""
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    with database.transaction() as session:
        Cast().enter(session)
    for first in range(0, samples, CHUNK):
        numbers = range(first, min(first + CHUNK, samples))
        _write(database, [_sample(number) for number in numbers])
    return database


def code(number: int) -> str:
    """The blind code of the sample with this number: the same in every build."""
    attempt = 0

    def source(size: int) -> bytes:
        nonlocal attempt
        attempt += 1
        return sha256(f"{number}/{attempt}".encode()).digest()[:size]

    return codes.draw(codes.Kind.SAMPLE, source)


def _write(database: Database, made: list[tuple[dict[str, Any], list[Link]]]) -> None:
    with database.transaction() as session:
        connection = session.connection()
        connection.execute(insert(Sample), [row for row, _ in made])
        connection.execute(insert(Holding), [_holding(row) for row, _ in made])
        events = [event for row, links in made for event in _events(row, links)]
        connection.execute(insert(Event), events)


def _sample(number: int) -> tuple[dict[str, Any], list[Link]]:
    uid = number.to_bytes(16, "big").hex()
    links = _chain(uid, number, LONG if number == 0 else EVENTS)
    row = {
        "id": number + 1,
        "uid": uid,
        "ver": links[-1].seq,
        "head_hash": links[-1].leaf,
        "code": code(number),
        "kind": "bone sample",
        "stream": "bone",
        "organisation_id": 1,
        "unit": "",
        "created_at": START,
    }
    return row, links


def _chain(uid: str, number: int, length: int) -> list[Link]:
    """Stored and taken out in turn, after an arrival."""
    made: list[Link] = []
    after = (0, GENESIS)
    for seq in range(length):
        one = link(
            kind="sample",
            item=uid,
            after=after,
            at=START + timedelta(minutes=number % 500_000 + seq),
            actor="0" * 32,
            tag="custody:moved",
            facts={"action": "store" if seq % 2 else "take out", "place": "X000000000"},
        )
        made.append(one)
        after = (one.seq, one.leaf)
    return made


def _holding(row: dict[str, Any]) -> dict[str, Any]:
    return {"sample_id": row["id"], "stage": "in use", "holder_id": 1, "since": START}


def _events(row: dict[str, Any], links: list[Link]) -> Iterator[dict[str, Any]]:
    for one in links:
        yield {
            "item_kind": "sample",
            "item_uid": row["uid"],
            "item_seq": one.seq,
            "prev": one.prev,
            "leaf": one.leaf,
            "at": START + timedelta(minutes=(row["id"] - 1) % 500_000 + one.seq - 1),
            "actor_uid": "0" * 32,
            "tag": "custody:moved",
            "body": one.body,
        }
