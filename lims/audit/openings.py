"""Erase openings: the commitments stay in their events, and nobody can open them."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lims.audit.tables import Opening
from lims.sealing import keys

MANY = 500
"""Commitments that one statement names."""


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
