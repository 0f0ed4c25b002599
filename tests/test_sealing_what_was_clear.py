"""A laboratory that kept names and calls in clear: its upgrade seals all of them."""

from dataclasses import replace
import json
from pathlib import Path
from typing import Any

from alembic import command
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import laboratory
from config.settings import load
from lims import migrate
from lims.audit.queries import all_faults
from lims.audit.tables import Event
from lims.boxes import is_box
from lims.cases.tables import Donor, MissingPerson
from lims.db import Database
from lims.handoff.tables import Package
from lims.profiles.tables import Profile
from lims.results.tables import Injection
from lims.review.tables import Comparison, Reading
from lims.sealing import keys
from lims.store import Store
from tests.factories import a_donor, a_missing_person
from tests.objects import a_package

BEFORE = "legal_holds"
"""The newest form in which they stood in clear."""
NAME = 'Awa "Planted" Diop'
COLUMNS: dict[Any, tuple[str, ...]] = {
    Donor: ("name", "sex", "birth_year"),
    MissingPerson: ("name", "fathers_name", "sex", "birth_year", "nationality"),
    Injection: ("calls", "flags"),
    Profile: ("consensus",),
    Reading: ("calls", "edits"),
    Comparison: ("differences", "settled", "decision"),
    Package: ("body",),
}


@pytest.fixture
def full(database: Database, tmp_path: Path) -> Database:
    """A donor, a missing person, and a profile that was released."""
    bare = laboratory(load(environment={}))
    store = Store(tmp_path / "originals")
    a_package(replace(bare, database=database, store=store))
    with database.transaction() as session:
        a_donor(session, a_missing_person(session, "Planted Missing"), NAME)
    return database


def _told(session: Session) -> dict[str, list[dict[str, Any]]]:
    return {
        kind.__tablename__: [
            {name: getattr(row, name) for name in names}
            for row in session.scalars(select(kind).order_by(text("1")))
        ]
        for kind, names in COLUMNS.items()
    }


def _as_before(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Bring it to the older form, each value in clear in its column."""
    with database.reading() as session:
        told = _told(session)
        keyed = {
            kind.__tablename__: [
                getattr(row, kind.__mapper__.primary_key[0].key)
                for row in session.scalars(select(kind).order_by(text("1")))
            ]
            for kind in COLUMNS
        }
    with database.migrating() as connection:
        for table in told:
            connection.execute(text(f"UPDATE {table} SET sealed = NULL"))
        command.downgrade(migrate.config(connection), BEFORE)
        for table, rows in told.items():
            key = "injection_id" if table == "comparison" else "id"
            for number, row in zip(keyed[table], rows, strict=True):
                clear = {
                    name: json.dumps(value) if isinstance(value, dict) else value
                    for name, value in row.items()
                }
                given = ", ".join(f"{name} = :{name}" for name in clear)
                connection.execute(
                    text(f"UPDATE {table} SET {given} WHERE {key} = {number}"), clear
                )
    return told


def test_an_upgrade_seals_what_stood_in_clear_and_loses_nothing(
    full: Database,
) -> None:
    told = _as_before(full)
    assert all(told.values())
    before, _ = migrate.upgrade(full)
    assert before == BEFORE
    with full.reading() as session:
        assert _told(session) == told
        for kind in COLUMNS:
            boxes = [row.kept for row in session.scalars(select(kind))]
            assert all(is_box(one) for one in boxes)
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert last is not None
        sealed = json.loads(last.body)["facts"]["rows_sealed"]
        assert sealed == {table: len(rows) for table, rows in told.items()}
        assert all_faults(session) == {}


def test_each_subject_keeps_its_own_key(full: Database) -> None:
    """Calls are sealed under the sample's key: destroyed, the upgrade keeps nothing."""
    _as_before(full)
    with full.transaction() as session:
        injection = text(
            "SELECT s.uid FROM injection i JOIN sample s ON s.id = i.sample_id"
        )
        subject = str(session.scalar(injection))
        session.info["recorded"] = True
        keys.destroy(session, [subject])
    migrate.upgrade(full)
    with full.reading() as session:
        of_sample = [kind for kind in COLUMNS if kind not in {Donor, MissingPerson}]
        for kind in of_sample:
            rows = session.scalars(select(kind)).all()
            assert rows
            assert [one.kept for one in rows if one.kept] == []
        assert NAME in [one.name for one in session.scalars(select(Donor))]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_embedded_laboratorys_file_forgets_what_was_clear(full: Database) -> None:
    path = Path(str(full.url.database))

    def lies_there() -> bool:
        files = [path, Path(f"{path}-wal")]
        return any(b"Planted" in one.read_bytes() for one in files if one.exists())

    assert not lies_there()
    _as_before(full)
    assert lies_there(), "before it is there, else this test proves nothing"
    migrate.upgrade(full)
    assert not lies_there()


def test_there_is_no_way_back_that_would_lose_what_is_sealed(full: Database) -> None:
    with (
        pytest.raises(RuntimeError, match="Restore a backup"),
        full.migrating() as connection,
    ):
        command.downgrade(migrate.config(connection), BEFORE)
