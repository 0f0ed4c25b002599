"""The bench process and the server it brings to, both killed at random while scanning.

A bench that starts again goes on after the last reading on its disk. The server is the
product's own storing and commanding, on the embedded database behind a bare door; while
the bench scans, it is asked to print as well.
"""

from contextlib import closing
from datetime import timedelta
import json
import os
from pathlib import Path
import random
import socket
import subprocess
import sys
import time
from typing import Self

import pytest
from sqlalchemy import select

from instruments.outbox import Outbox, Reading, broken_at
from lims.db import Database
from lims.people import tokens
from lims.stations import operations
from lims.stations.operations_commands import Does, command
from lims.stations.tables import StationCommand, StationReading
from tests.cast import Cast

pytestmark = pytest.mark.slow

FULL = os.environ.get("NOMEN_FAULTS") == "full"
KILLS, SCANS, LABELS = (100, 5000, 100) if FULL else (5, 250, 10)
ROOT = Path(__file__).parents[2]

BENCH = """
import os, sys, threading, time
from pathlib import Path
from instruments.bench import Bench, Printer, Scanner
from instruments.links import ScriptedLink
from instruments.outbox import Outbox
from instruments.posting import Server
from instruments.simulators import SimulatedLink
class Paper(ScriptedLink):
    def send(self, told):
        with open(sys.argv[4], "ab", buffering=0) as paper:
            paper.write(told)
            os.fsync(paper)
outbox = Outbox(Path(sys.argv[1]))
first, last = len(outbox.all()), int(sys.argv[3])
gun = SimulatedLink()
told = threading.Event()
bench = Bench(outbox, [Scanner("gun", gun), Printer("labels", Paper())],
              Server(sys.argv[2], "token"),
              lambda device, *_: told.set() if device == "gun" else None)
bench.start()
for number in range(first, last):
    told.clear()
    gun.press(b"%d\\r" % number)
    told.wait()
    time.sleep(0.004)
print("scanned", flush=True)
while outbox.waiting(1):
    time.sleep(0.01)
print("brought", flush=True)
"""

SERVER = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from lims import tables
from lims.audit.record import watch
from lims.db import Database
from lims.stations import operations, operations_commands, queries
from lims.stations.batch import understood
base = Database("sqlite:///" + sys.argv[1])
watch(base.sessions)

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        told = self.rfile.read(int(self.headers["Content-Length"]))
        batch = understood(json.loads(told))
        with base.transaction() as session:
            station = queries.by_token(session, "token")
            last = operations.receive(session, station, batch)
            operations_commands.answer(session, station, batch.outcomes)
            asked = operations_commands.hand_out(session, station)
        answer = json.dumps({"received": last, "commands": asked}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""


def test_nothing_is_lost_doubled_or_out_of_order(
    embedded: Database, cast: Cast, tmp_path: Path
) -> None:
    chance = random.Random(5000)
    outbox, paper, port = tmp_path / "outbox.db", tmp_path / "paper", _free_port()
    _furnish(embedded, cast)
    bench: list[object] = [BENCH, outbox, f"http://127.0.0.1:{port}", SCANS, paper]
    server: list[object] = [SERVER, embedded.url.database, port]
    with _Running(server) as receiver, _Running(bench) as scanning:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.4, 0.9))
            chance.choice([receiver, scanning]).kill_and_start()
        scanning.wait_for("brought")
        told, states = _until_all_are_answered(embedded)
    with closing(Outbox(outbox)) as mine:
        sent = mine.all()
        assert mine.waiting() == []
    assert told == sent
    assert broken_at(told) == 0
    texts = [json.loads(one.body)["text"] for one in told]
    assert texts == [str(number) for number in range(SCANS)]
    printed = paper.read_text().split() if paper.exists() else []
    assert len(printed) == len(set(printed)), "a label was printed twice"
    done = {label for label, state in states.items() if state == "done"}
    assert done <= set(printed)
    assert set(states.values()) <= {"done", "unsure"}
    assert set(printed) <= set(states)


def _furnish(database: Database, cast: Cast) -> None:
    """An enrolled bench with a token that is known, and labels to print at it."""
    with database.transaction() as session:
        station, _ = operations.add(session, cast.administrator, "Bench 1")
        station.token_hash = tokens.hash_of("token")
        for number in range(LABELS):
            command(
                session,
                cast.technician,
                station.uid,
                Does.PRINT,
                "labels",
                b"L%d\n" % number,
                timedelta(hours=2),
            )


def _until_all_are_answered(
    database: Database,
) -> tuple[list[Reading], dict[str, str]]:
    """What the server has stored, and what each label came to."""
    limit = time.monotonic() + 60
    while True:
        with database.reading() as session:
            rows = session.execute(
                select(StationReading.seq, StationReading.body, StationReading.hash)
            )
            told = sorted((Reading(*row) for row in rows), key=lambda one: one.seq)
            asked = session.scalars(select(StationCommand).order_by("id")).all()
            states = {f"L{at}": one.state for at, one in enumerate(asked)}
        if not set(states.values()) & {"waiting", "handed out"}:
            return told, states
        assert time.monotonic() < limit, states
        time.sleep(0.1)


class _Running:
    """A process that is killed, and started again with the same words."""

    def __init__(self, words: list[object]) -> None:
        script, *rest = map(str, words)
        self._command = [sys.executable, "-c", script, *rest]
        self._process = self._started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()

    def kill_and_start(self) -> None:
        self._kill()
        self._process = self._started()

    def wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"it ended before it said '{word}'")

    def _kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
