"""Profiles as an auditor's queries walk them, of every organisation."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.profiles.states import OUT
from lims.profiles.tables import Profile, Replicate


def every(session: Session) -> list[Profile]:
    return list(session.scalars(select(Profile).order_by(Profile.id)))


def out(session: Session) -> list[Profile]:
    """Those that were released, whatever became of them at the engine."""
    wanted = select(Profile).where(Profile.state.in_(OUT)).order_by(Profile.id)
    return list(session.scalars(wanted))


def replicates(session: Session) -> dict[int, list[int]]:
    """Profile to the injections behind it, by their rows."""
    found: dict[int, list[int]] = {}
    for one in session.scalars(select(Replicate)):
        found.setdefault(one.profile_id, []).append(one.injection_id)
    return found
