"""On PostgreSQL the program writes the record, and the integrator alone the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lims import grants
from lims.audit import log
from lims.audit.integrator import Integrator
from lims.audit.tables import Event
from lims.db import Database
from lims.errors import BadInput
from tests.lims.audit.test_integrator import ORIGIN, happen

PROGRAM, INTEGRATOR = "nomen_test_program", "nomen_test_integrator"
MAKE = """DO $$ BEGIN CREATE ROLE {} LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""


@pytest.fixture
def roles(postgres: Database) -> Iterator[dict[str, Database]]:
    """The laboratory as seen by each of the two roles."""
    with postgres.migrating() as connection:
        for name in (PROGRAM, INTEGRATOR):
            connection.execute(text(MAKE.format(name)))
    grants.grant(postgres, PROGRAM, INTEGRATOR)
    grants.grant(postgres, PROGRAM, INTEGRATOR)
    found = {
        name: Database(
            postgres.url.set(username=name).render_as_string(hide_password=False)
        )
        for name in (PROGRAM, INTEGRATOR)
    }
    yield found
    for one in found.values():
        one.close()
    with postgres.migrating() as connection:
        for name in (PROGRAM, INTEGRATOR):
            connection.execute(text(f"DROP OWNED BY {name}"))


def test_each_does_its_own_work(roles: dict[str, Database], tmp_path: Path) -> None:
    happen(roles[PROGRAM], 3)
    folder = tmp_path / "log-keys"
    assert Integrator(roles[INTEGRATOR], folder, ORIGIN).round() > 0
    with roles[PROGRAM].reading() as session:
        assert log.newest(session) is not None


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (PROGRAM, "UPDATE audit_event SET tag = 'x'"),
        (PROGRAM, "DELETE FROM audit_event"),
        (PROGRAM, "TRUNCATE audit_event CASCADE"),
        (PROGRAM, "INSERT INTO audit_leaf VALUES (0, 1, 'x')"),
        (PROGRAM, "INSERT INTO audit_node VALUES (8, 0, 'x')"),
        (PROGRAM, "ALTER TABLE audit_event DISABLE TRIGGER ALL"),
        (PROGRAM, "SET session_replication_role = replica"),
        (PROGRAM, "DROP TABLE audit_event"),
        (PROGRAM, "CREATE TABLE mine (id int)"),
        (INTEGRATOR, "INSERT INTO audit_system (uid, ver, name) VALUES ('', 0, '')"),
        (INTEGRATOR, "SELECT * FROM person"),
        (INTEGRATOR, "SELECT * FROM audit_opening"),
        (INTEGRATOR, "UPDATE audit_leaf SET leaf = 'x'"),
        (INTEGRATOR, "DELETE FROM audit_checkpoint"),
    ],
)
def test_neither_does_more(
    roles: dict[str, Database], role: str, statement: str
) -> None:
    with (
        pytest.raises(DBAPIError, match=r"denied|must be owner"),
        roles[role].migrating() as connection,
    ):
        connection.execute(text(statement))


def test_the_program_does_not_own_the_tables(
    postgres: Database, roles: dict[str, Database]
) -> None:
    with postgres.reading() as session:
        (fault,) = grants.faults(session.connection())
        assert "could take the record's guards away" in fault
    with roles[PROGRAM].reading() as session:
        assert list(grants.faults(session.connection())) == []
        assert session.scalars(select(Event.id)).all()


def test_a_role_is_no_statement(postgres: Database) -> None:
    with pytest.raises(BadInput, match="no name of a role"):
        grants.grant(postgres, "x; DROP TABLE person", INTEGRATOR)
