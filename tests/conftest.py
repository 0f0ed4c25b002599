"""The cast, the two databases, and nothing else. Things are made by factories."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import secrets
import shutil
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from lims import migrate, tables
from lims.audit.record import watch
from lims.db import Database
from lims.store import Store
from tests.cast import Cast

ENGINES = ("sqlite", "postgresql")
POSTGRES = "LIMS_TEST_POSTGRES"
"""Address of a PostgreSQL server on which the tests may make databases."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("shared") and shared_folder() is None:
            reason = "the shared example files are not on this machine"
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests on the shared example files are counted apart."""
    counts = {
        outcome: sum("shared" in one.keywords for one in found)
        for outcome in ("passed", "failed", "skipped")
        if (found := terminalreporter.getreports(outcome))
    }
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    terminalreporter.write_line(f"of these on shared example files: {told or 'none'}")


def shared_folder() -> Path | None:
    given = os.environ.get("NOMEN_SHARED")
    beside = Path(__file__).parent.parent.parent / "shared" / "data"
    folder = Path(given) if given else beside
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = shared_folder()
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the cast, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "nomen.db"
    database = Database(f"sqlite:///{path}")
    _prepare(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated database with the cast on the test server."""
    with a_new_postgres() as database:
        _prepare(database)
        database.close()
        yield str(database.url.database)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the two engines in turn."""
    return str(request.param)


@pytest.fixture
def database(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> Iterator[Database]:
    """A fresh laboratory on each of the two engines."""
    if engine == "sqlite":
        yield from _sqlite(request, tmp_path)
    else:
        yield from _postgres(request)


@pytest.fixture
def embedded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh laboratory on the embedded database alone."""
    yield from _sqlite(request, tmp_path)


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh laboratory on PostgreSQL alone."""
    yield from _postgres(request)


@pytest.fixture
def session(request: pytest.FixtureRequest, engine: str) -> Iterator[Session]:
    """One transaction that is never kept.

    On the test's own database where it asks for one; else on a laboratory that all
    such tests share, since nothing stays in it.
    """
    own = "database" in request.fixturenames
    found = request.getfixturevalue("database" if own else f"{engine}_shared")
    with found.sessions() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def sqlite_shared(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("shared") / "nomen.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    watch(database.sessions)
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgresql_shared(request: pytest.FixtureRequest) -> Iterator[Database]:
    if reason := postgres_reason():
        pytest.skip(reason)
    template = request.getfixturevalue("postgres_template")
    with a_new_postgres(f"TEMPLATE {template}") as database:
        watch(database.sessions)
        yield database


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "originals")


def _sqlite(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    path = folder / "nomen.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    watch(database.sessions)
    yield database
    database.close()


def _postgres(request: pytest.FixtureRequest) -> Iterator[Database]:
    if reason := postgres_reason():
        pytest.skip(reason)
    template = request.getfixturevalue("postgres_template")
    with a_new_postgres(f"TEMPLATE {template}") as database:
        watch(database.sessions)
        yield database


def postgres_reason() -> str | None:
    """Why PostgreSQL cannot be tested here; fails where it is required."""
    if POSTGRES in os.environ:
        return None
    reason = f"no PostgreSQL server is named by {POSTGRES}"
    if os.environ.get("REQUIRE") == "all":
        pytest.fail(reason)
    return reason


@contextmanager
def a_new_postgres(form: str = "") -> Iterator[Database]:
    name = f"nomen_{secrets.token_hex(6)}"
    _on_server(f"CREATE DATABASE {name} {form}")
    address = f"{os.environ[POSTGRES].rsplit('/', 1)[0]}/{name}"
    with TemporaryDirectory() as folder:
        database = Database(address, Path(folder) / "keys")
        try:
            yield database
        finally:
            database.close()
            _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _prepare(database: Database) -> None:
    assert tables.metadata
    migrate.upgrade(database)
    watch(database.sessions)
    with database.transaction() as session:
        Cast().enter(session)


def _on_server(statement: str) -> None:
    engine = create_engine(os.environ[POSTGRES], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
