"""Erase the photographs of a subject's samples. For the erasure alone.

The row stays and says that it was erased. The bytes go from the disk after the
transaction; whoever dies between the two wipes them at the next start.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from lims import clock
from lims.custody.tables import Photograph


def photographs(session: Session, sample_ids: Collection[int]) -> None:
    """Nobody is shown the pictures of these samples any more."""
    session.execute(
        update(Photograph)
        .where(Photograph.sample_id.in_(list(sample_ids)), ~_is_erased())
        .values(erased_at=clock.now())
    )


def to_wipe(session: Session) -> list[str]:
    """The hashes of all pictures that were erased, unless they show another, too."""
    other = aliased(Photograph)
    stands = exists().where(
        other.sha256 == Photograph.sha256, other.erased_at.is_(None)
    )
    wanted = select(Photograph.sha256).where(_is_erased(), ~stands).distinct()
    return list(session.scalars(wanted.order_by(Photograph.sha256)))


def _is_erased() -> ColumnElement[bool]:
    return Photograph.erased_at.is_not(None)
