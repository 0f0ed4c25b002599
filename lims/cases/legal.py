"""Reads of legal holds. Subjects are named by their codes, and by nothing else."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.cases.tables import CodeLink, Donor, LegalHold, MissingPerson, Relation
from lims.errors import NotFound


@dataclass(frozen=True)
class Held:
    """A hold that stands, and the code of whom it is about."""

    hold: LegalHold
    code: str


def subject(
    session: Session, actor: Actor, code: str
) -> tuple[Donor | None, MissingPerson | None]:
    """The donor or the missing person with this code, where this laboratory works.

    Locked: an erasure that is at work ends first, and one that comes waits.
    """
    require(actor, Permission.LEGAL_HOLD)
    given = code.strip().upper()
    linked = select(CodeLink.donor_id).where(
        CodeLink.organisation_id == actor.organisation_id
    )
    own = or_(Donor.organisation_id == actor.organisation_id, Donor.id.in_(linked))
    wanted = select(Donor).where(Donor.code == given, own)
    donor = session.scalar(wanted.with_for_update(of=Donor))
    missed = select(Relation.missing_person_id).where(Relation.donor_id.in_(linked))
    here = or_(
        MissingPerson.organisation_id == actor.organisation_id,
        MissingPerson.id.in_(missed),
    )
    missed_here = select(MissingPerson).where(MissingPerson.code == given, here)
    alone = missed_here.with_for_update(of=MissingPerson)
    missing = None if donor else session.scalar(alone)
    if donor is None and missing is None:
        raise NotFound(f"No donor and no missing person has the code '{given}' here.")
    return donor, missing


def hold(session: Session, actor: Actor, uid: str) -> LegalHold:
    """Locked."""
    wanted = select(LegalHold).where(
        LegalHold.uid == uid, LegalHold.organisation_id == actor.organisation_id
    )
    found: LegalHold | None = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("There is no such legal hold in this laboratory.")
    return found


def standing(session: Session, actor: Actor) -> list[Held]:
    """The holds of this laboratory that were not lifted, the oldest first."""
    require(actor, Permission.LEGAL_HOLD)
    wanted = (
        select(LegalHold, Donor.code, MissingPerson.code)
        .outerjoin(Donor, Donor.id == LegalHold.donor_id)
        .outerjoin(MissingPerson, MissingPerson.id == LegalHold.missing_person_id)
        .where(
            LegalHold.lifted_at.is_(None),
            LegalHold.organisation_id == actor.organisation_id,
        )
    )
    found = session.execute(wanted.order_by(LegalHold.id))
    return [Held(row, donor or missing) for row, donor, missing in found]


def against(session: Session, donor: Donor, *, locked: bool = False) -> list[LegalHold]:
    """Every hold, of whatever laboratory, that keeps this donor from being erased.

    `locked`: none is placed on whom the donor misses until this is done.
    """
    missed = select(Relation.missing_person_id).where(Relation.donor_id == donor.id)
    if locked:
        whom = select(MissingPerson.id).where(MissingPerson.id.in_(missed))
        session.execute(whom.order_by(MissingPerson.id).with_for_update())
    wanted = select(LegalHold).where(
        LegalHold.lifted_at.is_(None),
        or_(LegalHold.donor_id == donor.id, LegalHold.missing_person_id.in_(missed)),
    )
    return list(session.scalars(wanted.order_by(LegalHold.id)))
