"""What names an original: in events a salted commitment, in its row a keyed hash.

A plain SHA-256 would let anybody who holds the rest of a file try guesses of an erased
part against it. The commitment has a key of its own, which is destroyed as soon as a
part of the file is erased; the keyed hash finds the same bytes given again. Imports of
before this form are named by their plain SHA-256, and stay so.
"""

from collections.abc import Collection
import json
import secrets
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit import openings
from lims.audit.queries import openings_of
from lims.audit.record import commit
from lims.results.tables import Import
from lims.sealing import keys
from lims.sealing.keys import Erased
from lims.sealing.rows import Whose

ORIGINAL = "original"
"""How the commitment to a whole file names it."""


def give(session: Session, actor: Actor, row: Import, sha256: str) -> None:
    """Name a new import."""
    row.mark = keys.ring(session).mark(sha256)
    whose = Whose(secrets.token_hex(16), actor.organisation_id)
    row.commitment = commit(session, whose, ORIGINAL, sha256)


def is_of(session: Session, sha256: str) -> ColumnElement[bool]:
    """Whether an import is of these bytes."""
    return Import.mark.in_((sha256, keys.ring(session).mark(sha256)))


def facts(row: Import) -> dict[str, Any]:
    """How an import's own event names its original."""
    if row.commitment is None:
        return {"sha256": row.mark}
    return {ORIGINAL: {"commitment": row.commitment}}


def digest(session: Session, row: Import) -> str:
    """SHA-256 of the original; empty where a part of it was erased."""
    if row.commitment is None:
        return row.mark
    found = openings_of(session, [row.commitment]).get(row.commitment)
    try:
        return str(json.loads(found.value)) if found else ""
    except Erased:
        return ""


def close(session: Session, rows: Collection[Import]) -> None:
    """Nobody shall open these commitments any more: a part of each file is erased."""
    session.flush()
    openings.shut(session, [one.commitment for one in rows if one.commitment])
