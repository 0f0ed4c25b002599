"""Whether the tables are in their newest form, asked at each start.

Read from the migrations' own lines, without Alembic: a server that only looks need not
hold for good what it takes to change tables.
"""

import ast
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from lims.db import Database

SCRIPTS = Path(__file__).parent.parent / "migrations"


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return current(connection) == newest()


def current(connection: Connection) -> str | None:
    """The revision that the database says it has; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def newest() -> str | None:
    """The revision that no other one builds upon."""
    steps = dict(map(_step, sorted((SCRIPTS / "versions").glob("*.py"))))
    heads = steps.keys() - steps.values()
    return next(iter(heads)) if len(heads) == 1 else None


def _step(path: Path) -> tuple[str, str | None]:
    """The revision of a migration, and the one before it."""
    told = {
        node.targets[0].id: node.value.value
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    return str(told["revision"]), _or_none(told["down_revision"])


def _or_none(told: object) -> str | None:
    return None if told is None else str(told)
