"""The doors stay closed while something is wrong, and it is told what."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from app import laboratory
from config.settings import load
from lims import startup
from lims.db import Database


def test_a_whole_laboratory_may_open(database: Database, tmp_path: Path) -> None:
    settings = replace(load(environment={}), data_folder=str(tmp_path))
    lab = replace(laboratory(settings), database=database)
    if not database.embedded:
        with database.engine.begin() as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit=on"))
        database.engine.dispose()
    assert startup.faults(lab) == []


def test_a_missing_guard_keeps_the_doors_closed(
    embedded: Database, tmp_path: Path
) -> None:
    with embedded.migrating() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
    lab = replace(laboratory(load(environment={})), database=embedded)
    (fault,) = startup.faults(lab)
    assert "audit_event_no_delete" in fault


def test_old_tables_keep_the_doors_closed(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    lab = replace(laboratory(load(environment={})), database=empty)
    (fault,) = startup.faults(lab)
    assert "lims migrate" in fault
    empty.close()


def test_a_lax_postgresql_keeps_the_doors_closed(postgres: Database) -> None:
    with postgres.engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit=off"))
    postgres.engine.dispose()
    lab = replace(laboratory(load(environment={})), database=postgres)
    (fault,) = startup.faults(lab)
    assert "synchronous_commit 'off'" in fault
