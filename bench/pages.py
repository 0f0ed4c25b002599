"""Pages at the size of a programme: 100,000 samples, 1,000,000 events.

Server time of one request, from its arrival to the whole answer, in turns on a small
and a large laboratory in one process, so that whatever else the machine does weighs on
both alike. That such a large laboratory is whole is proven by bench.scan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
import json
from pathlib import Path
from statistics import median, quantiles
import tempfile
from time import perf_counter, process_time

from bench import large
from lims.audit.record import watch
from lims.custody.queries import PAGE
from lims.db import Database
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Entrance, app_on
from tests.statements import counted

SMALL, LARGE = 1_000, 100_000
WARM, ROUNDS = 12, 240
MOST_MS = 60


@dataclass(frozen=True)
class Side:
    """One laboratory, and a technician's browser on it."""

    database: Database
    browser: Browser
    samples: int


@dataclass
class Took:
    """What each request took, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: int = 0


Address = Callable[[Side, int], str]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        small = side(Path(folder) / "small", SMALL)
        big = side(Path(folder) / "large", LARGE)
        told = [
            measured("list-page", small, big, filtered_list, PAGE),
            measured("trail-page", small, big, long_trail, large.LONG),
        ]
    for one in told:
        print(json.dumps(one))
    return 0 if all(one["ok"] for one in told) else 1


def side(folder: Path, samples: int) -> Side:
    folder.mkdir()
    database = large.build(folder / "nomen.db", samples)
    watch(database.sessions)
    browser = Entrance(app_on(database, folder))(Cast().technician)
    return Side(database, browser, samples)


def filtered_list(one: Side, number: int) -> str:
    """First, middle and late pages of what a technician would ask for, in turns."""
    addresses = (
        "/samples/?stream=bone",
        "/samples/?stage=stored&stream=bone",
        "/samples/?stage=stored&kind=bone+sample",
        f"/samples/?stage=stored&after={one.samples // 2}",
        f"/samples/?kind=bone+sample&after={one.samples - 2 * PAGE}",
        "/samples/?stream=bone&q=S",
    )
    return addresses[number % len(addresses)]


def long_trail(_: Side, __: int) -> str:
    return f"/trail/{large.code(0)}"


def measured(
    name: str, small: Side, big: Side, address: Address, rows: int
) -> dict[str, object]:
    before, took = Took(), Took()
    for number in range(WARM + ROUNDS):
        for one, kept in ((small, before), (big, took)):
            ask(one, address(one, number), rows, kept)
    p95 = quantiles(took.wall[WARM:], n=20)[-1] * 1000
    middle, usual = median(took.wall[WARM:]), median(before.wall[WARM:])
    return {
        "bench": name,
        "value": round(p95, 1),
        "unit": "ms",
        "median": round(middle * 1000, 1),
        "cpu_ms": round(median(took.cpu[WARM:]) * 1000, 1),
        "baseline_cpu_ms": round(median(before.cpu[WARM:]) * 1000, 1),
        "statements": took.statements,
        "rows": rows,
        "samples": big.samples,
        "baseline": round(usual * 1000, 1),
        "baseline_is": f"the median of the same page with {small.samples} samples",
        "ratio": round(middle / usual, 2),
        "goal": f"p95 at most {MOST_MS} ms",
        "ok": p95 <= MOST_MS,
    }


def ask(one: Side, address: str, rows: int, kept: Took) -> None:
    with counted(one.database) as sent:
        wall, cpu = perf_counter(), process_time()
        answer = one.browser.get(address)
        kept.cpu.append(process_time() - cpu)
        kept.wall.append(perf_counter() - wall)
    assert answer.status_code == 200, answer.text
    shown = max(answer.text.count("<tr"), answer.text.count("<li"))
    assert shown >= rows, f"{address} shows {shown} rows"
    kept.statements = max(kept.statements, len(sent))


if __name__ == "__main__":
    raise SystemExit(main())
