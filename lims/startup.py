"""What must be true before the doors open; each fault is told with its remedy."""

from sqlalchemy import text

from lims import migrate
from lims.audit import guards
from lims.laboratory import Laboratory


def faults(laboratory: Laboratory) -> list[str]:
    """Empty when the laboratory may open."""
    if not migrate.is_current(laboratory.database):
        return ["The database's tables are not in their newest form: `lims migrate`."]
    with laboratory.database.reading() as session:
        connection = session.connection()
        found = [
            f"The guard '{name}' of the record does not stand. Restore the database "
            "or ask who removed it: without it events can be rewritten unseen."
            for name in sorted(guards.missing(connection))
        ]
        if not laboratory.database.embedded:
            lax = connection.scalar(text("SHOW synchronous_commit"))
            if lax != "on":
                found.append(
                    f"PostgreSQL has synchronous_commit '{lax}', expected 'on': a "
                    "power cut would lose scans that were answered."
                )
    return found
