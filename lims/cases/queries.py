"""Reads of the identity zone: by those who own the case, and by the coordinator.

A coordinator sees what the own laboratory holds codes of; looking behind a single
code is an operation (`unblind`), because it is an event.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lims.access import Actor, Permission, require
from lims.cases.tables import (
    CodeLink,
    Consent,
    Declaration,
    Donor,
    Element,
    Incident,
    MissingPerson,
    Relation,
    Remains,
)
from lims.cases.words import Scope
from lims.errors import NotFound

__all__ = [
    "PAGE", "Behind", "Consent", "Declaration", "Donor", "Element", "Incident",
    "MissingPerson", "Relation", "Remains", "behind", "code_link", "consenting",
    "consents_of", "declarations", "donor", "donors", "elements_by_uid",
    "elements_of", "incident", "incidents", "latest_donors", "linked_bags",
    "links_without_consent", "lock_donors", "missing_person", "missing_persons",
    "own_donors", "own_elements", "relations_of", "relatives_of", "remains",
    "remains_page", "subject_uids",
]  # fmt: skip

PAGE = 50
OFFERED = 300
"""So many of the latest are offered to choose from."""
T = TypeVar("T")


@dataclass(frozen=True)
class Behind:
    """Who or what stands behind one blind code."""

    code: str
    bag: str
    tag: str
    """The tag of the remains, or the donor's code."""
    told: str
    """The mortuary's own tag, or the donor's name."""
    element: str
    side: str
    incident: str
    relations: tuple[tuple[str, str], ...]
    """Of a donor: claimed relation and the missing person's code."""


def incident(
    session: Session, actor: Actor, code: str, *, locked: bool = False
) -> Incident:
    require(actor, Permission.IDENTITY_READ)
    wanted = select(Incident).where(Incident.code == code)
    return _one(session, wanted, f"No incident has the code '{code}'.", locked=locked)


def incidents(session: Session, actor: Actor) -> list[Incident]:
    """The register of incidents is common to all who work on cases."""
    require(actor, Permission.IDENTITY_READ)
    return list(session.scalars(select(Incident).order_by(Incident.id)))


def remains(session: Session, actor: Actor, tag: str) -> Remains:
    wanted = _remains(actor).where(Remains.tag == tag)
    return _one(session, wanted, f"No remains have the tag '{tag}' here.")


def remains_page(session: Session, actor: Actor, after: int = 0) -> list[Remains]:
    wanted = _remains(actor).where(Remains.id > after).order_by(Remains.id)
    return list(session.scalars(wanted.limit(PAGE)))


def elements_of(session: Session, actor: Actor, tag: str) -> list[Element]:
    found = remains(session, actor, tag)
    wanted = select(Element).where(Element.remains_id == found.id)
    return list(session.scalars(wanted.order_by(Element.id)))


def elements_by_uid(
    session: Session, actor: Actor, uids: Collection[str], *, locked: bool = False
) -> dict[str, Element]:
    """The elements of own remains, by their pseudonym."""
    own = select(Remains.id).where(Remains.organisation_id == actor.organisation_id)
    wanted = select(Element).where(
        Element.uid.in_(list(uids)), Element.remains_id.in_(own)
    )
    found = session.scalars(_locked(wanted.order_by(Element.id), locked=locked))
    return {one.uid: one for one in found}


def missing_person(session: Session, actor: Actor, code: str) -> MissingPerson:
    wanted = _missing(actor).where(MissingPerson.code == code)
    return _one(session, wanted, f"No missing person has the code '{code}' here.")


def missing_persons(
    session: Session, actor: Actor, after: int = 0
) -> list[MissingPerson]:
    wanted = _missing(actor).where(MissingPerson.id > after).order_by(MissingPerson.id)
    return list(session.scalars(wanted.limit(PAGE)))


def donor(session: Session, actor: Actor, code: str, *, locked: bool = False) -> Donor:
    wanted = _donors(actor).where(Donor.code == code)
    return _one(session, wanted, f"No donor has the code '{code}' here.", locked=locked)


def donors(session: Session, actor: Actor, after: int = 0) -> list[Donor]:
    wanted = _donors(actor).where(Donor.id > after).order_by(Donor.id)
    return list(session.scalars(wanted.limit(PAGE)))


def relations_of(
    session: Session, actor: Actor, code: str
) -> list[tuple[Relation, MissingPerson]]:
    """What a donor claims to be, and to whom."""
    found = donor(session, actor, code)
    wanted = (
        select(Relation, MissingPerson)
        .join(MissingPerson, MissingPerson.id == Relation.missing_person_id)
        .where(Relation.donor_id == found.id)
        .order_by(Relation.id)
    )
    return [(one, whom) for one, whom in session.execute(wanted)]


