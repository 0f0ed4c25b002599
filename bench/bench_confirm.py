"""From a scan at a bench to the server's confirmation, with sixteen benches at once.

The server runs as its own process on loopback, with its worker and the embedded
database; each bench has its own outbox on this disk, its own thread that posts, and its
own token. Compared with one bench alone on the same server.
"""

from contextlib import ExitStack
import json
from pathlib import Path
import random
from statistics import median, quantiles
import tempfile
from threading import Barrier, Event, Thread
from time import perf_counter, sleep

from bench.server_memory import furnish, serving
from instruments.bench import Bench, Scanner
from instruments.outbox import Outbox
from instruments.posting import Answer, Server
from instruments.simulators import SimulatedLink
from lims.db import Database
from lims.stations import operations
from tests.cast import Cast

BENCHES, SCANS, WARM = 16, 40, 3
APART = (0.2, 0.8)
"""Seconds between two scans of one person: far quicker than any hand."""
MOST_MS = 100
PATIENCE = 30.0


class Timed(Server):
    """The bench's own connection, which tells when a reading is confirmed."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, token, PATIENCE)
        self.kept, self.news = 0, Event()

    def send(self, *told: object, **named: object) -> Answer:
        answer = super().send(*told, **named)  # type: ignore[arg-type]
        self.kept = answer.received
        self.news.set()
        return answer


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        furnish(folder)
        tokens = enrolled(folder / "nomen.db", BENCHES + 1)
        with serving(folder) as (_, port):
            url = f"http://127.0.0.1:{port}"
            alone = measured(folder, url, tokens[:1])
            together = measured(folder, url, tokens[1:])
    p95 = quantiles(together, n=20)[-1]
    told = {
        "bench": "bench-confirm",
        "value": round(p95, 1),
        "unit": "ms",
        "median": round(median(together), 1),
        "benches": BENCHES,
        "scans": len(together),
        "baseline": round(quantiles(alone, n=20)[-1], 1),
        "baseline_is": "p95 of one bench alone",
        "ratio": round(p95 / quantiles(alone, n=20)[-1], 2),
        "goal": f"p95 at most {MOST_MS} ms",
        "ok": p95 <= MOST_MS,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def enrolled(path: Path, number: int) -> list[str]:
    """The tokens of so many new benches."""
    database, tokens = Database(f"sqlite:///{path}"), []
    with database.transaction() as session:
        for one in range(number):
            _, code = operations.add(session, Cast().administrator, f"Bench {one}")
            found = operations.enrol(session, code, "127.0.0.1")
            assert found is not None
            tokens.append(found[1])
    database.close()
    return tokens


def measured(folder: Path, url: str, tokens: list[str]) -> list[float]:
    """Milliseconds of each scan of benches that work at the same time."""
    took: list[float] = []
    begin = Barrier(len(tokens))
    with ExitStack() as stack:
        people = [
            Thread(target=work, args=(folder / token[:8], url, token, begin, took))
            for token in tokens
        ]
        for person in people:
            person.start()
            stack.callback(person.join)
    return took


def work(folder: Path, url: str, token: str, begin: Barrier, took: list[float]) -> None:
    """One person scans at one bench, and waits for each confirmation."""
    folder.mkdir()
    outbox, gun, server = (
        Outbox(folder / "outbox.db"),
        SimulatedLink(),
        Timed(url, token),
    )
    bench = Bench(outbox, [Scanner("gun", gun)], server, lambda *_: None)
    bench.start()
    chance = random.Random(token)
    begin.wait()
    for number in range(1, WARM + SCANS + 1):
        sleep(chance.uniform(*APART))
        before = perf_counter()
        gun.press(b"]d1S7K2M9QXAT\r")
        while server.kept < number:
            server.news.wait(PATIENCE)
            server.news.clear()
        if number > WARM:
            took.append((perf_counter() - before) * 1000)
    bench.stop()
    outbox.close()


if __name__ == "__main__":
    raise SystemExit(main())
