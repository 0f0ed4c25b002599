"""The embedded database: an SQLite that is safe to trust with a custody record.

The settings and the reason for each are in docs/decisions/0003-embedded-sqlite.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import fcntl
from pathlib import Path
from threading import Condition
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts
from sqlcipher3 import dbapi2 as sqlite

SAFE_SINCE = (3, 51, 3)
"""Every version from 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two
connections write and checkpoint at once; the fix came with 3.51.3 (2026-03-13)."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without a trigger
    "trusted_schema=OFF",
    "busy_timeout=5000",
    "cell_size_check=ON",
    "mmap_size=0",
    "secure_delete=ON",  # what was erased is overwritten, not only set free
)

_FORBIDDEN = {
    sqlite.SQLITE_ALTER_TABLE,
    sqlite.SQLITE_ATTACH,
    sqlite.SQLITE_CREATE_TRIGGER,
    sqlite.SQLITE_CREATE_TEMP_TRIGGER,
    sqlite.SQLITE_DROP_INDEX,
    sqlite.SQLITE_DROP_TABLE,
    sqlite.SQLITE_DROP_TRIGGER,
}
_CHANGES = {sqlite.SQLITE_UPDATE, sqlite.SQLITE_DELETE}
_LOOSENING = {
    "journal_mode",
    "recursive_triggers",
    "secure_delete",
    "synchronous",
    "writable_schema",
}


class UnsafeDatabase(Exception):
    """The database engine cannot be trusted with the record; the text says why."""


def refuse_unsafe(version: tuple[int, ...] = sqlite.sqlite_version_info) -> None:
    if version < SAFE_SINCE:
        found = ".".join(map(str, version))
        raise UnsafeDatabase(
            f"The embedded SQLite is version '{found}', which can corrupt a database "
            "that two connections write to. Expected: 3.51.3 or later, as the package "
            "sqlcipher3 0.6.4 brings. Install the packages of this project, or name a "
            "PostgreSQL by LIMS_DATABASE_URL."
        )


def engine(url: URL, append_only: frozenset[str] | None) -> Engine:
    """An engine whose every connection is safe.

    `append_only` names the tables whose rows nobody may change; None lifts the guard
    for migrations, which log an event of their own.
    """
    refuse_unsafe()
    made = create_engine(url, module=sqlite)
    # Many rows go in one INSERT. The new ids are told apart by their order, which in
    # SQLite is that of the rows: each gets the highest rowid plus one.
    made.dialect.insertmanyvalues_implicit_sentinel = (
        InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT
    )

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the engine says BEGIN itself, DDL included
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if append_only is not None:
            connection.set_authorizer(_guard(append_only))

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return made


def _guard(append_only: frozenset[str]) -> Callable[..., int]:
    def decide(action: int, first: str | None, second: str | None, *_: Any) -> int:
        if action in _FORBIDDEN:
            return int(sqlite.SQLITE_DENY)
        if action in _CHANGES and first in append_only:
            return int(sqlite.SQLITE_DENY)
        if action == sqlite.SQLITE_PRAGMA and first in _LOOSENING and second:
            return int(sqlite.SQLITE_DENY)
        return int(sqlite.SQLITE_OK)

    return decide


@contextmanager
def alone(url: URL, name: str) -> Iterator[bool]:
    """Whether no other process or thread holds this name beside the database."""
    with Path(f"{url.database}.{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


class WriteLine:
    """One writer at a time, first come first served, across threads and processes.

    SQLite's own busy wait starves a writer for up to eight seconds under load.
    """

    def __init__(self, url: URL) -> None:
        self._path = Path(f"{url.database}.lock")
        self._gate = Condition()
        self._drawn = 0
        self._served = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self._gate:
            ticket = self._drawn
            self._drawn += 1
            self._gate.wait_for(lambda: self._served == ticket)
        try:
            with self._path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            with self._gate:
                self._served += 1
                self._gate.notify_all()