def relatives_of(
    session: Session, actor: Actor, code: str
) -> list[tuple[Relation, Donor]]:
    """The donors in sight who miss this person, and what each claims to be."""
    missed = missing_person(session, actor, code)
    wanted = _donors(actor).join(Relation, Relation.donor_id == Donor.id)
    wanted = wanted.where(Relation.missing_person_id == missed.id)
    found = wanted.add_columns(Relation).order_by(Relation.id)
    return [(claim, donor) for donor, claim in session.execute(found)]


def consents_of(
    session: Session, actor: Actor, code: str, *, locked: bool = False
) -> list[Consent]:
    found = donor(session, actor, code)
    wanted = select(Consent).where(Consent.donor_id == found.id).order_by(Consent.id)
    return list(session.scalars(_locked(wanted, locked=locked)))


def consenting(session: Session, donors: Collection[int], scope: Scope) -> set[int]:
    """Of these donors (rows), those whose consent is active and covers the scope."""
    active = select(Consent).where(
        Consent.donor_id.in_(list(donors)), Consent.withdrawn_at.is_(None)
    )
    return {one.donor_id for one in session.scalars(active) if scope in one.scopes}


def lock_donors(session: Session, donors: Collection[int]) -> None:
    """Hold these donors (rows), so that none is erased until this is done."""
    wanted = select(Donor.id).where(Donor.id.in_(list(donors))).order_by(Donor.id)
    session.execute(wanted.with_for_update())


def own_donors(
    session: Session, actor: Actor, codes: Collection[str], *, locked: bool = False
) -> dict[str, Donor]:
    wanted = select(Donor).where(
        Donor.code.in_(list(codes)), Donor.organisation_id == actor.organisation_id
    )
    found = session.scalars(_locked(wanted.order_by(Donor.id), locked=locked))
    return {one.code: one for one in found}


def latest_donors(
    session: Session, actor: Actor, codes: Collection[str] = ()
) -> list[Donor]:
    """Own donors, the latest first; only those with these codes where any is given."""
    require(actor, Permission.IDENTITY_READ)
    wanted = select(Donor).where(Donor.organisation_id == actor.organisation_id)
    if codes:
        wanted = wanted.where(Donor.code.in_(list(codes)))
    else:
        wanted = wanted.limit(OFFERED)
    return list(session.scalars(wanted.order_by(Donor.id.desc())))


def own_elements(
    session: Session, actor: Actor, tags: Collection[str] = ()
) -> list[tuple[Remains, Element]]:
    """Elements of own remains, the latest first; only of these tags where given."""
    require(actor, Permission.IDENTITY_READ)
    wanted = (
        select(Remains, Element)
        .join(Element, Element.remains_id == Remains.id)
        .where(Remains.organisation_id == actor.organisation_id)
        .order_by(Element.id.desc())
    )
    wanted = (
        wanted.where(Remains.tag.in_(list(tags))) if tags else wanted.limit(OFFERED)
    )
    return [(remains, element) for remains, element in session.execute(wanted)]


def subject_uids(session: Session, declared: Collection[Declaration]) -> dict[str, str]:
    """Bag to the pseudonym of what it holds."""
    elements = _uids(session, Element, {one.element_id for one in declared})
    donors = _uids(session, Donor, {one.donor_id for one in declared})
    return {
        one.bag: elements[one.element_id] if one.element_id else donors[one.donor_id]
        for one in declared
    }


def _uids(
    session: Session, kind: type[Element | Donor], ids: set[int | None]
) -> dict[int | None, str]:
    wanted = select(kind.id, kind.uid).where(kind.id.in_(ids - {None}))
    rows = session.execute(wanted).all()
    return {row.id: row.uid for row in rows}


def links_without_consent(session: Session, actor: Actor) -> list[CodeLink]:
    """Locked: to be told of them is an event on their chains."""
    wanted = select(CodeLink).where(
        CodeLink.donor_id.is_not(None),
        CodeLink.organisation_id == actor.organisation_id,
    )
    found = session.scalars(_locked(wanted.order_by(CodeLink.id), locked=True)).all()
    donors = {one.donor_id for one in found if one.donor_id}
    allowed = consenting(session, donors, Scope.DNA_IDENTIFICATION)
    return [one for one in found if one.donor_id not in allowed]


def declarations(session: Session, bags: Collection[str]) -> dict[str, Declaration]:
    wanted = select(Declaration).where(Declaration.bag.in_(list(bags)))
    return {one.bag: one for one in session.scalars(wanted)}


