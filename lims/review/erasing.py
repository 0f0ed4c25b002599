"""Empty readings and comparisons. For the erasure alone, which records it."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from lims.review.tables import Comparison, Reading


def readings(session: Session, profile_ids: Collection[int]) -> None:
    """That they were made and signed stays, and what was read does not."""
    ids = list(profile_ids)
    read = update(Reading).where(Reading.profile_id.in_(ids))
    session.execute(read.values(kept=None))
    compared = update(Comparison).where(Comparison.profile_id.in_(ids))
    session.execute(compared.values(kept=None))
