"""Reads of packages."""

from collections.abc import Collection, Mapping
import json
import re
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package, Receipt


def package(session: Session, actor: Actor, uid: str, *, lock: bool = False) -> Package:
    wanted = owned(
        select(Package).where(Package.uid == uid), Package.organisation_id, actor.scope
    )
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no such package in this laboratory.")
    return found


def named_in(session: Session, actor: Actor, receipt: bytes) -> Package | None:
    """The package that an answer of whatever form seems to speak of, locked."""
    found = re.search(rb'"package"\s*:\s*"([0-9a-f]{32})"', receipt)
    if found is None:
        return None
    wanted = owned(select(Package), Package.organisation_id, actor.scope)
    named = wanted.where(Package.uid == found[1].decode())
    return session.scalar(named.with_for_update())


def packages(
    session: Session, actor: Actor, before: int | None = None, size: int = 50
) -> list[Package]:
    """Newest first; `before` is the id where the last page ended."""
    wanted = owned(select(Package), Package.organisation_id, actor.scope)
    if before is not None:
        wanted = wanted.where(Package.id < before)
    return list(session.scalars(wanted.order_by(Package.id.desc()).limit(size)))


def of_profiles(session: Session, profile_ids: Collection[int]) -> list[Package]:
    found = select(Package).where(Package.profile_id.in_(profile_ids))
    return list(session.scalars(found.order_by(Package.id)))


def receipts(session: Session, package_ids: Collection[int]) -> list[Receipt]:
    found = select(Receipt).where(Receipt.package_id.in_(package_ids))
    return list(session.scalars(found.order_by(Receipt.id)))


def counts(session: Session, actor: Actor) -> dict[HandoffState, int]:
    wanted = owned(
        select(Package.state, func.count(Package.id)),
        Package.organisation_id,
        actor.scope,
    )
    found = session.execute(wanted.group_by(Package.state))
    return {HandoffState(state): count for state, count in found}


def told(package: Package) -> dict[str, Any]:
    """The message that the package holds."""
    return cast("dict[str, Any]", json.loads(package.body))


def next_sequence(session: Session) -> int:
    return (session.scalar(select(func.max(Package.id))) or 0) + 1


def known_receipt(session: Session, package_id: int, told: Mapping[str, Any]) -> bool:
    """Whether the engine gave this answer before, be it at another moment.

    An engine that dies after it answered answers again. The message's own type and id
    tell that it is the same (CloudEvents 1.0, "id").
    """
    kept = (json.loads(one.body) for one in receipts(session, [package_id]))
    return any((one["type"], one["id"]) == (told["type"], told["id"]) for one in kept)
