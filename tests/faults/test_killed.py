"""Killed at any moment, the laboratory loses nothing and doubles nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from random import Random
import shutil
from signal import SIGKILL
from time import perf_counter, sleep

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lims.audit.queries import all_faults
from lims.db import Database
from lims.handoff.package import digest
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package
from tests.faults import whole, worker
from tests.faults.work import prepare
from tests.faults.worker import STEPS, Desk, Worker

pytestmark = pytest.mark.slow

PLATES, PROFILES = 12, 48
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.warm"])


@pytest.fixture(scope="module")
def desk_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a database and the work for fifty lives, to be copied."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(sqlite_template, folder / "nomen.db")
    database = Database(f"sqlite:///{folder / 'nomen.db'}")
    prepare(database, folder / "exports", PLATES, PROFILES)
    database.close()
    return folder


@pytest.fixture
def desk(desk_template: Path, tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    shutil.copytree(desk_template, folder)
    return Desk(f"sqlite:///{folder / 'nomen.db'}", folder)


def test_fifty_kills_lose_and_double_nothing(desk: Desk) -> None:
    killed = _kill(desk, 50)
    _aim_at_what_was_missed(desk, killed)
    for step in STEPS:
        assert killed[step.__name__] >= 2, "no kill proves anything of this step"
    worker.finish(desk)
    _assert_all_is_done(desk, PLATES, PROFILES)
    database = Database(desk.address)
    with database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    database.close()


def test_ten_kills_on_a_server_lose_and_double_nothing(
    postgres: Database, tmp_path: Path
) -> None:
    address = postgres.url.render_as_string(hide_password=False)
    desk = Desk(address, tmp_path, postgres.ring.folder)
    prepare(postgres, desk.exports, plates=4, profiles=12)
    _kill(desk, 10)
    worker.finish(desk)
    _assert_all_is_done(desk, plates=4, profiles=12)


PLANTED = {
    "a release without its state": (
        "UPDATE profile SET state = 'technically reviewed' WHERE state = 'released'"
    ),
    "a release without its signature": (
        "DELETE FROM signatory WHERE part = 'releasing manager'"
    ),
    "a package that nobody will send": "DELETE FROM queue_job WHERE done_at IS NULL",
    "a package forgotten by its job": "UPDATE queue_job SET done_at = run_at",
    "a package sent without its profile": (
        "UPDATE package SET state = 'sent', sent_at = prepared_at "
        "WHERE state = 'pending'"
    ),
    "a file without its findings": "DELETE FROM finding",
    "a file whose plate knows nothing of it": "UPDATE plate SET stage = 'run'",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_half_step_is_found(desk: Desk, planted: str) -> None:
    with _after_one_round(desk) as session:
        assert whole.half_steps(session) == []
        session.execute(text(planted))
        assert whole.half_steps(session) != []


def test_a_release_cannot_lose_its_package(desk: Desk) -> None:
    """The database itself refuses to delete what has a record."""
    with (
        _after_one_round(desk) as session,
        pytest.raises(DBAPIError, match="never deleted"),
    ):
        session.execute(text("DELETE FROM package WHERE state = 'pending'"))


def test_a_planted_loss_is_found(desk: Desk) -> None:
    with _after_one_round(desk) as session:
        told = _diary(desk)
        assert whole.lost(session, told) == []
        assert whole.lost(session, [*told, f"import {'0' * 64} {'0' * 32}"])
        assert whole.lost(session, [*told, f"release {'0' * 32} {'0' * 32}"])
        assert whole.lost(session, [*told, f"package {'0' * 32} loaded"])


def test_a_planted_double_is_found(desk: Desk) -> None:
    twice = (
        "INSERT INTO receipt (uid, package_id, state, taken_at, sealed) "
        "SELECT 'twice' || id, package_id, state, taken_at, sealed FROM receipt"
    )
    with _after_one_round(desk) as session:
        assert whole.doubles(session) == []
        session.execute(text(twice))
        assert whole.doubles(session) != []


def _kill(desk: Desk, times: int) -> Counter[str]:
    """Kill a worker so many times; the steps in which it died."""
    chance = Random(20150418)
    pace = _pace(desk)
    killed: Counter[str] = Counter()
    for life in range(times):
        steps = 1 + life % len(STEPS)
        moment = chance.uniform(0, 2 * pace[STEPS[steps - 1].__name__])
        killed[_a_life(desk, steps, moment)] += 1
    return killed


def _aim_at_what_was_missed(desk: Desk, killed: Counter[str]) -> None:
    """On a busy machine chance may pass by a short step: aim at it, some times more."""
    for steps, step in enumerate(STEPS, start=1):
        for life in range(40):
            if killed[step.__name__] >= 2:
                break
            killed[_a_life(desk, steps, life % 8 * 0.001)] += 1


def _a_life(desk: Desk, steps: int, moment: float) -> str:
    """One life and what it left; the step in which it ended."""
    _live_and_die(desk, steps, moment)
    database = Database(desk.address)
    with database.reading() as session:
        assert whole.half_steps(session) == []
        assert whole.doubles(session) == []
    database.close()  # so that each life opens what the last one left
    return _interrupted(_diary(desk))


def _pace(desk: Desk) -> dict[str, float]:
    """How long each step takes here: one round that nobody disturbs."""
    own = Worker(desk)
    for step in STEPS:  # the first round reads and compiles what later ones have
        own.do(step)
    found = {}
    for step in STEPS:
        start = perf_counter()
        own.do(step)
        found[step.__name__] = perf_counter() - start
    own.laboratory.database.close()
    return found


def _live_and_die(desk: Desk, steps: int, moment: float) -> None:
    """Killed this long (in seconds) after so many steps were begun."""
    target = _begun(desk) + steps
    process = PROCESSES.Process(target=worker.live, args=(desk,))
    process.start()
    while _begun(desk) < target and process.is_alive():
        sleep(0.002)
    sleep(moment)
    process.kill()
    process.join()
    assert process.exitcode == -SIGKILL, "the worker died by itself"


def _begun(desk: Desk) -> int:
    return desk.diary.read_bytes().count(b"begin ")


def _interrupted(diary: list[str]) -> str:
    """The step that was begun and not ended."""
    begun = [line.split() for line in diary if line.startswith(("begin", "end"))]
    return begun[-1][1] if begun[-1][0] == "begin" else "between two steps"


def _diary(desk: Desk) -> list[str]:
    """The lines that were written whole."""
    return desk.diary.read_text().split("\n")[:-1]


@contextmanager
def _after_one_round(desk: Desk) -> Iterator[Session]:
    """A file is in, one profile is loaded by the engine, and one waits to be sent."""
    own = Worker(desk)
    for step in (*STEPS, worker.release_a_profile):
        own.do(step)
    database = own.laboratory.database
    with database.transaction() as session:
        yield session
    database.close()


def _assert_all_is_done(desk: Desk, plates: int, profiles: int) -> None:
    database = Database(desk.address, desk.keys)
    with database.reading() as session:
        assert whole.half_steps(session) == []
        assert whole.doubles(session) == []
        assert whole.lost(session, _diary(desk)) == []
        assert all_faults(session) == {}
        packages = list(session.scalars(select(Package)))
        assert {one.state for one in packages} == {HandoffState.LOADED}
        assert [one.trouble for one in packages if one.trouble] == []
        assert len(packages) == profiles
        told = {one.uid: one.digest for one in packages}
    database.close()
    assert _sent(desk) == told
    assert not (desk.back / "refused").exists()
    assert len(list((desk.exports / "taken").iterdir())) == plates


def _sent(desk: Desk) -> dict[str, str]:
    """What the engine was given."""
    files = (desk.out / "taken").glob("*.json")
    return {path.stem: digest(path.read_bytes()) for path in files}
