"""After an erasure no byte shows the person: not the database, not an older backup."""

from dataclasses import replace
import json
from pathlib import Path
import shutil

from click.testing import CliRunner
import pytest
from sqlalchemy import select, text

from app import laboratory
from config.settings import load
from lims.boxes import DoesNotOpen
from lims.cases.tables import Donor
from lims.cli.rotate_subject_keys import command
from lims.db import Base, Database
from lims.handoff.tables import Package
from lims.profiles.tables import Profile
from lims.review.tables import Comparison, Reading
from lims.sealing.tables import SubjectKey
from tests.lims.erasure.a_case import NAME, Case
from tests.lims.erasure.released import release


@pytest.fixture
def planted(case: Case) -> tuple[str, ...]:
    """The donor's profile is released: what may show nowhere, as it is written."""
    read = release(case)
    with case.database.reading() as session:
        told = session.scalars(select(Package)).one().text
    pairs = [json.dumps(one, separators=(",", ":"))[1:-1] for one in read.values()]
    found = tuple(one for one in pairs if one.count(",") == 1 and one in told)
    assert len(found) > 5, "else nothing is looked for"
    return (NAME, *found)


def _bytes(database: Database) -> bytes:
    """All that the tables hold, and of the embedded database its files."""
    found = []
    with database.reading() as session:
        for table in Base.metadata.tables.values():
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        found.append(bytes(value))
                    elif isinstance(value, str):
                        found.append(value.encode())
                    else:
                        told = json.dumps(value, separators=(",", ":"), default=str)
                        found.append(told.encode())
    if database.embedded:
        source = str(database.url.database)
        files = [Path(source), Path(f"{source}-wal")]
        found += [one.read_bytes() for one in files if one.exists()]
    return b"\n".join(found)


def _shown(content: bytes, planted: tuple[str, ...]) -> list[str]:
    return [one for one in planted if one.encode() in content]


def test_neither_the_database_nor_an_older_backup_shows_who_was_erased(
    case: Case, planted: tuple[str, ...], tmp_path: Path
) -> None:
    database = case.database
    database.forget()
    backup = _bytes(database)
    copy = tmp_path / "backup.db"
    if database.embedded:
        shutil.copy(str(database.url.database), copy)
    with database.reading() as session:
        donor = session.scalars(select(Donor).where(Donor.code == case.donor)).one()
        row = session.get_one(SubjectKey, donor.uid)
        wrapped = (row.subject, row.organisation, row.wrapped or b"")
    case.erase()
    assert _shown(_bytes(database), planted) == []
    assert _shown(backup, planted) == []
    settings = replace(load(environment={}), database_url="sqlite://")
    lab = replace(laboratory(settings), database=database)
    for _ in range(2):
        assert CliRunner().invoke(command, obj=lab).exit_code == 0
    with pytest.raises(DoesNotOpen):
        database.ring.unwrapped(*wrapped)
    if database.embedded:
        old = Database(f"sqlite:///{copy}", database.ring.folder)
        with old.reading() as session, pytest.raises(DoesNotOpen):
            assert session.scalars(select(Donor)).all()[0].name
        old.close()


@pytest.mark.usefixtures("planted")
def test_a_released_profile_is_withdrawn_and_all_behind_it_is_empty(
    case: Case,
) -> None:
    case.erase()
    with case.database.reading() as session:
        profile = session.scalars(select(Profile)).one()
        assert profile.state == "withdrawn"
        assert profile.consensus == {}
        for reading in session.scalars(select(Reading)):
            assert (reading.kept, reading.calls) == (None, {})
        for compared in session.scalars(select(Comparison)):
            assert compared.differences == {}
        package = session.scalars(select(Package)).one()
        assert (package.kept, package.body) == (None, b"")
