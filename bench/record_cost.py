"""What the chained record costs a commit, with eight writers.

PostgreSQL: each transaction moves an item and inserts an event: chained on the item's
row as the product does it; plain and unchained; or none. In turns, at least five
rounds, on a server of our own that syncs each commit. Embedded: eight processes at one
database file, the longest wait of any commit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import json
from multiprocessing import get_context
from pathlib import Path
import random
from statistics import median
import sys
import tempfile
from threading import Thread
from time import perf_counter
from typing import Any

from sqlalchemy import text, update

from bench.cluster import cluster
from lims import clock, migrate
from lims.audit.chain import link
from lims.audit.record import record, watch
from lims.audit.tables import System
from lims.audit.tags import Tag
from lims.db import Database
from tests.cast import Cast

WRITERS, ITEMS, ROUNDS, SECONDS = 8, 200, 5, 3.0
LEAST, MOST_P99, MOST_MS = 0.8, 1.5, 500
FACTS: dict[str, Any] = {
    "action": "store",
    "from": "B3Q7WZK4TN",
    "to": "X7K2M9QXAV",
    "n": "x" * 120,
}

Step = Callable[[Database, int], None]


def chained(database: Database, number: int) -> None:
    """As an operation does it: the row locked, the event, the row's new head."""
    with database.transaction() as session:
        item = session.get_one(System, number, with_for_update=True)
        record(session, Cast().manager, Tag.REFUSED, item, **FACTS)


def plain(database: Database, number: int) -> None:
    """The same row moved and the same bytes inserted, without any chain."""
    with database.transaction() as session:
        item = session.get_one(System, number, with_for_update=True)
        body = link(
            kind="plain",
            item=item.uid,
            after=(number, "0" * 64),
            at=clock.now(),
            actor=Cast().manager.uid,
            tag=Tag.REFUSED,
            facts=FACTS,
        ).body
        session.info["recorded"] = True
        connection = session.connection()
        connection.execute(text("INSERT INTO plain (body) VALUES (:b)"), {"b": body})
        moved = update(System).where(System.id == number)
        connection.execute(moved.values(name=f"moved {number} {random.random()}"))


def silent(database: Database, number: int) -> None:
    """The row moved, and nothing told."""
    with database.transaction() as session:
        session.get_one(System, number, with_for_update=True)
        moved = update(System).where(System.id == number)
        session.connection().execute(
            moved.values(name=f"moved {number} {random.random()}")
        )


def main() -> int:
    told = [embedded()]
    try:
        with cluster() as address:
            told.append(served(address))
    except FileNotFoundError as error:
        print(f"record-cost needs PostgreSQL on this machine: {error}", file=sys.stderr)
    for one in told:
        print(json.dumps(one))
    return 0 if len(told) > 1 and all(one["ok"] for one in told) else 1


def served(address: str) -> dict[str, Any]:
    database = furnished(address)
    rounds: dict[str, list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for step in (chained, plain, silent):
            rounds.setdefault(step.__name__, []).append(one_round(database, step))
    database.close()
    rate = {name: median(r for r, _ in found) for name, found in rounds.items()}
    p99 = {name: median(p for _, p in found) for name, found in rounds.items()}
    ratio, slower = rate["chained"] / rate["plain"], p99["chained"] / p99["plain"]
    return {
        "bench": "record-cost",
        "value": round(rate["chained"]),
        "unit": "commits/s",
        "p99_ms": round(p99["chained"], 1),
        "baseline": round(rate["plain"]),
        "baseline_p99_ms": round(p99["plain"], 1),
        "baseline_is": "the same commit with a plain unchained event",
        "ratio": round(ratio, 2),
        "p99_ratio": round(slower, 2),
        "without_event": round(rate["silent"]),
        "goal": f"at least {LEAST}, p99 at most {MOST_P99} times",
        "ok": ratio >= LEAST and slower <= MOST_P99,
    }


def one_round(database: Database, step: Step) -> tuple[float, float]:
    """Commits a second, and the 99th percentile of one in milliseconds."""
    took: list[float] = []
    end = perf_counter() + SECONDS
    threads = [
        Thread(target=write, args=(database, step, end, took)) for _ in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    return len(took) / SECONDS, took[int(len(took) * 0.99)] * 1000


def write(database: Database, step: Step, end: float, took: list[float]) -> None:
    while (started := perf_counter()) < end:
        step(database, random.randint(1, ITEMS))
        took.append(perf_counter() - started)


def furnished(address: str) -> Database:
    database = Database(address)
    migrate.upgrade(database)
    watch(database.sessions)
    with database.migrating() as connection:
        connection.execute(text("CREATE TABLE plain (id bigserial, body bytea)"))
    items(database)
    return database


def items(database: Database) -> None:
    """Rows 1 to ITEMS, the migration's own among them."""
    with database.transaction() as session:
        for number in range(ITEMS - 1):
            item = System(name=f"item {number}")
            session.add(item)
            record(session, Cast().manager, Tag.REFUSED, item)


def embedded() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder)}/nomen.db"
        database = Database(address)
        migrate.upgrade(database)
        watch(database.sessions)
        items(database)
        database.close()
        with get_context("spawn").Pool(WRITERS) as pool:
            found = pool.map(alone, [address] * WRITERS)
    took = sorted(one for part in found for one in part)
    return {
        "bench": "record-cost-embedded",
        "value": round(took[-1] * 1000),
        "unit": "ms",
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "commits_per_s": round(len(took) / SECONDS),
        "baseline": round(median(took) * 1000, 1),
        "baseline_is": "the median commit of the same eight processes",
        "ratio": round(took[-1] / median(took), 1),
        "goal": f"the worst at most {MOST_MS} ms",
        "ok": took[-1] * 1000 <= MOST_MS,
    }


def alone(address: str) -> list[float]:
    """One process among eight at the embedded database."""
    with opened(address) as database:
        took: list[float] = []
        write(database, chained, perf_counter() + SECONDS, took)
    return took


@contextmanager
def opened(address: str) -> Iterator[Database]:
    database = Database(address)
    watch(database.sessions)
    yield database
    database.close()


if __name__ == "__main__":
    raise SystemExit(main())
