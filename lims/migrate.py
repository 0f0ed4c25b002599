"""Bring the tables to the newest form, and say so in the record."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lims.access import SYSTEM
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.db import Database, Quantity, UtcDateTime
from lims.revisions import SCRIPTS, current
from lims.sealing import rows


def upgrade(database: Database) -> tuple[str | None, str | None]:
    """Run what is missing; answers the revisions before and after.

    What stood in clear until now is sealed in the same transaction: it is all sealed,
    or all as it was before.
    """
    with database.migrating() as connection:
        before = current(connection)
        command.upgrade(config(connection), "head")
        after = current(connection)
        sealed: dict[str, int] = {}
        if before != after:
            with Session(connection, info={"ring": database.ring}) as session:
                sealed = rows.seal_clear(session)
    if sealed:
        database.rewrite(list(sealed))
    if before != after:
        with database.transaction() as session:
            record(
                session,
                SYSTEM,
                Tag.SYSTEM_MIGRATED,
                system(session, "tables"),
                before=before,
                after=after,
                rows_sealed=sealed,
            )
    return before, after


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
