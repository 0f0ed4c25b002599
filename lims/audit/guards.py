"""The triggers that hold the record, and whether they stand as they were made."""

from hashlib import sha256
import re

from sqlalchemy import Connection, Table, text

from lims.db import Base, is_chained

_STANDING = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid) || p.prosrc "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'A'"
    ),
}
_MADE = {
    "sqlite": {
        "no_delete": "fbc11594aa21bf087d3a2ccbb9310553",
        "no_update": "094cecc0853fa05c1aa412b304fb43ef",
        "tells_delete": "dea7f48111a49e2c448af01b6095c583",
        "tells_insert": "4e9c043a22a4e5b7939a5b1d3211a698",
        "tells_update": "8e1d0acbeeada1aae5cef8bc3ea79366",
    },
    "postgresql": {
        "no_change": "8ca98c025070d6e8d3665c2282365244",
        "no_truncate": "12a5eb94635e8d0f39208f26a5916987",
        "tells": "10f01d692987a81d0016be681b9f2474",
    },
}
"""The first half of the SHA-256 of each guard's text and function, with `T` for its
table's name: one of the same name that does something else, or nothing, is none."""
_APPEND_ONLY = {
    "sqlite": ("no_delete", "no_update"),
    "postgresql": ("no_change", "no_truncate"),
}
_CHAINED = {
    "sqlite": ("tells_delete", "tells_insert", "tells_update"),
    "postgresql": ("tells",),
}


def expected(dialect: str) -> frozenset[str]:
    """One set for each table that is append-only or whose rows have a chain."""
    tables = Base.metadata.tables.values()
    return frozenset(
        f"{table.name}_{name}" for table in tables for name in _wanted(table, dialect)
    )


def _wanted(table: Table, dialect: str) -> tuple[str, ...]:
    if table.info.get("append_only"):
        return _APPEND_ONLY[dialect]
    return _CHAINED[dialect] if is_chained(table) else ()


def standing(connection: Connection) -> frozenset[str]:
    """The triggers that stand as made and cannot be switched off by a session."""
    dialect = connection.dialect.name
    found = connection.execute(text(_STANDING[dialect]))
    return frozenset(
        name
        for name, table, made in found
        if _MADE[dialect].get(name.removeprefix(f"{table}_")) == form(table, made)
    )


def missing(connection: Connection) -> frozenset[str]:
    return expected(connection.dialect.name) - standing(connection)


def form(table: str, made: str) -> str:
    """The first half of the SHA-256 of a guard's text, the same for every table."""
    plain = " ".join(made.split())
    named = plain.replace(f"TRIGGER {table}_", "TRIGGER T_")
    placed = re.sub(rf' ON (?:\w+\.)?"?{table}"? ', " ON T ", named, count=1)
    return sha256(placed.encode()).hexdigest()[:32]
