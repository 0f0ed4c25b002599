"""Erase what quantifications hold of a subject. For the erasure alone."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from lims.quantities.tables import Quantity


def quantities(session: Session, sample_ids: Collection[int]) -> None:
    """Empty what every tube of these accessioned samples showed."""
    session.execute(
        update(Quantity)
        .where(Quantity.source_id.in_(list(sample_ids)))
        .values(kept=None)
    )
