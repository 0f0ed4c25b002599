"""From the commit of an event to the checkpoint that covers it.

Eight writers and the integrator beside them, as the server runs them over the embedded
database; compared with the interval at which it signs.
"""

import json
from pathlib import Path
from statistics import median
import tempfile
from threading import Event as Flag
from threading import Thread
from time import perf_counter, sleep

from sqlalchemy import func, select

from lims import migrate
from lims.audit import log
from lims.audit.integrator import Integrator
from lims.audit.record import record, system, watch
from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.db import Database
from lims.jobs import CHECKPOINT_EVERY
from tests.cast import Cast

WRITERS, SECONDS, PAUSE = 8, 20, 0.05
MOST_S = 1.2


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/nomen.db")
        migrate.upgrade(database)
        watch(database.sessions)
        with database.transaction() as session:
            Cast().enter(session)
        lags = measured(database, Path(folder) / "log-keys")
        database.close()
    lags.sort()
    p99 = lags[int(len(lags) * 0.99)]
    told = {
        "bench": "checkpoint-lag",
        "value": round(p99, 2),
        "unit": "s",
        "median": round(median(lags), 2),
        "most": round(lags[-1], 2),
        "events": len(lags),
        "baseline": CHECKPOINT_EVERY,
        "baseline_is": "the seconds between two checkpoints",
        "ratio": round(p99 / CHECKPOINT_EVERY, 2),
        "goal": f"p99 at most {MOST_S} s",
        "ok": p99 <= MOST_S,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def measured(database: Database, folder: Path) -> list[float]:
    """Seconds from commit to signed checkpoint, for every event of the writers."""
    stop = Flag()
    committed: dict[int, float] = {}
    signed: list[tuple[int, float]] = []
    threads = [
        Thread(target=write, args=(database, number, stop, committed))
        for number in range(WRITERS)
    ]
    threads.append(Thread(target=integrate, args=(database, folder, stop, signed)))
    for thread in threads:
        thread.start()
    sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        places = log.places(session, committed)
    return [
        next(at for size, at in signed if size > places[event]) - since
        for event, since in committed.items()
        if event in places and signed[-1][0] > places[event]
    ]


def write(
    database: Database, number: int, stop: Flag, committed: dict[int, float]
) -> None:
    while not stop.is_set():
        with database.transaction() as session:
            item = system(session, f"writer {number}")
            record(session, Cast().manager, Tag.REFUSED, item)
            session.flush()
            event = session.scalar(select(func.max(Event.id)))
        assert event is not None
        committed[event] = perf_counter()
        sleep(PAUSE)


def integrate(
    database: Database, folder: Path, stop: Flag, signed: list[tuple[int, float]]
) -> None:
    one = Integrator(database, folder, "bench.example/record")
    while not stop.wait(CHECKPOINT_EVERY):
        one.round()
        with database.reading() as session:
            newest = log.newest(session)
            assert newest is not None
            signed.append((newest.size, perf_counter()))


if __name__ == "__main__":
    raise SystemExit(main())
