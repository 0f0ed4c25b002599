"""Erase what quantifications hold of a subject. For the erasure alone."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lims.quantities.tables import Quantification, Quantity


def quantities(session: Session, sample_ids: Collection[int]) -> None:
    """Empty what every tube of these accessioned samples showed."""
    session.execute(
        update(Quantity)
        .where(Quantity.source_id.in_(list(sample_ids)))
        .values(kept=None)
    )


def wells(session: Session, sample_ids: Collection[int]) -> dict[int, set[str]]:
    """Import to the wells in which tubes of these accessioned samples were measured."""
    wanted = (
        select(Quantification.import_id, Quantity.wells)
        .join(Quantity, Quantity.quantification_id == Quantification.id)
        .where(Quantity.source_id.in_(list(sample_ids)))
    )
    found: dict[int, set[str]] = {}
    for number, told in session.execute(wanted):
        found.setdefault(number, set()).update(told)
    return found