def linked_bags(session: Session, bags: Collection[str]) -> set[str]:
    wanted = select(CodeLink.bag).where(CodeLink.bag.in_(list(bags)))
    return set(session.scalars(wanted))


def code_link(session: Session, actor: Actor, code: str) -> CodeLink:
    """Locked: to look behind it is an event on its chain."""
    wanted = select(CodeLink).where(
        CodeLink.code == code, CodeLink.organisation_id == actor.organisation_id
    )
    told = f"No subject is linked to the code '{code}' here."
    return _one(session, wanted, told, locked=True)


def codes_of_case(session: Session, actor: Actor, reference: str) -> list[str]:
    """The codes linked here to one case: of remains, a donor or a missing person."""
    require(actor, Permission.IDENTITY_LINK)
    of_remains = (
        select(Element.id)
        .join(Remains, Remains.id == Element.remains_id)
        .where(Remains.tag == reference)
    )
    of_donors = select(Donor.id).where(Donor.code == reference)
    of_relatives = (
        select(Relation.donor_id)
        .join(MissingPerson, MissingPerson.id == Relation.missing_person_id)
        .where(MissingPerson.code == reference)
    )
    wanted = select(CodeLink.code).where(
        CodeLink.organisation_id == actor.organisation_id,
        or_(
            CodeLink.element_id.in_(of_remains),
            CodeLink.donor_id.in_(of_donors),
            CodeLink.donor_id.in_(of_relatives),
        ),
    )
    found = list(session.scalars(wanted.order_by(CodeLink.id)))
    if not found:
        raise NotFound(
            f"No code is linked here to a case '{reference}'. Possible: the tag of "
            "remains, the code of a donor or of a missing person."
        )
    return found


def behind(session: Session, link: CodeLink) -> Behind:
    if link.element_id is not None:
        return _behind_element(session, link)
    whom = session.get_one(Donor, link.donor_id)
    claimed = session.execute(
        select(Relation.claimed, MissingPerson.code)
        .join(MissingPerson, MissingPerson.id == Relation.missing_person_id)
        .where(Relation.donor_id == whom.id)
        .order_by(Relation.id)
    )
    relations = tuple((relation, code) for relation, code in claimed)
    return Behind(link.code, link.bag, whom.code, whom.name, "", "", "", relations)


def _behind_element(session: Session, link: CodeLink) -> Behind:
    element = session.get_one(Element, link.element_id)
    found = session.get_one(Remains, element.remains_id)
    event = session.get_one(Incident, found.incident_id)
    return Behind(
        link.code,
        link.bag,
        found.tag,
        found.mortuary_tag,
        element.name,
        element.side,
        event.code,
        (),
    )


def _remains(actor: Actor) -> Select[Remains]:
    linked = (
        select(Element.remains_id)
        .join(CodeLink, CodeLink.element_id == Element.id)
        .where(CodeLink.organisation_id == actor.organisation_id)
    )
    return _seen(
        actor, select(Remains), Remains.organisation_id, Remains.id.in_(linked)
    )


def _donors(actor: Actor) -> Select[Donor]:
    linked = select(CodeLink.donor_id).where(
        CodeLink.organisation_id == actor.organisation_id
    )
    return _seen(actor, select(Donor), Donor.organisation_id, Donor.id.in_(linked))


def _missing(actor: Actor) -> Select[MissingPerson]:
    linked = (
        select(Relation.missing_person_id)
        .join(CodeLink, CodeLink.donor_id == Relation.donor_id)
        .where(CodeLink.organisation_id == actor.organisation_id)
    )
    return _seen(
        actor,
        select(MissingPerson),
        MissingPerson.organisation_id,
        MissingPerson.id.in_(linked),
    )


def _seen(
    actor: Actor,
    wanted: Select[T],
    owner: InstrumentedAttribute[int],
    linked: ColumnElement[bool],
) -> Select[T]:
    """Own cases; for a coordinator also those that the own laboratory holds codes of.

    Who sees every organisation in the lab zone still sees no case here.
    """
    require(actor, Permission.IDENTITY_READ)
    coordinating = linked if actor.may(Permission.IDENTITY_LINK) else false()
    return wanted.where(or_(owner == actor.organisation_id, coordinating))


def _one(
    session: Session, wanted: Select[T], otherwise: str, *, locked: bool = False
) -> T:
    found: T | None = session.scalar(_locked(wanted, locked=locked))
    if found is None:
        raise NotFound(otherwise)
    return found


def _locked(wanted: Select[T], *, locked: bool) -> Select[T]:
    if not locked:
        return wanted
    return wanted.with_for_update().execution_options(populate_existing=True)
