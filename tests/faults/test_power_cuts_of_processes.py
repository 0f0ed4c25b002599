"""The power fails under the real process: its files fall back to what was synced.

A worker imports, releases and carries; the database, the originals and the exchanged
files lie on a tree that keeps only what was synced. What the worker told of after each
commit stands in a diary elsewhere. Then the power fails, and the next life begins
with what is left.
"""

from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
import shutil
from signal import SIGKILL
from time import monotonic, sleep

import pytest
from sqlalchemy import text

from lims import embedded
from lims.audit.queries import all_faults
from lims.db import Database
from tests.faults import whole, worker
from tests.faults.mounts import expect_fuse, lazy
from tests.faults.scale import so_many
from tests.faults.work import prepare
from tests.faults.worker import Desk

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_fuse")]

CUTS = so_many(6, 50)
PATIENCE = 60.0
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.warm"])


@dataclass(frozen=True)
class Lit(Desk):
    """A desk whose diary lies where the power does not fail."""

    told: Path = Path()

    @property
    def diary(self) -> Path:
        return self.told


@pytest.fixture(scope="module", name="_fuse")
def _fuse() -> None:
    expect_fuse()


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    durable = tmp_path / "durable"
    durable.mkdir()
    shutil.copy(sqlite_template, durable / "nomen.db")
    database = Database(f"sqlite:///{durable / 'nomen.db'}")
    prepare(database, durable / "exports", so_many(3, 12), so_many(8, 48))
    database.close()
    (tmp_path / "diary").touch()
    return tmp_path


def test_power_cuts_lose_nothing_that_the_process_told_of(folder: Path) -> None:
    chance, told = Random(20150418), folder / "diary"
    for life in range(CUTS):
        _live_until_the_power_fails(folder, 1 + life % 5, chance.uniform(0, 0.15))
        assert _wrong(folder / "durable", told) == [], f"after cut {life}"
    assert len(told.read_text().splitlines()) > CUTS


def test_a_lazier_setting_would_lose_what_was_told(
    folder: Path,
) -> None:
    """Negative control: the test sees a loss where there must be one."""
    _live_until_the_power_fails(folder, 4, 0.05, lazily=True)
    assert any("Lost" in one for one in _wrong(folder / "durable", folder / "diary"))


def live(desk: Lit, *, lazily: bool) -> None:
    if lazily:
        lax = [one.replace("=FULL", "=NORMAL") for one in embedded.PRAGMAS]
        setattr(embedded, "PRAGMAS", tuple(lax))  # noqa: B010 - its type is its length
    worker.live(desk)


def _live_until_the_power_fails(
    folder: Path, steps: int, moment: float, *, lazily: bool = False
) -> None:
    """So many seconds after so many steps were begun."""
    with lazy(folder) as mount:
        desk = Lit(
            f"sqlite:///{mount.seen / 'nomen.db'}", mount.seen, None, folder / "diary"
        )
        target = _begun(desk) + steps
        process = PROCESSES.Process(
            target=live, args=(desk,), kwargs={"lazily": lazily}
        )
        process.start()
        end = monotonic() + PATIENCE
        while _begun(desk) < target and process.is_alive() and monotonic() < end:
            sleep(0.005)
        sleep(moment)
        mount.lose_power(process.kill)
        process.join(PATIENCE)
        assert process.exitcode == -SIGKILL, "the worker died by itself"


def _begun(desk: Lit) -> int:
    return desk.diary.read_bytes().count(b"begin ")


def _wrong(durable: Path, diary: Path) -> list[str]:
    lines = diary.read_text().split("\n")[:-1]
    database = Database(f"sqlite:///{durable / 'nomen.db'}")
    with database.reading() as session:
        found = [
            *whole.half_steps(session),
            *whole.doubles(session),
            *whole.lost(session, lines),
            *map(str, all_faults(session).values()),
        ]
        if session.scalar(text("PRAGMA integrity_check")) != "ok":
            found.append("The database is damaged.")
    database.close()
    return found
