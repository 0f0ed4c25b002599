"""Empty profiles and take them out of use. For the erasure alone, which records it."""

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.errors import RuleBroken
from lims.profiles import queries
from lims.profiles.operations import advance
from lims.profiles.tables import Profile


def rows(session: Session, sample_ids: Collection[int]) -> list[int]:
    """The versions of these samples' profiles, by their rows."""
    return [one.id for one in queries.of_samples(session, sample_ids)]


def profiles(session: Session, actor: Actor, sample_ids: Collection[int]) -> None:
    """Withdraw each version and empty it."""
    found = queries.of_samples(session, sample_ids)
    for one in found:
        try:
            advance(session, actor, one, "withdraw", reason="ERASED")
        except RuleBroken:
            continue  # it ended before: superseded, recalled, rejected, withdrawn
    session.flush()
    ids = [one.id for one in found]
    session.execute(
        update(Profile).where(Profile.id.in_(ids)).values(kept=None, quality=None)
    )
