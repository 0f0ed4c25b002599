"""The log: gap-free places, checkpoints that never contradict each other."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
import shutil
from threading import Thread

import pytest
from sqlalchemy import select

from lims import clock
from lims.audit import keys, log, succession
from lims.audit.integrator import HistoryLost, Integrator
from lims.audit.merkle import Tree, check_consistency, check_inclusion
from lims.audit.merkle import root as root_of
from lims.audit.notes import Checkpoint, Note, Verifier
from lims.audit.record import record, system
from lims.audit.tables import Event, Leaf, LogKey, Node, SignedCheckpoint
from lims.audit.tags import Tag
from lims.audit.verification import verify
from lims.db import Database
from lims.errors import RuleBroken
from tests.cast import Cast

ORIGIN = "lab.example/record"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log-keys"


@pytest.fixture
def integrator(database: Database, folder: Path) -> Integrator:
    return Integrator(database, folder, ORIGIN)


def happen(database: Database, times: int = 1, name: str = "tests") -> None:
    """So many events, each in a transaction of its own."""
    for _ in range(times):
        with database.transaction() as session:
            record(session, Cast().manager, Tag.REFUSED, system(session, name))


def events(database: Database) -> list[Event]:
    with database.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def test_each_event_gets_a_place_and_the_log_is_signed_twice(
    database: Database, integrator: Integrator, folder: Path
) -> None:
    happen(database, 3)
    count = len(events(database))
    assert integrator.round() == count
    mine = keys.load(folder, ORIGIN)
    with database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        note = Note.parse(newest.note)
        for vkey in mine.vkeys:
            verifier = Verifier.parse(vkey)
            found = note.of(verifier)
            assert found is not None
            verifier.check(note.text, found.blob)
        assert [key.vkey for key in log.log_keys(session)] == list(mine.vkeys)
        told = Checkpoint.parse(note.text)
        assert (told.origin, told.size, told.root) == (ORIGIN, count, newest.root)


def test_nothing_new_is_signed_once_only(
    database: Database, integrator: Integrator
) -> None:
    happen(database)
    integrator.round()
    assert integrator.round() == 0
    with database.reading() as session:
        assert len(list(session.scalars(select(SignedCheckpoint)))) == 1


def test_a_batch_that_is_cut_off_loses_no_event(
    database: Database, integrator: Integrator
) -> None:
    happen(database, 9)
    assert integrator.round(most=2) == len(events(database))
    with database.reading() as session:
        places = list(session.scalars(select(Leaf.seq).order_by(Leaf.seq)))
    assert places == list(range(len(events(database))))


def test_every_event_is_proven_in_every_checkpoint_after_it(
    database: Database, integrator: Integrator
) -> None:
    for times in (1, 4, 300, 7):
        happen(database, times)
        integrator.round(most=100)
    with database.reading() as session:
        signed = list(session.scalars(select(SignedCheckpoint)))
        bodies = list(session.scalars(select(Event.leaf).order_by(Event.id)))
        tree = Tree()
        for leaf in bodies:
            tree.append(bytes.fromhex(leaf))
        for one in signed:
            assert one.root == root_of(tree.node, one.size)
            for place in {0, one.size // 2, one.size - 1}:
                proof = log.inclusion(session, place, one.size)
                leaf_hash = bytes.fromhex(bodies[place])
                check_inclusion(place, one.size, leaf_hash, proof, one.root)
            for old in signed:
                if old.size <= one.size:
                    proof = log.consistency(session, old.size, one.size)
                    check_consistency(old.size, one.size, old.root, one.root, proof)
        (node,) = session.scalars(select(Node))
        assert (node.level, node.position) == (8, 0)
        assert node.hash == tree.node(8, 0)


def test_two_integrators_share_one_log(database: Database, folder: Path) -> None:
    happen(database, 20)
    pair = [Integrator(database, folder, ORIGIN) for _ in range(2)]
    threads = [Thread(target=_rounds, args=(one, database)) for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pair[0].round()
    with database.reading() as session:
        places = list(session.scalars(select(Leaf.seq).order_by(Leaf.seq)))
    assert places == list(range(len(events(database))))


def _rounds(one: Integrator, database: Database) -> None:
    for _ in range(10):
        happen(database, name=f"part {id(one)}")
        one.round(most=5)


def cut_off(database: Database, integrator: Integrator, wanted: str) -> None:
    """Let the integrator die where it would call this function."""
    happen(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"lims.audit.integrator.{wanted}", _die)
        with pytest.raises(InterruptedError):
            integrator.round()


def _die(*_: object) -> None:
    raise InterruptedError


@pytest.mark.parametrize("moment", ["keys.keep_signed", "_keep"])
def test_what_was_cut_off_is_taken_up_again(
    database: Database, folder: Path, moment: str
) -> None:
    happen(database, 3)
    cut_off(database, Integrator(database, folder, ORIGIN), moment)
    before = keys.signed(keys.load(folder, ORIGIN))
    happen(database, 2)
    again = Integrator(database, folder, ORIGIN)
    again.round()
    with database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        assert newest.size == len(events(database))
        if before is not None:
            old = Checkpoint.parse(before.text)
            assert log.root(session, old.size) == old.root
            row = log.checkpoint(session, ORIGIN, old.size)
            assert row is not None, "what was signed is never forgotten"
            assert row.note == before.render()
        assert verify(session).whole


def test_after_a_cut_the_very_note_that_was_signed_is_stored(
    database: Database, folder: Path
) -> None:
    cut_off(database, Integrator(database, folder, ORIGIN), "_keep")
    signed = keys.signed(keys.load(folder, ORIGIN))
    assert signed is not None
    Integrator(database, folder, ORIGIN).round()
    with database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        assert newest.note == signed.render()


def test_the_log_s_time_never_runs_back(
    database: Database,
    integrator: Integrator,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock is set back, and the integrator starts anew: the time is held."""
    happen(database)
    integrator.round()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=3))
    happen(database)
    Integrator(database, folder, ORIGIN).round()
    with database.reading() as session:
        one, two = session.scalars(
            select(SignedCheckpoint).order_by(SignedCheckpoint.id)
        )
        assert two.at == one.at
        assert verify(session).whole


