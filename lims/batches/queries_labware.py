"""Reads of single-use labware: where and when a piece was used."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches.tables import Labware, Plate
from lims.db import owned

__all__ = ["Labware", "Used", "of_plate", "used"]


class Used(NamedTuple):
    row: Labware
    plate: str
    """The plate's code."""


def used(session: Session, actor: Actor, codes: Collection[str]) -> list[Used]:
    """Those of the codes that were used here, with their plates."""
    wanted = (
        select(Labware, Plate.code)
        .join(Plate, Plate.id == Labware.plate_id)
        .where(Labware.code.in_(sorted(codes)))
        .order_by(Labware.code)
    )
    found = session.execute(owned(wanted, Labware.organisation_id, actor.scope))
    return [Used(*row) for row in found]


def of_plate(session: Session, plate: Plate) -> list[Labware]:
    """What was used for a plate, for who has found that the actor may see it."""
    wanted = select(Labware).where(Labware.plate_id == plate.id)
    return list(session.scalars(wanted.order_by(Labware.id)))
