"""Reads of the repairs of labels."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.printing.tables import LabelRepair, Mishap, RepairState

__all__ = ["LabelRepair", "Mishap", "RepairState", "codes_of", "one", "repairs"]

NEWEST = 50


def repairs(session: Session, actor: Actor) -> list[LabelRepair]:
    """Of the actor's laboratory, what waits first."""
    wanted = select(LabelRepair).order_by(
        LabelRepair.state != RepairState.PROPOSED, LabelRepair.id.desc()
    )
    wanted = owned(wanted.limit(NEWEST), LabelRepair.organisation_id, actor.scope)
    return list(session.scalars(wanted))


def one(session: Session, actor: Actor, uid: str) -> LabelRepair:
    """Locked, for a change."""
    wanted = owned(
        select(LabelRepair).where(LabelRepair.uid == uid),
        LabelRepair.organisation_id,
        actor.scope,
    )
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("No repair of labels here has this address.")
    return found


def waiting(session: Session, codes: Collection[str]) -> LabelRepair | None:
    """A repair of one of these codes that waits for a second person."""
    wanted = select(LabelRepair).where(
        LabelRepair.state == RepairState.PROPOSED,
        or_(LabelRepair.first.in_(codes), LabelRepair.second.in_(codes)),
    )
    return session.scalar(wanted.limit(1))


def codes_of(repair: LabelRepair) -> list[str]:
    return [code for code in (repair.first, repair.second) if code is not None]
