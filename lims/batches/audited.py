"""Plates as an auditor's queries walk them, of every organisation."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.batches.plate import WellRole
from lims.batches.quantifying import KITS
from lims.batches.tables import Plate, Well


def loaded(session: Session) -> Iterator[tuple[str, str, set[WellRole]]]:
    """Each plate that was loaded: code, pseudonym, and the roles of its wells.

    Those of quantification have no ladder and no blank of their own, and are left out.
    """
    wanted = (
        select(Plate.code, Plate.uid, Well.role)
        .join(Well, Well.plate_id == Plate.id)
        .where(Plate.loaded_at.is_not(None), Plate.kit.not_in(KITS))
        .distinct()
    )
    found: dict[tuple[str, str], set[WellRole]] = {}
    for code, uid, role in session.execute(wanted):
        found.setdefault((code, uid), set()).add(WellRole(role))
    for (code, uid), roles in found.items():
        yield code, uid, roles


def loaded_ids(session: Session) -> set[int]:
    """The rows of the plates that were loaded."""
    return set(session.scalars(select(Plate.id).where(Plate.loaded_at.is_not(None))))
