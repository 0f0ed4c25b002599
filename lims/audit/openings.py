"""Erase openings: the commitments stay in their events, and nobody can open them."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lims import boxes
from lims.audit.tables import Opening
from lims.boxes import Key
from lims.sealing import keys
from lims.sealing.rows import Whose

MANY = 500
"""Commitments that one statement names."""


def sealed(key: Key, commitment: str, field: str, salt: bytes, value: bytes) -> Opening:
    """An opening under its subject's key."""

    def box(column: str, plain: bytes) -> bytes:
        where = boxes.place(Opening.__tablename__, column, commitment)
        return boxes.seal(key, where, plain)

    return Opening(
        commitment=commitment,
        subject_uid=key.subject,
        field=field,
        kept_salt=box("salt", salt),
        kept_value=box("value", value),
    )


def erase(session: Session, subjects: Collection[str]) -> int:
    """Delete salt and value of every commitment that is of these subjects; how many."""
    of_them = Opening.subject_uid.in_(list(subjects))
    count = session.scalar(select(func.count()).where(of_them)) or 0
    session.execute(delete(Opening).where(of_them))
    return count


def erase_field(session: Session, subject: str, field: str) -> None:
    """Delete the openings of one field, of all that is of a subject."""
    own = (Opening.subject_uid == subject) & (Opening.field == field)
    session.execute(delete(Opening).where(own))


def drop(session: Session, commitments: Collection[str]) -> None:
    """Delete the openings of commitments for which others were made since."""
    listed = sorted(commitments)
    for first in range(0, len(listed), MANY):
        some = listed[first : first + MANY]
        session.execute(delete(Opening).where(Opening.commitment.in_(some)))


def shut(session: Session, commitments: Collection[str]) -> None:
    """Delete openings and destroy their subjects' keys, which seal nothing else."""
    own = select(Opening.subject_uid).where(Opening.commitment.in_(list(commitments)))
    if subjects := set(session.scalars(own)):
        erase(session, subjects)
        keys.destroy(session, subjects)


def move(session: Session, commitments: Collection[str], to: Whose) -> None:
    """Seal these openings under another subject's key."""
    listed = list(commitments)
    rows = session.scalars(select(Opening).where(Opening.commitment.in_(listed))).all()
    told = [(one.commitment, one.field, one.salt, one.value) for one in rows]
    for one in rows:
        session.expunge(one)
    drop(session, listed)
    key = keys.of(session, [to.subject], to.organisation)[to.subject]
    session.add_all(sealed(key, *one) for one in told)
    session.flush()
