"""What must be true before the doors open; each fault is told with its remedy."""

from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from lims import grants, revisions
from lims.audit import guards, keys, log
from lims.audit.integrator import HistoryLost, expect_continuity
from lims.audit.keys import UnsafeKeys
from lims.audit.notes import BadNote
from lims.erasure import replaying
from lims.laboratory import Laboratory


def is_current(laboratory: Laboratory) -> bool:
    return revisions.is_current(laboratory.database)


def replay(laboratory: Laboratory) -> list[str]:
    """Do again the erasures that a restored database does not know of; what to say."""
    found = replaying.replay(laboratory.database, laboratory.store)
    told = []
    if found.done:
        told.append(
            f"{found.done} erasures that the database had forgotten are done again."
        )
    if found.held:
        told.append(
            f"{len(found.held)} legal holds keep back erasures that the database had "
            f"forgotten: {', '.join(found.held)}. Lift them where they were lifted "
            "before, and start again."
        )
    return told


def faults(laboratory: Laboratory) -> list[str]:
    """Empty when the laboratory may open."""
    if not revisions.is_current(laboratory.database):
        return ["The database's tables are not in their newest form: `lims migrate`."]
    with laboratory.database.reading() as session:
        connection = session.connection()
        found = [
            f"The guard '{name}' of the record does not stand as it was made. "
            "Restore the database or ask who changed it: without it events can be "
            "rewritten unseen."
            for name in sorted(guards.missing(connection))
        ]
        if not laboratory.database.embedded:
            found += _lax(connection)
            found += grants.faults(connection)
        found += _log(session, laboratory)
    return found


def _lax(connection: Connection) -> Iterator[str]:
    for name in ("synchronous_commit", "fsync", "full_page_writes"):
        set_to = connection.scalar(text(f"SHOW {name}"))
        if set_to != "on":
            yield (
                f"PostgreSQL has {name} '{set_to}', expected 'on': a power cut would "
                "lose scans that were answered."
            )


def _log(session: Session, laboratory: Laboratory) -> Iterator[str]:
    """Whether the log goes on where its last checkpoint ended."""
    newest = log.newest(session)
    if newest and newest.size > log.size(session):
        yield (
            f"A checkpoint was signed of {newest.size} events, the log has "
            f"{log.size(session)}. Restore the database; `lims verify` says more."
        )
    elif newest and log.root(session, newest.size) != newest.root:
        yield (
            f"The first {newest.size} events are not those that the log has signed. "
            "Restore the database; `lims verify` names them."
        )
    elif keys.begun(laboratory.log_keys):
        try:
            expect_continuity(
                session, keys.present(laboratory.log_keys, laboratory.log_origin)
            )
        except (HistoryLost, UnsafeKeys, BadNote) as error:
            yield str(error)
