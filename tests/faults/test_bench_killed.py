"""The bench process and the server it brings to, both killed at random while scanning.

A bench that starts again goes on after the last reading on its disk.
The server of this test keeps each reading once by its number and syncs before it
answers; what it shows is the bench's half of the bargain.
"""

from contextlib import closing
import json
import os
from pathlib import Path
import random
import socket
import sqlite3
import subprocess
import sys
import time
from typing import Self

import pytest

from instruments.outbox import Outbox, Reading, broken_at

pytestmark = pytest.mark.slow

FULL = os.environ.get("NOMEN_FAULTS") == "full"
KILLS, SCANS = (100, 5000) if FULL else (6, 300)
ROOT = Path(__file__).parents[2]

BENCH = """
import sys, threading, time
from pathlib import Path
from instruments.bench import Bench, Scanner, Tone
from instruments.outbox import Outbox
from instruments.posting import Server
from instruments.simulators import SimulatedLink
outbox = Outbox(Path(sys.argv[1]))
first, last = len(outbox.all()), int(sys.argv[3])
gun = SimulatedLink()
told = threading.Event()
bench = Bench(outbox, [Scanner("gun", gun)], Server(sys.argv[2], "token"),
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
import json, sqlite3, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("PRAGMA synchronous=FULL")
base.execute("CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY, body, hash)")
base.execute("CREATE TABLE IF NOT EXISTS came (seq, body)")

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        base.execute("BEGIN IMMEDIATE")
        for one in told["readings"]:
            seq = json.loads(one["body"])["seq"]
            base.execute("INSERT OR IGNORE INTO kept VALUES (?, ?, ?)",
                         (seq, one["body"], one["hash"]))
            base.execute("INSERT INTO came VALUES (?, ?)", (seq, one["body"]))
        base.execute("COMMIT")
        (last,) = base.execute("SELECT coalesce(max(seq), 0) FROM kept").fetchone()
        answer = json.dumps({"received": last}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""


def test_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    chance = random.Random(5000)
    outbox, kept, port = tmp_path / "outbox.db", tmp_path / "kept.db", _free_port()
    bench = [BENCH, outbox, f"http://127.0.0.1:{port}", SCANS]
    server = [SERVER, kept, port]
    with _Running(server) as receiver, _Running(bench) as scanning:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.15, 0.4))
            chance.choice([receiver, scanning]).kill_and_start()
        scanning.wait_for("brought")
    with closing(Outbox(outbox)) as mine:
        told = mine.all()
        assert mine.waiting() == []
    with closing(sqlite3.connect(kept)) as base:
        rows = base.execute("SELECT seq, body, hash FROM kept ORDER BY seq").fetchall()
        came = base.execute("SELECT DISTINCT seq, body FROM came").fetchall()
    assert [Reading(*row) for row in rows] == told
    assert broken_at(told) == 0
    texts = [json.loads(one.body)["text"] for one in told]
    assert texts == [str(number) for number in range(SCANS)]
    assert len(came) == len(told), "a number was given to two readings"


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
