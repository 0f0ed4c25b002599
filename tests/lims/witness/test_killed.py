"""A witness that is killed at any moment never cosigns two histories."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
import sqlite3
from threading import Event, Thread
from time import sleep

import pytest

from lims.anchors.post import Answer, NoAnswer, post
from lims.audit.notes import Signature, Verifier
from lims.witness.keys import read
from lims.witness.memory import Memory
from lims.witness.messages import parse_size
from lims.witness.witness import KEY_FILE, MEMORY_FILE
from tests.lims.witness.a_log import ORIGIN, ALog
from tests.lims.witness.running import a_free_port, a_witness

pytestmark = pytest.mark.slow

LIVES = 12
START = 3


class Asker:
    """Submits one history as fast as it goes on; keeps what was cosigned."""

    def __init__(self, log: ALog, url: str, stop: Event) -> None:
        self.log, self.url, self.stop = log, url, stop
        self.cosigned: dict[int, bytes] = {}
        self.thread = Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        old = 0
        while not self.stop.is_set():
            size = max(old + 1, START)
            try:
                answer = self._submit(old, size)
            except NoAnswer:
                sleep(0.002)
                continue
            if answer.status == 200:
                self.cosigned[size] = answer.body
                old = size
            elif answer.status == 409:
                old = parse_size(answer.body)
                sleep(0.001)

    def _submit(self, old: int, size: int) -> Answer:
        body = self.log.submission(old, size)
        return post(f"{self.url}/add-checkpoint", body, "text/plain")


@pytest.fixture
def stop() -> Iterator[Event]:
    made = Event()
    yield made
    made.set()


def test_twelve_kills_and_never_two_histories(tmp_path: Path, stop: Event) -> None:
    """The log shows two histories to one witness, from two threads, over all lives."""
    true, forged = ALog("event"), ALog("a rewritten event")
    port, chance = a_free_port(), Random(7)
    keys = [one.verifier for one in true.signers]
    url = f"http://127.0.0.1:{port}"
    askers = [Asker(log, url, stop) for log in (true, true, forged)]
    remembered = 0
    for life in range(LIVES):
        with a_witness(tmp_path, keys, port) as (_, process):
            if life == 0:
                for one in askers:
                    one.thread.start()
            sleep(0.1 + chance.random() / 3)
            process.kill()
            process.wait()
        last = Memory(tmp_path / MEMORY_FILE).last(ORIGIN)
        assert last.size >= remembered, "the memory went back"
        remembered = last.size
    stop.set()
    for one in askers:
        one.thread.join()
    cosigned = [one.cosigned for one in askers]
    assert bool(cosigned[0] or cosigned[1]) != bool(cosigned[2]), "two histories"
    newest = max(size for one in cosigned for size in one)
    assert newest <= remembered, "cosigned what it does not remember"
    assert newest > LIVES, "too little was asked to prove anything"
    winner = forged if cosigned[2] else true
    for lines in cosigned:
        _expect_true_lines(lines, winner, tmp_path / KEY_FILE)


def _expect_true_lines(cosigned: dict[int, bytes], log: ALog, key: Path) -> None:
    vkeys = [Verifier.parse(one) for one in read(key).vkeys]
    for size, body in cosigned.items():
        lines = body.decode().splitlines(keepends=True)
        for vkey, line in zip(vkeys, lines, strict=True):
            assert vkey.check(log.checkpoint(size).text, Signature.parse(line).blob)


def test_what_is_not_kept_is_not_cosigned(tmp_path: Path) -> None:
    """Where the memory cannot be written, no signature leaves."""
    log = ALog()
    keys = [one.verifier for one in log.signers]
    with a_witness(tmp_path, keys) as (url, _):
        path = f"{url}/add-checkpoint"
        assert post(path, log.submission(0, 5), "text/plain").status == 200
        with sqlite3.connect(tmp_path / MEMORY_FILE) as broken:
            broken.execute("DROP TABLE cosigned")
        broken.close()
        assert post(path, log.submission(5, 9), "text/plain").status == 500
