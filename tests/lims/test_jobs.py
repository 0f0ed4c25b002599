"""The worker: what it carries, and that no fault ends it."""

from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy.orm import Session

from app import laboratory
from config.settings import load
from lims import clock, jobs, queue
from lims.access import Actor
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.db import Database
from lims.handoff import erasing
from lims.handoff import queries as handoff
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package
from lims.handoff.transports import drop_folder
from lims.laboratory import Laboratory
from lims.profiles.tables import Profile
from lims.results.queries_traces import LOOK, standing
from lims.screening.receiver import answer_all
from lims.store import Store
from tests import traces
from tests.cast import Cast
from tests.objects import a_package
from tests.plates import extracts
from tests.scenes import a_scene


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


def test_what_is_erased_while_it_is_sent_is_told_as_gone(
    lab: Laboratory, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever erases learns of every package that the engine has."""
    a_package(lab)
    with lab.database.reading() as session:
        package = session.query(Package).one()
        number, profile = package.number, package.profile_id
    gone: list[list[str]] = []
    put = drop_folder.put

    def erase() -> None:
        with lab.database.transaction() as session:
            gone.append(erasing.packages(session, cast.coordinator, [profile]))
            record(session, cast.worker, Tag.SUBJECT_ERASED, system(session, "test"))

    eraser = Thread(target=erase)

    def slowly(folder: Path, name: str, body: bytes) -> None:
        eraser.start()
        eraser.join(0.3)
        assert eraser.is_alive(), "the package is erased while it leaves"
        put(folder, name, body)

    monkeypatch.setattr(drop_folder, "put", slowly)
    assert jobs.send_packages(lab, cast.worker) == 1
    eraser.join(30)
    assert gone == [[number]]


def test_what_was_erased_before_it_was_sent_does_not_leave(
    lab: Laboratory, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_package(lab)
    take = queue.take

    def erase_then(session: Session, lanes: dict[str, str | None]) -> object:
        found = take(session, lanes)
        if found is not None:
            profile = session.query(Package).one().profile_id
            assert erasing.packages(session, cast.coordinator, [profile]) == []
            record(session, cast.worker, Tag.SUBJECT_ERASED, system(session, "test"))
        return found

    monkeypatch.setattr(queue, "take", erase_then)
    assert jobs.send_packages(lab, cast.worker) == 0
    assert lab.handoff_out is not None
    assert not list(lab.handoff_out.glob("*"))


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


def test_traces_are_held_against_their_calls_by_the_worker(
    lab: Laboratory, cast: Cast
) -> None:
    with lab.database.transaction() as session:
        codes = extracts(session, 1)
    scene = a_scene(lab.database, lab.store, codes)
    scene.give(scene.table)
    scene.give(traces.injected(scene.named(), {}), "one.hid")
    assert jobs.look_at_traces(lab, cast.auditor) == 0
    with lab.database.transaction() as session:
        (promise,) = queue.unfinished(session, LOOK)
        assert "trace:check" in str(promise.trouble)  # tried again, and not lost
        promise.run_at = clock.now()
    assert jobs.look_at_traces(lab, cast.worker) == 1
    with lab.database.reading() as session:
        assert not queue.unfinished(session, LOOK)
        plate = batches.plate(session, cast.technician, scene.plate)
        assert standing(session, plate).held == 1
    assert jobs.look_at_traces(lab, cast.worker) == 0


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
