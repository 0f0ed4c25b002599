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
from lims.handoff.states import HandoffState, RecallState
from lims.handoff.tables import Package, Recall, Receipt
from lims.profiles import queries as profiles

__all__ = [
    "Package", "Recall", "counts", "known_receipt", "named_in", "next_sequence",
    "of_profiles", "package", "packages", "recall", "recalled", "recalled_of_samples",
    "recalls_of", "receipts", "told", "troubled", "waits_for_a_recall",
]  # fmt: skip


def package(session: Session, actor: Actor, uid: str, *, lock: bool = False) -> Package:
    wanted = owned(
        select(Package).where(Package.uid == uid), Package.organisation_id, actor.scope
    )
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no such package in this laboratory.")
    return found


def named_in(session: Session, actor: Actor, receipt: bytes) -> Package | None:
    """The package that an answer of whatever form seems to speak of, locked.

    An answer to a recall speaks of the package that was recalled.
    """
    found = re.search(rb'"package"\s*:\s*"([0-9a-f]{32})"', receipt)
    if found is None:
        return None
    uid = found[1].decode()
    wanted = owned(select(Package), Package.organisation_id, actor.scope)
    recalled = select(Recall.package_id).where(Recall.uid == uid)
    named = wanted.where((Package.uid == uid) | Package.id.in_(recalled))
    return session.scalar(named.with_for_update())


def recall(session: Session, actor: Actor, uid: str) -> Recall | None:
    """The recall of this id, if it is one of this laboratory's."""
    wanted = owned(select(Recall), Recall.organisation_id, actor.scope)
    return session.scalar(wanted.where(Recall.uid == uid))


def recalled(session: Session, recall: Recall) -> Package:
    """The package that a recall is of."""
    return session.get_one(Package, recall.package_id)


def recalls_of(session: Session, package_ids: Collection[int]) -> dict[int, Recall]:
    """Package to the recall that was made of it."""
    found = select(Recall).where(Recall.package_id.in_(package_ids))
    return {one.package_id: one for one in session.scalars(found)}


def recalled_of_samples(
    session: Session, sample_ids: Collection[int]
) -> list[tuple[Package, Recall]]:
    """Each package of these samples that was recalled, with its recall."""
    ids = [one.id for one in profiles.of_samples(session, sample_ids)]
    packages = of_profiles(session, ids)
    told = recalls_of(session, [one.id for one in packages])
    return [(one, told[one.id]) for one in packages if one.id in told]


def waits_for_a_recall(session: Session, package: Package) -> bool:
    """Whether the engine has still to be told to forget an earlier version."""
    one = profiles.by_id(session, package.profile_id)
    versions = [row.id for row in profiles.of_samples(session, [one.sample_id])]
    unsent = (
        select(Recall.id)
        .join(Package, Package.id == Recall.package_id)
        .where(
            Package.profile_id.in_(versions),
            Recall.package_id != package.id,
            Recall.state == RecallState.PENDING,
        )
    )
    return session.scalar(unsent.limit(1)) is not None


def troubled(session: Session, actor: Actor) -> int:
    """Packages and recalls that the engine refused: somebody must look at them."""
    refused = owned(
        select(func.count(Recall.id)), Recall.organisation_id, actor.scope
    ).where(Recall.state == RecallState.REJECTED)
    packages = counts(session, actor).get(HandoffState.REJECTED, 0)
    return packages + (session.scalar(refused) or 0)


def packages(
    session: Session, actor: Actor, before: int | None = None, size: int = 50
) -> list[Package]:
    """Newest first; `before` is the id where the last page ended."""
    wanted = owned(select(Package), Package.organisation_id, actor.scope)
    if before is not None:
        wanted = wanted.where(Package.id < before)
    return list(session.scalars(wanted.order_by(Package.id.desc()).limit(size)))


def of_profiles(
    session: Session, profile_ids: Collection[int], *, locked: bool = False
) -> list[Package]:
    wanted = select(Package).where(Package.profile_id.in_(profile_ids))
    wanted = wanted.order_by(Package.id)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(wanted))


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
    """The message that the package holds; empty where it was erased."""
    return cast("dict[str, Any]", json.loads(package.body or b"{}"))


def next_sequence(session: Session) -> int:
    return (session.scalar(select(func.max(Package.id))) or 0) + 1


def known_receipt(session: Session, package_id: int, told: Mapping[str, Any]) -> bool:
    """Whether the engine gave this answer before, be it at another moment.

    An engine that dies after it answered answers again. The message's own type and id
    tell that it is the same (CloudEvents 1.0, "id").
    """
    standing = (one.body for one in receipts(session, [package_id]))
    kept = (json.loads(body) for body in standing if body)
    return any((one["type"], one["id"]) == (told["type"], told["id"]) for one in kept)
