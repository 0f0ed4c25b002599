"""The triggers that hold the record, and whether they stand."""

from sqlalchemy import Connection, text

EXPECTED = {
    "sqlite": frozenset({"audit_event_no_delete", "audit_event_no_update"}),
    "postgresql": frozenset({"audit_event_no_change", "audit_event_no_truncate"}),
}

_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    ),
}


def standing(connection: Connection) -> frozenset[str]:
    """The triggers that stand and cannot be switched off by a session."""
    found = connection.execute(text(_STANDING[connection.dialect.name]))
    return frozenset(found.scalars())


def missing(connection: Connection) -> frozenset[str]:
    return EXPECTED[connection.dialect.name] - standing(connection)
