"""The tables that the migrations make are the tables of the code, with their guards."""

import ast
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
import pytest
from sqlalchemy import inspect, select

from lims import migrate, revisions
from lims.audit import guards
from lims.audit.queries import events_of
from lims.audit.tables import Event
from lims.db import Base, Database
from tests.cast import Cast
from tests.conftest import a_new_postgres, postgres_reason

SCRIPTS = ScriptDirectory(str(revisions.SCRIPTS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
VERSIONS = sorted((revisions.SCRIPTS / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        database.close()
    else:
        if reason := postgres_reason():
            pytest.skip(reason)
        with a_new_postgres() as database:
            yield database


def test_a_start_knows_the_newest_form_as_the_migrations_do(empty: Database) -> None:
    assert revisions.newest() == SCRIPTS.get_current_head()
    assert not revisions.is_current(empty)
    migrate.upgrade(empty)
    assert revisions.is_current(empty)


def test_the_migrations_give_the_tables_of_the_code(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.migrating() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_leads_up_and_down_with_data_and_keeps_its_triggers(
    empty: Database, revision: str
) -> None:
    below = str(SCRIPTS.get_revision(revision).down_revision or "base")
    with empty.migrating() as connection:
        if below != "base":
            command.upgrade(migrate.config(connection), below)
        stood = guards.standing(connection)
    migrate.upgrade(empty)
    with empty.transaction() as session:
        Cast().enter(session)
    with empty.migrating() as connection:
        config = migrate.config(connection)
        command.downgrade(config, below)
        assert guards.standing(connection) == stood
        command.upgrade(config, "head")
        expected = guards.expected(connection.dialect.name)
        assert guards.standing(connection) == expected


def test_down_leads_back_to_nothing(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.migrating() as connection:
        command.downgrade(migrate.config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_migration_that_fails_leaves_nothing_half_done(empty: Database) -> None:
    def fail_after_upgrading() -> None:
        with empty.migrating() as connection:
            command.upgrade(migrate.config(connection), "head")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_upgrading()
    with empty.engine.connect() as connection:
        assert "audit_event" not in inspect(connection).get_table_names()


def test_the_upgrade_itself_is_an_event(empty: Database) -> None:
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    with empty.reading() as session:
        (event,) = session.scalars(select(Event))
        assert event.tag == "system:migrated"
        assert REVISIONS[-1] in event.body.decode()
        assert events_of(session, [event.item_uid]) == [event]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_does_not_import_the_code(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module == "alembic"
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names] == ["sqlalchemy"]
