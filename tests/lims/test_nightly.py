"""The record is verified once a day, by night where the laboratory rests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sys
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest

from app import laboratory
from config.settings import load
from lims import nightly
from lims.audit.verification import Findings, tell
from lims.db import Database
from lims.nightly import is_due, verify_until

ROME = ZoneInfo("Europe/Rome")
NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        (None, DAY, True),
        (1, NIGHT, False),
        (19, NIGHT, False),
        (21, NIGHT, True),
        (21, DAY, False),
        (31, DAY, True),
    ],
)
def test_when_it_is_due(hours: int | None, now: datetime, due: bool) -> None:  # noqa: FBT001 - a column of the table
    last = None if hours is None else now - timedelta(hours=hours)
    assert is_due(last, now, ROME) == due


def run_once(database: Database, folder: Path) -> bool:
    """Whether the command was run in the first look."""
    lab = replace(laboratory(load(environment={})), database=database)
    ran, stop = folder / "ran", Event()
    command = [sys.executable, "-c", f"open({str(ran)!r}, 'w').close()"]
    thread = Thread(target=verify_until, args=(stop, lab, command))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nightly, "LOOK_EVERY", 0.01)
        thread.start()
        for _ in range(500):
            if ran.exists() or stop.wait(0.01):
                break
        stop.set()
        thread.join()
    return ran.exists()


def test_the_first_is_run_at_once(embedded: Database, tmp_path: Path) -> None:
    assert run_once(embedded, tmp_path)


def test_none_is_run_after_another(embedded: Database, tmp_path: Path) -> None:
    with embedded.transaction() as session:
        tell(session, Findings())
    lab = replace(laboratory(load(environment={})), database=embedded)
    stop = Event()
    thread = Thread(target=verify_until, args=(stop, lab, ["no such program"]))
    thread.start()
    stop.set()
    thread.join()


def test_a_command_that_cannot_be_run_stops_nothing(
    embedded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lab = replace(laboratory(load(environment={})), database=embedded)
    stop = Event()
    thread = Thread(target=verify_until, args=(stop, lab, ["no such program"]))
    thread.start()
    while not caplog.records:
        stop.wait(0.01)
    stop.set()
    thread.join()
    assert "did not end" in caplog.text


def test_one_that_takes_long_keeps_no_door_open(
    embedded: Database, tmp_path: Path
) -> None:
    lab = replace(laboratory(load(environment={})), database=embedded)
    ran, stop = tmp_path / "ran", Event()
    slow = f"open({str(ran)!r}, 'w').close(); import time; time.sleep(600)"
    command = [sys.executable, "-c", slow]
    thread = Thread(target=verify_until, args=(stop, lab, command), daemon=True)
    thread.start()
    while not ran.exists():
        stop.wait(0.01)
    stop.set()
    thread.join(timeout=60)
    assert not thread.is_alive()
