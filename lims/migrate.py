"""Bring the tables to the newest form, and say so in the record."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lims.access import SYSTEM
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.db import Database, Quantity, UtcDateTime

SCRIPTS = Path(__file__).parent.parent / "migrations"


def upgrade(database: Database) -> tuple[str | None, str | None]:
    """Run what is missing; answers the revisions before and after."""
    with database.migrating() as connection:
        before = current(connection)
        command.upgrade(config(connection), "head")
        after = current(connection)
    if before != after:
        with database.transaction() as session:
            record(
                session,
                SYSTEM,
                Tag.SYSTEM_MIGRATED,
                system(session, "tables"),
                before=before,
                after=after,
            )
    return before, after


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return current(connection) == newest()


def newest() -> str | None:
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    made.attributes["render_item"] = _plain_types
    return made


def _plain_types(kind: str, item: object, _: object) -> str | bool:
    """Write plain types: a migration must run when the code has moved on."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Quantity):
        return "sa.BigInteger()"
    return False
