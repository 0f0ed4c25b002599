"""The worker: what it carries, and that no fault ends it."""

from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from app import laboratory
from config.settings import load
from lims import jobs
from lims.access import Actor
from lims.db import Database
from lims.handoff import queries as handoff
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package
from lims.laboratory import Laboratory
from lims.profiles.tables import Profile
from lims.screening.receiver import answer_all
from lims.store import Store
from tests.cast import Cast
from tests.objects import a_package


@pytest.fixture
def lab(database: Database, tmp_path: Path) -> Laboratory:
    return replace(
        laboratory(load(environment={})),
        database=database,
        store=Store(tmp_path / "originals"),
        handoff_out=tmp_path / "out",
        handoff_in=tmp_path / "in",
    )


def _state(lab: Laboratory, actor: Actor) -> HandoffState:
    with lab.database.reading() as session:
        return HandoffState(handoff.packages(session, actor)[0].state)


def test_a_released_profile_leaves_and_is_loaded(lab: Laboratory, cast: Cast) -> None:
    a_package(lab)
    assert _state(lab, cast.manager) is HandoffState.PENDING
    assert jobs.send_packages(lab, cast.worker) == 1
    assert _state(lab, cast.manager) is HandoffState.SENT
    assert lab.handoff_out is not None
    assert lab.handoff_in is not None
    answer_all(lab.handoff_out, lab.handoff_in)
    assert jobs.take_receipts(lab, cast.worker) == 2
    assert _state(lab, cast.manager) is HandoffState.LOADED
    with lab.database.reading() as session:
        assert session.query(Profile).one().state == "active"


def test_nothing_is_sent_or_taken_twice(lab: Laboratory, cast: Cast) -> None:
    a_package(lab)
    jobs.send_packages(lab, cast.worker)
    assert jobs.send_packages(lab, cast.worker) == 0
    assert lab.handoff_out is not None
    assert lab.handoff_in is not None
    answer_all(lab.handoff_out, lab.handoff_in)
    jobs.take_receipts(lab, cast.worker)
    assert jobs.take_receipts(lab, cast.worker) == 0


def test_a_receipt_for_other_bytes_marks_nothing_and_is_told(
    lab: Laboratory, cast: Cast
) -> None:
    a_package(lab)
    jobs.send_packages(lab, cast.worker)
    assert lab.handoff_out is not None
    assert lab.handoff_in is not None
    answer_all(lab.handoff_out, lab.handoff_in)
    for path in lab.handoff_in.glob("*.json"):
        told = path.read_text()
        start = told.index('"digest":"') + 10
        path.write_text(told[:start] + "0" * 64 + told[start + 64 :])
    jobs.take_receipts(lab, cast.worker)
    assert _state(lab, cast.manager) is HandoffState.SENT
    assert len(list((lab.handoff_in / "refused").iterdir())) == 2
    with lab.database.reading() as session:
        assert "names the digest" in str(session.query(Package).one().trouble)


def test_a_folder_that_cannot_be_written_is_tried_again(
    lab: Laboratory, cast: Cast, tmp_path: Path
) -> None:
    a_package(lab)
    (tmp_path / "out").write_text("a file stands where the folder should be")
    assert jobs.send_packages(lab, cast.worker) == 0
    assert _state(lab, cast.manager) is HandoffState.PENDING


def test_a_fault_does_not_end_the_worker(lab: Laboratory, cast: Cast) -> None:
    stop, rounds = Event(), []

    def fail_first(_lab: Laboratory, _actor: Actor) -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise ZeroDivisionError
        stop.set()
        return 1

    thread = Thread(
        target=jobs.work_until, args=(stop, lab, cast.worker, (fail_first,))
    )
    thread.start()
    thread.join(10)
    assert len(rounds) == 2


def test_a_watched_folder_takes_a_file_that_stopped_growing(
    lab: Laboratory, cast: Cast, tmp_path: Path
) -> None:
    duty = jobs.arrivals(tmp_path / "exports")
    duty(lab, cast.instrument)
    (tmp_path / "exports" / "nonsense.txt").write_text("no export")
    assert duty(lab, cast.instrument) == 0
    sleep(0.01)
    assert duty(lab, cast.instrument) == 1
    assert (tmp_path / "exports" / "waiting" / "nonsense.txt").exists()