def test_a_checkpoint_whose_time_runs_back_was_signed_by_somebody_else(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment in (2_000_000_000, 1_900_000_000):
        happen(database)
        monkeypatch.setattr("lims.audit.integrator._moment", lambda _, at=moment: at)
        Integrator(database, folder, ORIGIN).round()
    with database.reading() as session:
        (fault,) = verify(session).faults
    assert fault.sentence == "It states a time before that of the one before it."


@pytest.fixture
def restored(embedded: Database, folder: Path) -> Callable[[], Database]:
    """A laboratory whose log is signed, and a way to go back to its old backup."""
    path = Path(str(embedded.url.database))
    happen(embedded, 3)
    Integrator(embedded, folder, ORIGIN).round()
    _copy(embedded, path.with_name("backup.db"))
    happen(embedded, 3)
    Integrator(embedded, folder, ORIGIN).round()

    def restore() -> Database:
        embedded.close()
        for leftover in path.parent.glob(f"{path.name}-*"):
            leftover.unlink()
        shutil.copy(path.with_name("backup.db"), path)
        return embedded

    return restore


def _copy(database: Database, target: Path) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    shutil.copy(str(database.url.database), target)


def test_after_an_old_backup_nothing_is_signed_until_somebody_says_so(
    restored: Callable[[], Database], folder: Path
) -> None:
    database = restored()
    happen(database)
    before = keys.signed(keys.load(folder, ORIGIN))
    for _ in range(2):
        with pytest.raises(HistoryLost, match="what came after is lost"):
            Integrator(database, folder, ORIGIN).round()
    assert keys.signed(keys.load(folder, ORIGIN)) == before
    name = succession.restart(database, folder, ORIGIN, "The disk broke.")
    assert name == f"{ORIGIN}/2"
    Integrator(database, folder, ORIGIN).round()
    with database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        assert newest.origin == name
        told = session.scalars(select(Event).where(Event.tag == Tag.LOG_RESTARTED))
        assert b"The disk broke." in told.one().body


def test_a_longer_history_that_is_another_one_is_not_signed(
    restored: Callable[[], Database], folder: Path
) -> None:
    database = restored()
    happen(database, 9)
    with pytest.raises(HistoryLost):
        Integrator(database, folder, ORIGIN).round()


def test_a_log_that_is_whole_is_not_left(
    database: Database, integrator: Integrator, folder: Path
) -> None:
    happen(database)
    integrator.round()
    with pytest.raises(RuleBroken, match="is whole"):
        succession.restart(database, folder, ORIGIN, "just so")


def test_new_keys_are_announced_under_the_old_ones(
    database: Database, integrator: Integrator, folder: Path
) -> None:
    happen(database)
    integrator.round()
    old = keys.load(folder, ORIGIN).vkeys
    fresh = succession.rotate(database, folder, ORIGIN, "yearly")
    assert not set(old) & set(fresh.vkeys)
    happen(database)
    integrator.round()
    with database.reading() as session:
        announced = session.scalars(
            select(Event).where(Event.tag == Tag.LOG_KEYS_ROTATED)
        ).one()
        (place,) = log.places(session, [announced.id]).values()
        signed = list(session.scalars(select(SignedCheckpoint)))
        first = next(one for one in signed if one.size > place)
        assert Note.parse(first.note).of(Verifier.parse(old[0])) is not None
        last = Note.parse(signed[-1].note)
        assert last.of(Verifier.parse(old[0])) is None
        assert last.of(Verifier.parse(fresh.vkeys[0])) is not None
        since = {key.vkey: key.since for key in session.scalars(select(LogKey))}
        assert since[fresh.vkeys[0]] == signed[-1].size > since[old[0]]


def test_keys_that_others_can_read_are_refused(folder: Path) -> None:
    keys.load(folder, ORIGIN)
    (folder / "ed25519.key").chmod(0o640)
    with pytest.raises(keys.UnsafeKeys, match=r"mode 640, expected 600"):
        keys.load(folder, ORIGIN)
    assert list(keys.faults(folder))
    (folder / "ed25519.key").chmod(0o600)
    folder.chmod(0o755)
    with pytest.raises(keys.UnsafeKeys, match="mode 755, expected 700"):
        keys.load(folder, ORIGIN)


def test_a_damaged_key_is_refused(folder: Path) -> None:
    keys.load(folder, ORIGIN)
    other = (folder / "ml-dsa-44.key").read_bytes()
    keys.write(folder / "ed25519.key", other)
    with pytest.raises(keys.UnsafeKeys, match="another kind"):
        keys.load(folder, ORIGIN)
    keys.write(folder / "ed25519.key", b"nonsense")
    with pytest.raises(keys.UnsafeKeys, match="cannot be read"):
        keys.load(folder, ORIGIN)
