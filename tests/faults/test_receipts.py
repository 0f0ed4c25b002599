"""Who dies between two files of the hand-off, on either side, leaves nothing half."""

from collections.abc import Iterator
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from lims import jobs
from lims.db import Database
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package
from lims.handoff.transports import drop_folder
from lims.screening.receiver import answer_all
from tests.faults import whole, worker
from tests.faults.work import prepare
from tests.faults.worker import CAST, Desk, Worker


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Iterator[Worker]:
    """A worker with one released profile, whose package waits to be sent."""
    address = database.url.render_as_string(hide_password=False)
    desk = Desk(address, tmp_path, database.ring.folder)
    prepare(database, desk.exports, plates=0, profiles=1)
    made = Worker(desk)
    made.do(worker.release_a_profile)
    yield made
    made.laboratory.database.close()


def test_an_engine_that_answers_again_at_another_moment_changes_nothing(
    own: Worker,
) -> None:
    for step in (worker.send, worker.answer):
        own.do(step)
    answers = {one.name: one.read_bytes() for one in own.desk.back.glob("*.json")}
    own.do(worker.take)
    for name, body in answers.items():
        again = {**json.loads(body), "time": "2030-01-01T00:00:00Z"}
        drop_folder.put(own.desk.back, name, json.dumps(again).encode())
    assert jobs.take_receipts(own.laboratory, CAST.worker) == 2
    _assert_loaded_once(own)


def test_an_answer_proves_that_the_package_left(own: Worker) -> None:
    """The sender died between the folder and its commit; the engine was quicker."""
    package = _package(own)
    drop_folder.put(own.desk.out, f"{package.uid}.json", package.body)
    answer_all(own.desk.out, own.desk.back)
    assert jobs.take_receipts(own.laboratory, CAST.worker) == 2
    _assert_loaded_once(own)
    worker.finish(own.desk)
    _assert_loaded_once(own)


def _package(own: Worker) -> Package:
    with own.laboratory.database.reading() as session:
        found = session.scalars(select(Package)).one()
        assert found.body  # opened while its keys are at hand
        session.expunge_all()
        return found


def _assert_loaded_once(own: Worker) -> None:
    package = _package(own)
    assert (package.state, package.trouble) == (HandoffState.LOADED, None)
    assert not (own.desk.back / "refused").exists()
    with own.laboratory.database.reading() as session:
        assert whole.half_steps(session) == []
        assert whole.doubles(session) == []
