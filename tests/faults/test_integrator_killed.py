"""The integrator dies at any moment, under eight writers, and the log stays one."""

from multiprocessing import get_context
import os
from pathlib import Path
from random import Random
import signal
from threading import Event as Flag
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import func, select

from lims.audit import keys, log
from lims.audit.integrator import Integrator
from lims.audit.keys import Keys
from lims.audit.notes import Checkpoint, Note
from lims.audit.record import record
from lims.audit.tables import Event, Leaf, SignedCheckpoint, System
from lims.audit.tags import Tag
from lims.audit.verification import verify
from lims.db import Database
from tests.cast import Cast
from tests.faults.scale import so_many

pytestmark = pytest.mark.slow

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.warm"])
ORIGIN = "lab.example/record"
WRITERS, ITEMS = 8, 50
KILLS = so_many(4, 15)


def integrate(address: str, ring: Path, folder: Path, most: int) -> None:
    """A process that does nothing else, in batches so small that many are cut."""
    one = Integrator(Database(address, ring), folder, ORIGIN)
    while True:
        one.round(most)
        sleep(0.01)


def write(database: Database, stop: Flag, seed: int) -> None:
    chance = Random(seed)
    while not stop.is_set():
        with database.transaction() as session:
            number = chance.randint(1, ITEMS)
            item = session.get_one(System, number, with_for_update=True)
            record(session, Cast().manager, Tag.REFUSED, item, by=seed)


def furnish(database: Database) -> None:
    with database.transaction() as session:
        for number in range(ITEMS):
            item = System(name=f"item {number}")
            session.add(item)
            record(session, Cast().manager, Tag.REFUSED, item)


def await_growth(database: Database) -> None:
    """Until the log has grown: an integrator works."""
    start = size(database)
    for _ in range(2_000):
        if size(database) > start:
            return
        sleep(0.01)
    raise TimeoutError("No integrator came to work.")


def size(database: Database) -> int:
    with database.reading() as session:
        return log.size(session)


def test_kills_leave_no_gap_no_double_and_no_disorder(
    database: Database, tmp_path: Path
) -> None:
    furnish(database)
    folder, chance, stop = tmp_path / "log-keys", Random(7), Flag()
    writers = [
        Thread(target=write, args=(database, stop, number)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    address = database.url.render_as_string(hide_password=False)
    try:
        for _ in range(KILLS):
            # Two at once: one leads, the other waits for its death.
            pair = [
                PROCESSES.Process(
                    target=integrate, args=(address, database.ring.folder, folder, 25)
                )
                for _ in range(2)
            ]
            for one in pair:
                one.start()
            await_growth(database)
            sleep(chance.random() / 2)
            for one in pair:
                one.kill()
                one.join()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    Integrator(database, folder, ORIGIN).round()
    with database.snapshot() as session:
        found = verify(session)
        assert found.whole, found.faults
        events = session.scalar(select(func.count()).select_from(Event))
        places = session.scalar(select(func.count()).select_from(Leaf))
        signed = session.scalar(select(func.count()).select_from(SignedCheckpoint))
    assert places == events == found.events
    assert signed


def test_a_backlog_that_is_cut_into_batches_misses_no_event_that_commits_late(
    postgres: Database, tmp_path: Path
) -> None:
    """A transaction that began first commits last: its event has the lower number."""
    furnish(postgres)
    one = Integrator(postgres, tmp_path / "log-keys", ORIGIN)
    one.round()
    with postgres.transaction() as early:
        item = early.get_one(System, 1, with_for_update=True)
        record(early, Cast().manager, Tag.REFUSED, item, late=True)
        early.flush()
        for number in range(2, 12):
            with postgres.transaction() as session:
                item = session.get_one(System, number, with_for_update=True)
                record(session, Cast().manager, Tag.REFUSED, item)
        assert one.round(most=3) == 10
        assert one.round(most=3) == 0
    assert one.round(most=3) == 1
    with postgres.snapshot() as session:
        assert verify(session).whole


def sign_and_die(address: str, ring: Path, folder: Path) -> None:
    """Killed in the moment between signing a head and storing it."""
    keep = keys.keep_signed

    def keep_and_die(keys: Keys, note: Note) -> None:
        keep(keys, note)
        os.kill(os.getpid(), signal.SIGKILL)

    keys.keep_signed = keep_and_die
    Integrator(Database(address, ring), folder, ORIGIN).round()


def test_a_head_that_was_signed_and_not_stored_is_adopted_at_the_next_start(
    database: Database, tmp_path: Path
) -> None:
    """And no other head is ever signed of that size: each is stored as it was signed.

    Until then the record is whole without it: nobody has seen it.
    """
    folder, signed = tmp_path / "log-keys", []
    furnish(database)
    address = database.url.render_as_string(hide_password=False)
    for number in range(so_many(2, 10)):
        with database.transaction() as session:
            item = session.get_one(System, number + 1, with_for_update=True)
            record(session, Cast().manager, Tag.REFUSED, item)
        one = PROCESSES.Process(
            target=sign_and_die, args=(address, database.ring.folder, folder)
        )
        one.start()
        one.join()
        assert one.exitcode == -signal.SIGKILL
        left = keys.signed(keys.load(folder, ORIGIN))
        assert left is not None
        signed.append(left)
        with database.snapshot() as session:
            told = Checkpoint.parse(left.text)
            assert log.checkpoint(session, ORIGIN, told.size) is None
            assert log.root(session, told.size) == told.root
            assert verify(session).whole
    Integrator(database, folder, ORIGIN).round()
    with database.snapshot() as session:
        rows = select(SignedCheckpoint.note).order_by(SignedCheckpoint.id)
        assert list(session.scalars(rows)) == [one.render() for one in signed]
        assert verify(session).whole
