"""Who may do what to the tables of a PostgreSQL: the roles of program and integrator.

The tables belong to a third role, which no program logs in as: an owner can take a
guard away. Run after each migration, by that owner; running it twice is no harm.
"""

from collections.abc import Iterator
import re

from sqlalchemy import Connection, Table, text

from lims.db import Base, Database
from lims.errors import BadInput


def grant(database: Database, program: str, integrator: str) -> None:
    """Give the two roles what they need, and take from them all else."""
    for name in (program, integrator):
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise BadInput(
                f"'{name}' is no name of a role. Expected: small letters, digits and _."
            )
    with database.migrating() as connection:
        for statement in statements(connection, program, integrator):
            connection.execute(text(statement))


def statements(connection: Connection, program: str, integrator: str) -> Iterator[str]:
    both = f"{program}, {integrator}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {both}"
    yield f"REVOKE CREATE ON SCHEMA public FROM {both}, PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {both}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {program}"
    yield f"GRANT SELECT ON audit_event TO {integrator}"
    for table in Base.metadata.sorted_tables:
        name = connection.dialect.identifier_preparer.format_table(table)
        writer = integrator if table.info.get("integrated") else program
        yield f"GRANT {_verbs(table)} ON {name} TO {writer}"


def _verbs(table: Table) -> str:
    if table.info.get("integrated"):
        return "SELECT, INSERT"
    return "INSERT" if table.info.get("append_only") else "INSERT, UPDATE, DELETE"


def faults(connection: Connection) -> Iterator[str]:
    """What the role that is logged in may do, and must not."""
    role = connection.scalar(text("SELECT current_user"))
    asked = text(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
        "AND pg_has_role(tableowner, 'MEMBER') AND tablename LIKE 'audit%'"
    )
    if owned := sorted(connection.execute(asked).scalars()):
        yield (
            f"The program logs in as '{role}', which owns '{owned[0]}' and could take "
            "the record's guards away. Let another role own the tables, run `lims "
            "grant` as that owner, and log in as the role of the program."
        )
