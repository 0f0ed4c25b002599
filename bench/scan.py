"""One custody scan, from the HTTP request to the committed answer.

The scan box sends it: a sample waits, and the command to take it out is scanned. That
is done with one sample after the other, in turns from a small and a large laboratory
in one process, so that whatever else the machine does weighs on both alike. Every
scan is a committed transaction of the embedded database on this disk.
"""

from dataclasses import dataclass, field
import json
from pathlib import Path
import random
from statistics import median, quantiles
import tempfile
from time import perf_counter, process_time

from bench import large
from lims.audit.queries import all_faults
from lims.audit.record import watch
from lims.db import Database
from lims.web.commands import Command, Deed, Words, commands
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Entrance, app_on
from tests.statements import counted

SMALL, LARGE = 1_000, 100_000
WARM, SCANS = 10, 300
MOST_MS, MOST_TIMES = 50, 1.2


@dataclass
class Side:
    """One laboratory, the technician's browser, and what each scan took."""

    database: Database
    browser: Browser
    codes: list[str]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: int = 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        small = side(Path(folder) / "small", SMALL)
        big = side(Path(folder) / "large", LARGE)
        for _ in range(WARM + SCANS):
            for one in (small, big):
                scan(one)
        told = figure(small, big)
        for one in (small, big):
            prove(one.database)
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def side(folder: Path, samples: int) -> Side:
    folder.mkdir()
    database = large.build(folder / "nomen.db", samples)
    watch(database.sessions)
    browser = Entrance(app_on(database, folder))(Cast().technician)
    chosen = random.Random(7).sample(range(samples), WARM + SCANS)
    return Side(database, browser, [large.code(number) for number in chosen])


def take_out(words: Words) -> str:
    """The code of the command on the sheet at the bench."""
    wanted = Command(Deed.TAKE_OUT, "EXTRACTION")
    return next(one.code for one in commands(words) if one.name == wanted.name)


def scan(one: Side) -> None:
    command = take_out(one.browser.application.extensions["lims"].words)
    told = {"code": command, "armed": one.codes.pop(), "page": "", "giver": ""}
    with counted(one.database) as sent:
        wall, cpu = perf_counter(), process_time()
        answer = one.browser.post("/scan/", data=told, headers={"HX-Request": "true"})
        one.cpu.append(process_time() - cpu)
        one.wall.append(perf_counter() - wall)
    assert answer.status_code == 200, answer.text
    assert "right" in answer.text, answer.text
    one.statements = len(sent)


def figure(small: Side, big: Side) -> dict[str, object]:
    took, before = big.wall[WARM:], small.wall[WARM:]
    p95 = quantiles(took, n=20)[-1] * 1000
    ratio = median(took) / median(before)
    return {
        "bench": "scan",
        "value": round(p95, 1),
        "unit": "ms",
        "median": round(median(took) * 1000, 1),
        "cpu_ms": round(median(big.cpu[WARM:]) * 1000, 1),
        "baseline_cpu_ms": round(median(small.cpu[WARM:]) * 1000, 1),
        "statements": big.statements,
        "samples": LARGE,
        "baseline": round(median(before) * 1000, 1),
        "baseline_is": f"the median of the same scan with {SMALL} samples, in turns",
        "ratio": round(ratio, 2),
        "goal": f"p95 at most {MOST_MS} ms, median at most {MOST_TIMES} times",
        "ok": p95 <= MOST_MS and ratio <= MOST_TIMES,
    }


def prove(database: Database) -> None:
    """The bulk and the scans together still pass the full verification."""
    with database.reading() as session:
        assert all_faults(session) == {}


if __name__ == "__main__":
    raise SystemExit(main())
