"""A large laboratory, written in bulk through the record's own chain function.

Each sample is a bone in custody with ten events, stored on one shelf at last; one has
sixty. The result passes the full verification like any other database. Every processor
computes chains while one writes; within one `make bench` each size is built once, and
every benchmark gets a copy of its own.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
import os
from pathlib import Path
import shutil
from typing import Any

from sqlalchemy import insert

from lims import codes, migrate
from lims.audit.chain import Link, link
from lims.audit.tables import Event
from lims.custody.queries import badge_of
from lims.custody.stages import Stage
from lims.custody.tables import Holding
from lims.db import GENESIS, Database
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import Sample, Zone
from tests.cast import Cast

CAST = Cast()
START = datetime(2020, 1, 1, tzinfo=UTC)
EVENTS = 10
LONG = 60
"""Events of the item whose trail is looked at."""
CHUNK = 2_000
KEPT = "NOMEN_BENCH_FOLDER"
"""Names the folder in which `make bench` keeps what it built, until it ends."""


@dataclass(frozen=True)
class Shelf:
    """Where all of them stand, and whose hands brought them there."""

    row: int
    code: str
    badge: str


def build(path: Path, samples: int) -> Database:
    """A database with so many samples and ten times as many events."""
    folder = os.environ.get(KEPT)
    if folder is None:
        return _built(path, samples)
    kept = Path(folder) / f"{samples}.db"
    if not kept.exists():
        # The last connection that is closed leaves everything in the one file.
        _built(kept, samples).close()
    shutil.copyfile(kept, path)
    return Database(f"sqlite:///{path}")


def _built(path: Path, samples: int) -> Database:
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    shelf = _enter(database)
    firsts = range(0, samples, CHUNK)
    parts = [range(first, min(first + CHUNK, samples)) for first in firsts]
    if len(parts) == 1:
        _write(database, _part(shelf, parts[0]))
        return database
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processors:
        for part in processors.map(partial(_part, shelf), parts):
            _write(database, part)
    return database


def code(number: int) -> str:
    """The blind code of the sample with this number: the same in every build."""
    attempt = 0

    def source(size: int) -> bytes:
        nonlocal attempt
        attempt += 1
        return sha256(f"{number}/{attempt}".encode()).digest()[:size]

    return codes.draw(codes.Kind.SAMPLE, source)


def _enter(database: Database) -> Shelf:
    with database.transaction() as session:
        CAST.enter(session)
        tree = [NewPlace("Shelf", Zone.PRE_PCR_BONE)]
        (place,) = register_places(session, CAST.manager, tree)
        return Shelf(place.id, place.code, badge_of(session, CAST.technician))


Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """Some samples, as rows of the tables."""

    samples: Rows
    holdings: Rows
    events: Rows


def _part(shelf: Shelf, numbers: range) -> Part:
    made = [_sample(number, shelf) for number in numbers]
    return Part(
        [row for row, _ in made],
        [_holding(row, shelf) for row, _ in made],
        [event for row, links in made for event in _events(row, links)],
    )


def _write(database: Database, part: Part) -> None:
    with database.transaction() as session:
        connection = session.connection()
        connection.execute(insert(Event), part.events)
        connection.execute(insert(Sample), part.samples)
        connection.execute(insert(Holding), part.holdings)


def _sample(number: int, shelf: Shelf) -> tuple[dict[str, Any], list[Link]]:
    uid = sha256(f"uid {number}".encode()).hexdigest()[:32]
    links = _chain(uid, number, LONG if number == 0 else EVENTS, shelf)
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


def _chain(uid: str, number: int, length: int, shelf: Shelf) -> list[Link]:
    """Taken out and stored in turn."""
    made: list[Link] = []
    after = (0, GENESIS)
    for seq in range(length):
        one = link(
            kind="sample",
            item=uid,
            after=after,
            at=_moment(number, seq),
            actor=CAST.technician.uid,
            tag="custody:moved",
            facts=_facts(shelf, storing=seq % 2 == 1),
        )
        made.append(one)
        after = (one.seq, one.leaf)
    return made


def _facts(shelf: Shelf, *, storing: bool) -> dict[str, str]:
    if storing:
        return {
            "action": "store",
            "before": Stage.IN_USE,
            "after": Stage.STORED,
            "from": shelf.badge,
            "to": shelf.code,
        }
    return {
        "action": "take out",
        "before": Stage.STORED,
        "after": Stage.IN_USE,
        "from": shelf.code,
        "to": shelf.badge,
        "purpose": "EXTRACTION",
    }


def _moment(number: int, seq: int) -> datetime:
    return START + timedelta(minutes=number % 500_000 + seq)


def _holding(row: dict[str, Any], shelf: Shelf) -> dict[str, Any]:
    return {
        "sample_id": row["id"],
        "stage": Stage.STORED,
        "at": shelf.code,
        "place_id": shelf.row,
        "since": START,
    }


def _events(row: dict[str, Any], links: list[Link]) -> Iterator[dict[str, Any]]:
    for one in links:
        yield {
            "item_kind": "sample",
            "item_uid": row["uid"],
            "item_seq": one.seq,
            "prev": one.prev,
            "leaf": one.leaf,
            "at": _moment(row["id"] - 1, one.seq - 1),
            "actor_uid": CAST.technician.uid,
            "tag": "custody:moved",
            "body": one.body,
        }
