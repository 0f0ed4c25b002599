"""Every table of the record refuses every way to rewrite it, on both databases."""

from collections.abc import Iterator
from decimal import Decimal
import secrets
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    create_engine,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import DropConstraint

from lims import clock, tables
from lims.audit import guards
from lims.db import GENESIS, Database, Quantity, UtcDateTime, is_chained
from lims.grants import grant

TABLES = tables.metadata.sorted_tables
HELD = [one.name for one in TABLES if one.info.get("append_only")]
REFUSED = "not authorized|prohibited|append-only|permission denied|must be owner"
CHAINED = [one.name for one in TABLES if is_chained(one)]

EMBEDDED = {
    "update": "UPDATE {0} SET {1} = {1}",
    "delete": "DELETE FROM {0}",
    "upsert": (
        "INSERT INTO {0} SELECT * FROM {0} WHERE true "
        "ON CONFLICT DO UPDATE SET {1} = EXCLUDED.{1}"
    ),
    "drop a guard": "DROP TRIGGER {0}_no_update",
    "drop the other guard": "DROP TRIGGER {0}_no_delete",
    "add a trigger": "CREATE TRIGGER other AFTER INSERT ON {0} BEGIN SELECT 1; END",
    "rename": "ALTER TABLE {0} RENAME TO other",
    "add a column": "ALTER TABLE {0} ADD COLUMN other TEXT",
    "drop a column": "ALTER TABLE {0} DROP COLUMN {3}",
    "drop": "DROP TABLE {0}",
}
REPLACE = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
"""What the triggers alone refuse: SQLite's authorizer does not see it."""
ONCE = {
    "the schema by hand": "PRAGMA writable_schema=ON",
    "triggers by the way": "PRAGMA recursive_triggers=OFF",
    "no syncs": "PRAGMA synchronous=OFF",
    "another journal": "PRAGMA journal_mode=DELETE",
    "another file": "ATTACH 'other.db' AS other",
    "a passing trigger": (
        "CREATE TEMP TRIGGER other AFTER INSERT ON audit_event BEGIN SELECT 1; END"
    ),
}
SERVER = {
    "update": "UPDATE {0} SET {1} = {1}",
    "delete": "DELETE FROM {0}",
    "truncate": "TRUNCATE {0} CASCADE",
    "merge": (
        "MERGE INTO {0} old USING {0} same ON old.{1} = same.{1} "
        "WHEN MATCHED THEN DELETE"
    ),
    "upsert": (
        "INSERT INTO {0} SELECT * FROM {0} "
        "ON CONFLICT ({2}) DO UPDATE SET {1} = EXCLUDED.{1}"
    ),
}
OWNERS = {
    "disable a guard": "ALTER TABLE {0} DISABLE TRIGGER {0}_no_change",
    "disable all": "ALTER TABLE {0} DISABLE TRIGGER ALL",
    "drop a guard": "DROP TRIGGER {0}_no_change ON {0}",
    "rename": "ALTER TABLE {0} RENAME TO other",
    "drop a column": "ALTER TABLE {0} DROP COLUMN {1}",
    "drop": "DROP TABLE {0} CASCADE",
    "switch triggers off": "SET session_replication_role = replica",
    "take the table": "ALTER TABLE {0} OWNER TO CURRENT_USER",
}


def test_no_table_of_the_record_is_forgotten() -> None:
    of_the_record = {
        "audit_checkpoint", "audit_event", "audit_leaf", "audit_log_key", "audit_node",
    }  # fmt: skip
    assert of_the_record <= set(HELD)


@pytest.mark.parametrize("table", HELD)
def test_the_program_cannot_rewrite_the_embedded_record(
    embedded: Database, table: str
) -> None:
    before = _form(embedded)
    for statement in EMBEDDED.values():
        with embedded.engine.connect() as connection:
            _refused(connection, _told(statement, table))
    assert _form(embedded) == before


@pytest.mark.parametrize("way", ONCE)
def test_the_program_cannot_loosen_the_embedded_database(
    embedded: Database, way: str
) -> None:
    with embedded.engine.connect() as connection:
        _refused(connection, ONCE[way])


