"""Erase what the identity zone holds of a donor. For the erasure alone.

The code, the dates and the scopes of the consents stay, and that a code was linked.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import String, cast, delete, or_, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit import openings
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases.answers import SAME_BODY
from lims.cases.tables import CodeLink, Consent, Donor, Question, Relation


@dataclass(frozen=True)
class Linked:
    """A code of the donor, and the laboratory that gave it."""

    code: str
    organisation_id: int


def links(session: Session, donor: Donor) -> list[Linked]:
    """In every laboratory of this installation: a donor withdraws from all of them."""
    wanted = select(CodeLink).where(CodeLink.donor_id == donor.id)
    found = session.scalars(wanted.order_by(CodeLink.id))
    return [Linked(one.code, one.organisation_id) for one in found]


def donor_with(session: Session, uid: str) -> Donor | None:
    found: Donor | None = session.scalar(
        select(Donor).where(Donor.uid == uid).with_for_update()
    )
    return found


def person(session: Session, actor: Actor, donor: Donor) -> None:
    """Name, sex, year and family ties go; consents that are active end."""
    given = select(Consent).where(
        Consent.donor_id == donor.id, Consent.withdrawn_at.is_(None)
    )
    for one in session.scalars(given.with_for_update()):
        one.withdrawn_at = clock.now()
        record(session, actor, Tag.CONSENT_WITHDRAWN, one)
    donor.kept = None
    session.execute(delete(Relation).where(Relation.donor_id == donor.id))


def answers(session: Session, actor: Actor, codes: Collection[str]) -> None:
    """Empty the answers that told whether one of these codes is somebody's.

    What was answered of consents stays: it repeats the consents, which stay.
    """
    told = cast(Question.asked, String)
    wanted = select(Question).where(
        Question.kind == SAME_BODY, or_(*(told.contains(one) for one in codes))
    )
    for row in session.scalars(wanted.order_by(Question.id).with_for_update()):
        row.answer = [
            None if set(codes) & set(pair) else yes
            for pair, yes in zip(row.asked, row.answer, strict=True)
        ]
        openings.erase(session, [row.uid])
        record(session, actor, Tag.CODE_ANSWER_EMPTIED, row)
