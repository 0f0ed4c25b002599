"""Erase the bodies of packages, and recall them. For the erasure, which records it."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.handoff import queries, recalling
from lims.handoff.recall import Reason
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package, Receipt


def packages(session: Session, actor: Actor, profile_ids: Collection[int]) -> list[str]:
    """Empty the packages of these profiles and what was answered to them.

    Answers the numbers of those that had left.

    Locked: one that the worker is putting into the drop folder leaves first. Each is
    recalled, unless it was before.
    """
    found = queries.of_profiles(session, profile_ids, locked=True)
    recalling.recall(session, actor, found, Reason.ERASED)
    session.flush()
    ids = [one.id for one in found]
    gone = update(Package).where(Package.id.in_(ids))
    session.execute(gone.values(kept=None))
    told = update(Receipt).where(Receipt.package_id.in_(ids))
    session.execute(told.values(kept=None))
    return [one.number for one in found if one.state != HandoffState.PENDING]