def test_the_triggers_alone_hold_whoever_comes(database: Database) -> None:
    """As a migration, or the server's superuser, who leaves the triggers standing."""
    embedded = [EMBEDDED["update"], EMBEDDED["delete"], REPLACE]
    statements = embedded if database.embedded else list(SERVER.values())
    with database.migrating() as connection:
        for table in HELD:
            _fill(connection, table)
            for statement in statements:
                _refused(connection, _told(statement, table), "append-only")
        connection.rollback()


@pytest.fixture
def roles(postgres: Database) -> Iterator[tuple[str, str]]:
    """The program's and the integrator's, for this test only."""
    names = [f"test_{one}_{secrets.token_hex(4)}" for one in ("app", "log")]
    with postgres.migrating() as connection:
        for name in names:
            connection.execute(text(f"CREATE ROLE {name} LOGIN"))
    grant(postgres, *names)
    yield names[0], names[1]
    with postgres.migrating() as connection:
        for name in names:
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))


@pytest.mark.parametrize("who", [0, 1], ids=["program", "integrator"])
def test_no_role_of_the_program_can_rewrite_the_record(
    postgres: Database, roles: tuple[str, str], who: int
) -> None:
    before = _form(postgres)
    engine = create_engine(postgres.url.set(username=roles[who]))
    try:
        for table in HELD:
            for statement in {**SERVER, **OWNERS}.values():
                with engine.connect() as connection:
                    _refused(connection, _told(statement, table))
    finally:
        engine.dispose()
    assert _form(postgres) == before


CHANGES = (
    ("ver = ver + 1", "No event tells"),
    ("ver = ver + 1000000", "No event tells"),
    ("ver = ver - 1", "only grows"),
    ("head_hash = 'f'", "only grows"),
    ("uid = 'another name'", "only grows"),
)


def test_no_version_rises_falls_or_changes_without_its_event(
    database: Database,
) -> None:
    """Of each table with chains: with plain SQL, and as the owner of the tables."""
    assert len(CHAINED) >= 20
    with database.migrating() as connection:
        for table in CHAINED:
            with (
                pytest.raises(DBAPIError, match="No event tells"),
                connection.begin_nested(),
            ):
                _fill(connection, table, ver=1)
            _fill(connection, table)
            for change, answer in CHANGES:
                _refused(connection, f'UPDATE "{table}" SET {change}', answer)
            _refused(connection, f'DELETE FROM "{table}"', "never deleted")
        connection.rollback()


def _told(statement: str, table: str) -> str:
    keys = [one.name for one in tables.metadata.tables[table].primary_key]
    last = tables.metadata.tables[table].columns.keys()[-1]
    return statement.format(table, keys[0], ", ".join(keys), last)


def _refused(connection: Connection, statement: str, answer: str = REFUSED) -> None:
    with pytest.raises(DBAPIError, match=answer), connection.begin_nested():
        connection.execute(text(statement))


def _fill(connection: Connection, name: str, ver: int = 0) -> None:
    """One row of the table for this transaction: what it points to need not exist."""
    table = tables.metadata.tables[name]
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(text("PRAGMA ignore_check_constraints=ON"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for one in table.constraints:
            if isinstance(one, CheckConstraint):
                connection.execute(DropConstraint(one))
    values = {one.name: _some(one) for one in table.columns if not one.nullable}
    if name in CHAINED:
        values |= {"uid": "f" * 32, "ver": ver, "head_hash": GENESIS}
    connection.execute(table.insert().values(values))


def _some(column: Column[Any]) -> object:
    """A value of the column's kind."""
    length = getattr(column.type, "length", None)
    known: dict[type, object] = {
        JSON: {},
        UtcDateTime: clock.now(),
        Quantity: Decimal(1),
        Date: clock.now().date(),
        Boolean: True,
        LargeBinary: b"some",
        Integer: 1_000_000 if column.primary_key else 1,
        String: "some"[:length],
    }
    return next(one for kind, one in known.items() if isinstance(column.type, kind))


def _form(database: Database) -> list[str]:
    """The guards that stand, and how many rows each table has."""
    with database.engine.connect() as connection:
        rows = [
            f"{name}: {connection.scalar(text(f'SELECT count(*) FROM {name}'))}"
            for name in HELD
        ]
        return [*sorted(guards.standing(connection)), *rows]
