"""A PostgreSQL dies at any moment under eight writers; what was told of stays.

Killed with all its processes, or cut from its power: its files then fall back to what
was synced. The writers record events through the product's own database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
import shutil
from tempfile import TemporaryDirectory
from threading import Event as Flag
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from lims import migrate, tables
from lims.audit.queries import all_faults
from lims.audit.record import record
from lims.audit.tables import Event, System
from lims.audit.tags import Tag
from lims.db import Database
from tests.cast import Cast
from tests.faults.clusters import Cluster, cluster
from tests.faults.mounts import expect_fuse, lazy
from tests.faults.scale import so_many

pytestmark = [
    pytest.mark.slow,
    # Connections that died with their server are closed by nobody.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

WRITERS, ITEMS = 8, 50
ROUNDS, CUTS = so_many(2, 8), so_many(1, 10)
Told = set[tuple[str, int]]


@pytest.fixture
def server() -> Iterator[Cluster]:
    """With our tables and the items of the writers; stopped."""
    assert tables.metadata
    with TemporaryDirectory(prefix="nomen-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = cluster(folder)
        made.make()
        made.start()
        try:
            _furnish(made, folder)
            made.stop()
            yield made
        finally:
            made.stop()


def test_a_killed_server_keeps_what_was_told(server: Cluster) -> None:
    told: Told = set()
    chance = Random(20150418)
    for _ in range(ROUNDS):
        server.start()
        with _writing(server, told):
            sleep(chance.uniform(0.8, 2))
            server.kill()
        server.clear()
    server.start()
    assert len(told) > ROUNDS
    assert _wrong(server, told) == []


def test_a_server_without_power_keeps_what_was_told(server: Cluster) -> None:
    assert _told_and_lost(server, CUTS) == []


def test_a_server_that_does_not_wait_for_its_disk_would_lose_events(
    server: Cluster,
) -> None:
    """Negative control: the test sees a loss where there must be one."""
    with (server.folder / "postgresql.conf").open("a") as conf:
        conf.write("synchronous_commit = off\nwal_writer_delay = 10s\n")
    assert any("Lost" in one for one in _told_and_lost(server, 1))


def _told_and_lost(server: Cluster, cuts: int) -> list[str]:
    """What is wrong after so many losses of power, each from the state before it."""
    expect_fuse()
    folder, told, chance = server.folder.parent, set[tuple[str, int]](), Random(47)
    server.folder.parent.joinpath("durable").mkdir()
    shutil.chown(folder / "durable", server.folder.owner())
    server.folder.rename(folder / "durable" / "data")
    place = folder / "durable" / "data"
    try:
        for _ in range(cuts):
            with lazy(folder) as mount:
                seen = mount.seen / "data"
                server.start(seen)
                with _writing(server, told):
                    sleep(chance.uniform(1, 3))
                    mount.lose_power(_killing(server, seen))
            server.clear(place)
            server.start(place)
            if found := _wrong(server, told):
                return found
            server.stop(place)
    finally:
        server.stop(place)
    assert len(told) > cuts
    return []


def _killing(server: Cluster, seen: Path) -> Callable[[], None]:
    """Ready before the freeze: after it nobody can read what lies on the tree."""
    durable = seen.parent.parent / "durable" / seen.name
    return lambda: server.kill(durable)


def _furnish(server: Cluster, folder: Path) -> None:
    database = Database(server.address, folder / "keys")
    migrate.upgrade(database)
    with database.transaction() as session:
        for number in range(ITEMS):
            item = System(name=f"item {number}")
            session.add(item)
            record(session, Cast().manager, Tag.REFUSED, item)
    database.close()


@contextmanager
def _writing(server: Cluster, told: Told) -> Iterator[None]:
    database = Database(server.address, server.folder.parent / "keys")
    stop = Flag()
    threads = [
        Thread(target=_write, args=(database, stop, told, seed))
        for seed in range(WRITERS)
    ]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in threads:
            one.join(60)
        database.close()


def _write(database: Database, stop: Flag, told: Told, seed: int) -> None:
    """Tell of each event after its commit; until the server is gone."""
    chance = Random(seed)
    while not stop.is_set():
        try:
            with database.transaction() as session:
                name = f"item {chance.randrange(ITEMS)}"
                found = select(System).where(System.name == name).with_for_update()
                item = session.scalars(found).one()
                record(session, Cast().manager, Tag.REFUSED, item, by=seed)
                done = item.uid, item.ver
        except DBAPIError:
            return
        told.add(done)


def _wrong(server: Cluster, told: Told) -> list[str]:
    database = Database(server.address, server.folder.parent / "keys")
    with database.reading() as session:
        there = set(iter(session.execute(select(Event.item_uid, Event.item_seq))))
        found = [f"Lost: event {seq} of {uid}" for uid, seq in sorted(told - there)]
        found += map(str, all_faults(session).values())
    database.close()
    return found
