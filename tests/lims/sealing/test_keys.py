"""One key for each subject: made once, destroyed for good, wrapped anew at will."""

from dataclasses import replace

from click.testing import CliRunner
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import laboratory
from config.settings import load
from lims.audit.queries import all_faults, events_of
from lims.audit.record import record, system
from lims.audit.tables import Opening
from lims.audit.tags import Tag
from lims.boxes import DoesNotOpen, Key
from lims.cli.rotate_subject_keys import command
from lims.db import Database
from lims.keyring import KeyRing, wrapped_by
from lims.laboratory import Laboratory
from lims.sealing import keys
from lims.sealing.keys import Erased
from lims.sealing.tables import SubjectKey
from tests.cast import Cast
from tests.statements import counted

ONE, OTHER = "1" * 32, "2" * 32


def _laboratory(database: Database) -> Laboratory:
    settings = replace(load(environment={}), database_url="sqlite://")
    return replace(laboratory(settings), database=database)


def _told(session: Session, cast: Cast, name: str) -> None:
    sealed = {"name": name}
    row = system(session, "test")
    record(session, cast.manager, Tag.REFUSED, row, sealed=sealed, subject=ONE)


def test_a_subject_has_one_key_however_often_it_is_asked_for(
    database: Database,
) -> None:
    with database.transaction() as session:
        first = keys.of(session, [ONE], 1)[ONE]
    with database.transaction() as session:
        again = keys.of(session, [ONE, OTHER], 1)
        assert again[ONE] == first
        assert again[OTHER].secret != first.secret


def test_many_keys_take_as_many_statements_as_few(database: Database) -> None:
    numbers = []
    for count in (3, 300):
        with database.transaction() as session, counted(database) as sent:
            keys.of(session, [f"{count:04d}{n:028d}" for n in range(count)], 1)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_a_destroyed_key_is_never_made_again(database: Database) -> None:
    with database.transaction() as session:
        keys.of(session, [ONE], 1)
    with database.transaction() as session:
        assert keys.destroy(session, [ONE, OTHER]) == 1
        assert keys.of(session, [ONE], 1) == {}
    with database.transaction() as session:
        assert keys.of(session, [ONE, OTHER], 1) == {}
        assert keys.standing(session, [ONE, OTHER, "3" * 32]) == {"3" * 32}
        rows = session.scalars(select(SubjectKey)).all()
        assert all(row.wrapped is None for row in rows)


def test_without_its_key_an_opening_cannot_be_opened(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        _told(session, cast, "Awa Diop")
    with database.reading() as session:
        assert session.scalars(select(Opening)).one().value == b'"Awa Diop"'
    with database.transaction() as session:
        keys.destroy(session, [ONE])
    with database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        for hidden in ("salt", "value"):
            with pytest.raises(Erased):
                getattr(opening, hidden)


def test_an_opening_moved_to_another_place_does_not_open(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        for name in ("Awa Diop", "Moussa Fall"):
            _told(session, cast, name)
    with database.transaction() as session:
        session.execute(text("UPDATE audit_opening SET value = salt"))
    with database.reading() as session:
        found = session.scalars(select(Opening)).all()
        with pytest.raises(DoesNotOpen):
            [one.value for one in found]


def test_the_wrapping_key_is_changed_without_touching_what_is_sealed(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        _told(session, cast, "Awa Diop")
        keys.of(session, [f"{n:032d}" for n in range(20)], 1)
    with database.reading() as session:
        before = session.scalars(select(Opening)).one().kept_value
    old = database.ring.current
    answer = CliRunner().invoke(command, obj=_laboratory(database))
    assert answer.exit_code == 0, answer.output
    assert database.ring.current != old
    assert not database.ring.others()
    with database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        assert opening.kept_value == before
        assert opening.value == b'"Awa Diop"'
        assert keys.wrapping(session) == {database.ring.current}
    with database.transaction() as session:
        (event,) = events_of(session, [system(session, "subject keys").uid])
        assert b'"subjects":21' in event.body
        assert all_faults(session) == {}


def test_a_server_at_work_during_a_rotation_loses_nothing(
    database: Database, cast: Cast
) -> None:
    """It wraps by the newest key from then on; what it wrapped before still opens."""
    beside = KeyRing(database.ring.folder)
    assert beside.current == database.ring.current
    replaced = beside.current
    lab = _laboratory(database)
    assert CliRunner().invoke(command, obj=lab).exit_code == 0
    key = Key("7" * 32, 1, b"k" * 32)
    assert wrapped_by(beside.wrap(key)) == database.ring.current != replaced
    files = sorted(path.name for path in database.ring.folder.glob("subjects-*"))
    assert len(files) == 2, "the replaced key stays until the next run"
    assert CliRunner().invoke(command, obj=lab).exit_code == 0
    left = {path.name for path in database.ring.folder.glob("subjects-*")}
    assert files[0] not in left
    assert files[1] in left
    with database.transaction() as session:
        _told(session, cast, "Awa Diop")
        assert session.scalars(select(Opening)).one().value == b'"Awa Diop"'
