"""Reads of profiles."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.db import owned
from lims.errors import NotFound
from lims.profiles.states import OUT, ProfileState
from lims.profiles.tables import Profile, Replicate
from lims.samples import queries as samples
from lims.sealing import keys

__all__ = [
    "Page", "Profile", "by_id", "count_in", "erased_among", "in_states", "latest",
    "of_samples", "profile", "released_samples", "replicates", "subject_of",
]  # fmt: skip


@dataclass(frozen=True)
class Page:
    profiles: list[Profile]
    after: int | None
    """Where the next page begins; None on the last."""


def profile(session: Session, actor: Actor, uid: str, *, lock: bool = False) -> Profile:
    wanted = owned(
        select(Profile).where(Profile.uid == uid), Profile.organisation_id, actor.scope
    )
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no such profile in this laboratory.")
    return found


def by_id(session: Session, profile_id: int) -> Profile:
    """A profile that another row of this laboratory names, locked."""
    return session.get_one(Profile, profile_id, with_for_update=True)


def subject_of(session: Session, profile: Profile) -> str:
    """Whose profile it is: the pseudonym of the accessioned sample."""
    return samples.uids(session, [profile.sample_id])[profile.sample_id]


def erased_among(session: Session, profile_ids: Collection[int]) -> set[int]:
    """Those of the profiles that are of somebody who was erased."""
    found = session.execute(
        select(Profile.id, Profile.sample_id).where(Profile.id.in_(profile_ids))
    ).all()
    subjects = samples.uids(session, {one.sample_id for one in found})
    standing = keys.standing(session, subjects.values())
    return {one.id for one in found if subjects[one.sample_id] not in standing}


def latest(session: Session, sample_id: int) -> Profile | None:
    """The newest version of a sample's profile, locked."""
    found = select(Profile).where(Profile.sample_id == sample_id)
    newest = found.order_by(Profile.version.desc()).limit(1)
    return session.scalar(newest.with_for_update())


def of_samples(session: Session, sample_ids: Collection[int]) -> list[Profile]:
    found = select(Profile).where(Profile.sample_id.in_(sample_ids))
    return list(session.scalars(found.order_by(Profile.sample_id, Profile.version)))


def replicates(session: Session, profile_id: int) -> list[int]:
    """The injections behind a profile, by their ids."""
    found = select(Replicate.injection_id).where(Replicate.profile_id == profile_id)
    return list(session.scalars(found.order_by(Replicate.injection_id)))


def in_states(
    session: Session,
    actor: Actor,
    states: Collection[ProfileState],
    after: int = 0,
    size: int = 50,
) -> Page:
    wanted = (
        owned(select(Profile), Profile.organisation_id, actor.scope)
        .where(Profile.state.in_(states), Profile.id > after)
        .order_by(Profile.id)
        .limit(size + 1)
    )
    found = list(session.scalars(wanted))
    more = found[size - 1].id if len(found) > size else None
    return Page(found[:size], more)


def released_samples() -> Select[int]:
    """The numbers of the samples whose profile was released, as a statement."""
    return select(Profile.sample_id).where(Profile.state.in_(OUT))


def count_in(session: Session, actor: Actor, states: Collection[ProfileState]) -> int:
    wanted = owned(select(func.count(Profile.id)), Profile.organisation_id, actor.scope)
    return session.scalar(wanted.where(Profile.state.in_(states))) or 0
