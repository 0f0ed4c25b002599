"""Reads of the anchors: what stands outside the house, and what is missing there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.anchors.asking import contradicts
from lims.anchors.policy import Door, Policy
from lims.anchors.tables import Cosignature, Timestamp, Trouble
from lims.audit import log
from lims.audit.log import SignedCheckpoint
from lims.audit.notes import Verifier

__all__ = ["Cosignature", "Timestamp", "Trouble"]


STAMPED = 3
"""Stamped checkpoints that a bundle carries: of the last days."""


@dataclass(frozen=True)
class Standing:
    """How far a witness has followed the log."""

    name: str
    url: str
    size: int
    """Of the last checkpoint that all its keys cosigned; 0 for none."""
    at: datetime | None
    """When it did, by its own clock."""
    lag: int
    """Events in the newest checkpoint that it has not cosigned."""
    trouble: str | None
    """Why it did not answer when it was last asked."""
    troubled_since: datetime | None

    @property
    def contradicts(self) -> bool:
        """It remembers another or a longer history: no silence, but an alarm."""
        return self.trouble is not None and contradicts(self.trouble)


def number(key: Verifier) -> str:
    """How a key is named beside its cosignature: short enough to be read."""
    return f"{key.name}+{key.key_id.hex()}"


def cosignatures(session: Session, checkpoint_id: int) -> list[Cosignature]:
    """The lines that stand below this checkpoint's own; with them its note is whole."""
    found = select(Cosignature).where(Cosignature.checkpoint_id == checkpoint_id)
    return list(session.scalars(found.order_by(Cosignature.key)))


def timestamps(session: Session, checkpoint_id: int) -> list[Timestamp]:
    found = select(Timestamp).where(Timestamp.checkpoint_id == checkpoint_id)
    return list(session.scalars(found.order_by(Timestamp.at)))


def stamped_since(session: Session, size: int) -> SignedCheckpoint | None:
    """The oldest checkpoint of at least this size with a timestamp: time's bound."""
    found = (
        select(SignedCheckpoint)
        .join(Timestamp, Timestamp.checkpoint_id == SignedCheckpoint.id)
        .where(SignedCheckpoint.size >= size)
        .order_by(SignedCheckpoint.id)
        .limit(1)
    )
    return session.scalar(found)


def anchored(
    session: Session, origin: str, before: int, most: int, keys: Sequence[Verifier]
) -> list[SignedCheckpoint]:
    """Checkpoints of fewer leaves that bound what is shown from outside.

    The latest that somebody cosigned; the last of each witness, which may be far behind
    the others; and the last that were stamped: an authority is asked once a day, while
    a busy log is cosigned each second.
    """
    latest = (
        select(SignedCheckpoint)
        .where(
            SignedCheckpoint.origin == origin,
            SignedCheckpoint.size > 0,
            SignedCheckpoint.size < before,
        )
        .order_by(SignedCheckpoint.size.desc())
    )
    stamped = SignedCheckpoint.id.in_(select(Timestamp.checkpoint_id))
    found = list(session.scalars(latest.where(stamped).limit(STAMPED)))
    cosigned = SignedCheckpoint.id.in_(select(Cosignature.checkpoint_id))
    found += session.scalars(latest.where(cosigned).limit(most))
    for key in keys:
        by_it = select(Cosignature.checkpoint_id).where(Cosignature.key == number(key))
        found += session.scalars(latest.where(SignedCheckpoint.id.in_(by_it)).limit(1))
    return sorted(set(found), key=lambda one: one.size)


def last_timestamp(session: Session) -> Timestamp | None:
    """The one over the longest log."""
    found = select(Timestamp).order_by(Timestamp.checkpoint_id.desc())
    return session.scalar(found.limit(1))


def trouble(session: Session, url: str) -> Trouble | None:
    return session.get(Trouble, url)


def last_cosigned(
    session: Session, origin: str, keys: Sequence[Verifier]
) -> tuple[int, datetime | None]:
    """Size and time of the last checkpoint of this log that all the keys cosigned."""
    sizes = []
    for key in keys:
        found = session.execute(
            select(SignedCheckpoint.size, Cosignature.at)
            .join(Cosignature, Cosignature.checkpoint_id == SignedCheckpoint.id)
            .where(SignedCheckpoint.origin == origin, Cosignature.key == number(key))
            .order_by(SignedCheckpoint.size.desc())
            .limit(1)
        ).first()
        sizes.append((found.size, found.at) if found else (0, None))
    return min(sizes, key=lambda one: one[0])


def witnesses(session: Session, policy: Policy) -> list[Standing]:
    """Each witness that is asked, in the order of their addresses."""
    newest = log.newest(session)
    return [_standing(session, door, newest) for door in policy.doors]


def _standing(
    session: Session, door: Door, newest: SignedCheckpoint | None
) -> Standing:
    size, at = last_cosigned(session, newest.origin, door.keys) if newest else (0, None)
    told = trouble(session, door.url)
    return Standing(
        name=door.name,
        url=door.url,
        size=size,
        at=at,
        lag=newest.size - size if newest else 0,
        trouble=told.sentence if told else None,
        troubled_since=told.since if told else None,
    )
