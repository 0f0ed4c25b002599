"""No item gets a new version without its event, whoever writes to the database."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lims import tables
from lims.audit import guards
from lims.db import Database, is_chained

CHAINED = [t.name for t in tables.metadata.sorted_tables if is_chained(t)]
CHANGES = {
    "a version without an event": ("ver = ver + 1", "No event tells"),
    "a hash that no event has": ("head_hash = 'f'", "only grows"),
    "an older version": ("ver = ver - 1", "only grows"),
    "another name": ("uid = 'somebody else'", "only grows"),
}


def _try(database: Database, statement: str, **values: Any) -> str:
    """What the database answers, to the owner of the tables as to anybody."""
    with pytest.raises(DBAPIError) as refused, database.migrating() as connection:
        connection.execute(text(statement), values)
    return str(refused.value.orig)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_a_change_that_no_event_tells_of(
    database: Database, change: str
) -> None:
    assignment, answer = CHANGES[change]
    for table in ("organisation", "person"):
        assert answer in _try(database, f"UPDATE {table} SET {assignment}")


def test_no_item_is_deleted(database: Database) -> None:
    assert "never deleted" in _try(database, "DELETE FROM person")


def test_no_item_comes_in_with_a_history_of_its_own(database: Database) -> None:
    answer = _try(
        database,
        "INSERT INTO audit_system (uid, ver, head_hash, name) VALUES (:u, 1, :h, 'x')",
        u="0" * 32,
        h="0" * 64,
    )
    assert "No event tells" in answer


def test_every_table_with_chains_has_its_guard(database: Database) -> None:
    assert len(CHAINED) >= 20
    with database.engine.connect() as connection:
        standing = guards.standing(connection)
    assert standing == guards.expected(connection.dialect.name)
    for table in CHAINED:
        assert any(name.startswith(f"{table}_tells") for name in standing)
