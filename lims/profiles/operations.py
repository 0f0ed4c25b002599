"""Changes to profiles: each is one step of the table of states, and an event."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.profiles import queries
from lims.profiles.queries import subject_of
from lims.profiles.states import PROFILE, ProfileState
from lims.profiles.tables import Profile, Replicate
from lims.sealing.rows import Whose

P = Permission
NEEDED = {
    "read": P.READING_SIGN,
    "read blind": P.READING_SIGN,
    "agree": P.READING_SIGN,
    "differ": P.READING_SIGN,
    "build consensus": P.PROFILE_READ,  # by rule, not by choice
    "settle": P.PROFILE_REVIEW,
    "set aside": P.PROFILE_REVIEW,
    "test again": P.PROFILE_REVIEW,
    "review": P.PROFILE_REVIEW,
    "release": P.PROFILE_RELEASE,
    "hand off": P.HANDOFF_RUN,
    "loaded": P.HANDOFF_RUN,
    "not loaded": P.HANDOFF_RUN,
    "recall": P.HANDOFF_RECALL,
    "supersede": P.HANDOFF_RECALL,
    "withdraw": P.IDENTITY_ERASE,
}
GROWING = frozenset(
    {ProfileState.RAW, ProfileState.QC_CLEAR, ProfileState.READ_1, ProfileState.READ_2}
)
"""States in which one more replicate may still join."""


def open_profile(
    session: Session,
    actor: Actor,
    sample_id: int,
    injections: Collection[int],
) -> Profile:
    """The profile that a reading of this sample belongs to: the open one, or a new one.

    A replicate that comes after the consensus opens the next version; readings of the
    earlier injections count for it.
    """
    require(actor, P.READING_SIGN)
    last = queries.latest(session, sample_id)
    if last is not None and ProfileState(last.state) in GROWING:
        opened = last
    else:
        opened = Profile(
            sample_id=sample_id,
            version=1 if last is None else last.version + 1,
            organisation_id=actor.organisation_id,
            state=ProfileState.QC_CLEAR,
            opened_at=clock.now(),
            supersedes_id=last.id if last is not None else None,
        )
        session.add(opened)
        record(session, actor, Tag.PROFILE_OPENED, opened, version=opened.version)
        session.flush()
    known = set(queries.replicates(session, opened.id))
    for injection in set(injections) - known:
        session.add(Replicate(profile_id=opened.id, injection_id=injection))
    return opened


def advance(
    session: Session, actor: Actor, profile: Profile, action: str, **stated: Any
) -> Profile:
    """Take one step; what is stated (a signature, a package, a reason) is recorded."""
    require(actor, NEEDED[action])
    step = PROFILE.step(ProfileState(profile.state), action, stated)
    before, profile.state = profile.state, step.target
    record(
        session,
        actor,
        Tag.PROFILE_STATE_CHANGED,
        profile,
        action=action,
        before=before,
        after=step.target,
        **stated,
    )
    return profile


def keep_consensus(
    session: Session,
    actor: Actor,
    profile: Profile,
    consensus: dict[str, Any],
    quality: str,
) -> Profile:
    """Store what the replicates agree on; the event holds a commitment to it."""
    require(actor, P.PROFILE_READ)
    subject = subject_of(session, profile)
    profile.whose = Whose(subject, profile.organisation_id)
    profile.consensus, profile.quality = consensus, quality
    record(
        session,
        actor,
        Tag.PROFILE_CONSENSUS,
        profile,
        quality=quality,
        loci=len(consensus),
        sealed={"consensus": consensus},
        subject=subject,
    )
    return profile
