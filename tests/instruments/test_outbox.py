"""The bench's outbox: what beeped is on the disk, once, in order, and unchanged."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from instruments.outbox import Outbox, OutboxFault, broken_at

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FULL = os.environ.get("NOMEN_FAULTS") == "full"
KILLS, SCANS = (100, 5000) if FULL else (8, 400)
ROOT = Path(__file__).parents[2]
SCANNING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from instruments.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    outbox.put("scanner", "scan", str(number), b"", datetime.now(UTC))
    print(number, flush=True)  # the beep
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def _scan(outbox: Outbox, text: str) -> None:
    outbox.put("scanner", "scan", text, text.encode(), NOW)


def _texts(outbox: Outbox) -> list[str]:
    return [json.loads(one.body)["text"] for one in outbox.all()]


def test_a_scan_waits_until_the_server_has_it_even_over_a_restart(path: Path) -> None:
    with closing(Outbox(path)) as outbox:
        for text in ("A", "B", "C"):
            _scan(outbox, text)
        outbox.received(2)
    with closing(Outbox(path)) as outbox:
        (left,) = outbox.waiting()
        assert (left.seq, json.loads(left.body)["text"]) == (3, "C")
        _scan(outbox, "D")
        assert [one.seq for one in outbox.waiting()] == [3, 4]
        assert broken_at(outbox.all()) == 0


def test_no_second_process_of_a_bench_gives_the_same_numbers(path: Path) -> None:
    with closing(Outbox(path)) as outbox:
        _scan(outbox, "A")
        second = subprocess.run(
            [sys.executable, "-c", SCANNING, str(path), "0", "1"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode != 0
        assert "locked" in second.stderr
        assert len(outbox.all()) == 1


def test_a_time_without_a_zone_is_refused(path: Path) -> None:
    naive = NOW.replace(tzinfo=None)
    with closing(Outbox(path)) as outbox:
        with pytest.raises(ValueError, match="time zone"):
            outbox.put("scanner", "scan", "A", b"A", naive)
        assert outbox.all() == []


def test_an_older_disk_is_told(path: Path) -> None:
    with closing(Outbox(path)) as outbox:
        _scan(outbox, "A")
        with pytest.raises(OutboxFault, match="older disk"):
            outbox.received(2)
        assert len(outbox.waiting()) == 1


def test_a_changed_a_missing_and_a_swapped_reading_are_seen(path: Path) -> None:
    with closing(Outbox(path)) as outbox:
        for text in "ABCD":
            _scan(outbox, text)
        one, two, three, four = outbox.all()
    changed = replace(two, body=two.body.replace('"B"', '"X"'))
    assert broken_at([one, changed, three, four]) == 2
    assert broken_at([one, three, four]) == 2
    assert broken_at([one, three, two, four]) == 2
    assert broken_at([three, four], two.seq, two.hash) == 0
    assert broken_at([three, four], two.seq, one.hash) == 3


def test_ports_that_scan_at_once_share_one_order(path: Path) -> None:
    with closing(Outbox(path)) as outbox:

        def port(name: str) -> None:
            for number in range(25):
                _scan(outbox, f"{name}{number}")

        threads = [threading.Thread(target=port, args=(name,)) for name in "ABCD"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = outbox.all()
        assert len(told) == 100
        assert broken_at(told) == 0
        for name in "ABCD":
            mine = [text for text in _texts(outbox) if text.startswith(name)]
            assert mine == [f"{name}{number}" for number in range(25)]


def test_of_a_bench_that_is_killed_at_random_nothing_that_beeped_is_lost(
    path: Path,
) -> None:
    """The one after the last beep may be kept too: it was scanned, and not heard."""
    chance, beeped = random.Random(100), 0
    for kill in range(KILLS):
        most = (kill + 1) * SCANS // KILLS
        heard = _killed(path, beeped, most, chance.uniform(0.1, 0.3))
        with closing(Outbox(path)) as outbox:
            texts, told = _texts(outbox), outbox.all()
        assert texts == [str(number) for number in range(len(texts))]
        assert broken_at(told) == 0
        assert len(texts) - max([beeped, *(one + 1 for one in heard)]) in {0, 1}
        beeped = len(texts)
    assert beeped > KILLS


def _killed(path: Path, first: int, last: int, seconds: float) -> list[int]:
    command = [sys.executable, "-c", SCANNING, str(path), str(first), str(last)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as bench:
        assert bench.stdout is not None
        first_beep = bench.stdout.readline()
        time.sleep(seconds / 10)
        bench.send_signal(signal.SIGKILL)
        rest = bench.stdout.read()
    return [int(line) for line in (first_beep + rest).splitlines() if line]
