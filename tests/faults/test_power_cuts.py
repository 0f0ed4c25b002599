"""The power fails at any moment, and no event that was acknowledged is lost.

The product's own statements, settings and transactions, recorded while samples make
their journey, are said again to an SQLite on a disk that remembers. The power is then
lost after any write, with all, none or some of what no sync had covered; the product's
own engine opens what is left.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
import shutil
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lims.audit.integrator import Integrator
from lims.audit.queries import all_faults
from lims.audit.tables import Event
from lims.audit.verification import verify
from lims.db import Database
from tests.faults.disk import MODES, State, acts_of
from tests.faults.scale import so_many
from tests.faults.stream import Said, recorded
from tests.faults.work import prepare
from tests.faults.worker import STEPS, Desk, Worker

pytestmark = pytest.mark.slow

CUTS = so_many(300, 6_000)
CONTROLS = so_many(40, 600)
RAM = Path("/dev/shm")  # noqa: S108 - for speed; each test has a folder of its own


@dataclass(frozen=True)
class Journey:
    """What was said, to the copy of which file, and the events that came of it."""

    said: list[Said]
    before: Path
    leaves: list[str]
    keys: Path
    """The folder of the keys, which lies on another disk."""


@pytest.fixture(scope="module")
def journey(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """From the mortuary's announcement to the engine's answer, with its log."""
    folder = tmp_path_factory.mktemp("journey")
    shutil.copy(sqlite_template, folder / "nomen.db")
    desk = Desk(f"sqlite:///{folder / 'nomen.db'}", folder)
    with recorded() as said:
        worker = Worker(desk)
        database = worker.laboratory.database
        integrator = Integrator(database, folder / "log-keys", "lab.example/record")
        prepare(database, desk.exports, plates=2, profiles=4)
        integrator.round()
        database.forget()  # as an erasure does: the journal is emptied
        for _ in range(4):
            for step in STEPS:
                worker.do(step)
                integrator.round()
        with database.reading() as session:
            leaves = _leaves(session)
        keys = database.ring.folder
        database.close()
    return Journey(said, sqlite_template, leaves, keys)


def test_power_cuts_lose_nothing_that_was_acknowledged(
    journey: Journey, tmp_path: Path
) -> None:
    found = _cuts(journey, tmp_path, "FULL", CUTS)
    print(dict(found))  # noqa: T201 - the figures of docs/faults.md
    assert found == {"whole": CUTS}


def test_a_lazier_setting_would_lose_events(journey: Journey, tmp_path: Path) -> None:
    """Negative control: the test sees a loss where there must be one."""
    found = _cuts(journey, tmp_path, "NORMAL", CONTROLS)
    print(dict(found))  # noqa: T201 - as above
    assert found["lost"] > CONTROLS // 10
    assert found["corrupt"] == 0


def test_no_syncs_at_all_would_ruin_the_file(journey: Journey, tmp_path: Path) -> None:
    """Negative control: the test sees a ruined file where there must be one."""
    found = _cuts(journey, tmp_path, "OFF", CONTROLS)
    print(dict(found))  # noqa: T201 - as above
    assert found["corrupt"] > 0
    assert found["lost"] > 0


def _cuts(journey: Journey, folder: Path, synchronous: str, count: int) -> Counter[str]:
    """So many losses of power, evenly over all that the disk was told; what came."""
    chance = Random(20150418)
    path = folder / "nomen.db"
    shutil.copy(journey.before, path)
    acts = acts_of(journey.said, path, synchronous)
    _expect_the_same(journey, path)
    moments = Counter(chance.randint(1, len(acts)) for _ in range(count))
    state = State({"nomen.db": bytearray(journey.before.read_bytes())})
    found: Counter[str] = Counter()
    for moment, act in enumerate(acts, start=1):
        state.take(act)
        for _ in range(moments[moment]):
            found[_after_a_cut(journey, state, chance)] += 1
    return found


def _expect_the_same(journey: Journey, path: Path) -> None:
    """What was said again led to the same record: nothing was left out."""
    database = Database(f"sqlite:///{path}", journey.keys)
    with database.reading() as session:
        assert _leaves(session) == journey.leaves
        assert all_faults(session) == {}
    database.close()


def _after_a_cut(journey: Journey, state: State, chance: Random) -> str:
    where = RAM if RAM.is_dir() else None
    with TemporaryDirectory(dir=where) as folder:
        state.without_power(chance, chance.choice(MODES), Path(folder))
        address = f"sqlite:///{Path(folder) / 'nomen.db'}"
        database = Database(address, journey.keys)
        try:
            return _judged(database, journey.leaves, state.acknowledged)
        except DBAPIError:
            return "corrupt"
        finally:
            database.close()


def _judged(database: Database, told: list[str], acknowledged: int) -> str:
    with database.reading() as session:
        if session.scalar(text("PRAGMA integrity_check")) != "ok":
            return "corrupt"
        if verify(session).faults:
            return "faults"
        leaves = _leaves(session)
    if leaves != told[: len(leaves)]:
        return "another record"
    return "whole" if len(leaves) >= acknowledged else "lost"


def _leaves(session: Session) -> list[str]:
    return list(session.scalars(select(Event.leaf).order_by(Event.id)))
