"""Changes to the identity zone. No event tells a name: what is personal is sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import queries
from lims.cases.queries import Behind
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
from lims.cases.words import (
    SEXES,
    RemainsKind,
    Scope,
    one_of,
    remains_tag,
    side_of,
    subject_code,
    text,
)
from lims.errors import BadInput, NotFound, RuleBroken
from lims.sealing import keys


@dataclass(frozen=True)
class Happening:
    """An incident as its register tells it."""

    code: str
    kind: str
    happened_on: str
    place: str
    dead: int | None = None
    missing: int | None = None
    survivors: int | None = None
    attribution: str = ""


@dataclass(frozen=True)
class Person:
    """What is known of a missing person or a donor."""

    name: str
    sex: str = "unknown"
    birth_year: int | None = None
    fathers_name: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Subject:
    """What is in a bag: an element (its uid) or a donor (the donor's code)."""

    element: str = ""
    donor: str = ""


@dataclass(frozen=True)
class Linking:
    """What became of each bag that was to get a code."""

    linked: tuple[str, ...]
    waiting: tuple[str, ...]
    """References without active consent for DNA identification (rule I1)."""
    undeclared: tuple[str, ...]
    """Bags whose sender has not said what is in them."""


def register_incident(session: Session, actor: Actor, told: Happening) -> Incident:
    """Enter what happened, under the register's own number."""
    require(actor, Permission.IDENTITY_WRITE)
    row = Incident(
        code=text(told.code, "the register's number", 32),
        kind=text(told.kind, "what kind of incident it was", 32),
        happened_on=text(told.happened_on, "the date as the register has it", 32),
        place=text(told.place, "where it happened", 300),
        dead=told.dead,
        missing=told.missing,
        survivors=told.survivors,
        attribution=told.attribution,
    )
    if session.scalar(select(Incident.id).where(Incident.code == row.code)):
        raise RuleBroken(f"The incident '{row.code}' is on record already.")
    session.add(row)
    record(session, actor, Tag.INCIDENT_REGISTERED, row, code=row.code)
    session.flush()
    return row


def register_remains(
    session: Session,
    actor: Actor,
    incident: str,
    series: str,
    kind: RemainsKind,
    mortuary_tag: str,
) -> Remains:
    """Enter remains; they get the next number of their series, to be printed."""
    require(actor, Permission.IDENTITY_WRITE)
    event = queries.incident(session, actor, incident, locked=True)
    stem = remains_tag(series, kind, 0)[:-4]
    count = select(func.count()).where(Remains.tag.startswith(stem, autoescape=True))
    row = Remains(
        tag=remains_tag(series, kind, (session.scalar(count) or 0) + 1),
        mortuary_tag=text(mortuary_tag, "the mortuary's own tag", 64),
        kind=kind,
        incident_id=event.id,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    sealed = {"tag": row.tag, "mortuary_tag": row.mortuary_tag}
    record(session, actor, Tag.REMAINS_REGISTERED, row, sealed=sealed, kind=kind)
    session.flush()
    return row


def register_element(
    session: Session,
    actor: Actor,
    tag: str,
    name: str,
    side: str,
    elements: Mapping[str, Collection[str]],
) -> Element:
    """Enter one skeletal element; `elements` are the known ones with their sides."""
    require(actor, Permission.IDENTITY_WRITE)
    found = queries.remains(session, actor, tag)
    if found.organisation_id != actor.organisation_id:
        raise NotFound(f"No remains have the tag '{tag}' here.")
    row = Element(remains_id=found.id, name=name, side=side_of(name, side, elements))
    session.add(row)
    record(session, actor, Tag.ELEMENT_REGISTERED, row, name=name, side=side)
    session.flush()
    return row


def register_missing_person(
    session: Session, actor: Actor, person: Person, incident: str = ""
) -> MissingPerson:
    """Open the file of somebody who is missed."""
    require(actor, Permission.IDENTITY_WRITE)
    event = queries.incident(session, actor, incident) if incident else None
    row = MissingPerson(
        code=subject_code("MP"),
        name=text(person.name, "the name"),
        fathers_name=person.fathers_name[:200],
        sex=one_of(person.sex, SEXES, "a sex as recorded here"),
        birth_year=person.birth_year,
        nationality=person.nationality[:2],
        incident_id=event.id if event else None,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    sealed = _of_person(person)
    record(session, actor, Tag.MISSING_PERSON_REGISTERED, row, sealed=sealed)
    session.flush()
    return row


def register_donor(
    session: Session,
    actor: Actor,
    person: Person,
    relations: Mapping[str, str],
    known: Collection[str],
) -> Donor:
    """Enter a donor and whom the donor misses.

    `relations` are missing persons' codes with what the donor claims to be to them,
    in the words that are `known`.
    """
    require(actor, Permission.IDENTITY_WRITE)
    if not relations:
        raise BadInput("State whom the donor misses and what the donor is to them.")
    row = Donor(
        code=subject_code("FR"),
        name=text(person.name, "the donor's name"),
        sex=one_of(person.sex, SEXES, "a sex as recorded here"),
        birth_year=person.birth_year,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    sealed = {**_of_person(person), "relations": dict(relations)}
    record(session, actor, Tag.DONOR_REGISTERED, row, sealed=sealed)
    session.flush()
    for code, claimed in relations.items():
        missed = queries.missing_person(session, actor, code)
        one_of(claimed, known, "a relation")
        session.add(
            Relation(donor_id=row.id, missing_person_id=missed.id, claimed=claimed)
        )
    session.flush()
    return row


def _of_person(person: Person) -> dict[str, object]:
    told = {
        "name": person.name,
        "sex": person.sex,
        "birth_year": person.birth_year,
        "fathers_name": person.fathers_name,
        "nationality": person.nationality,
    }
    return {name: value for name, value in told.items() if value}


def give_consent(
    session: Session, actor: Actor, donor: str, form: str, scopes: Collection[Scope]
) -> Consent:
    """Record what a donor allows, scope by scope, on which form.

    RuleBroken for a donor who was erased: whoever comes back is entered anew.
    """
    require(actor, Permission.IDENTITY_WRITE)
    found = queries.donor(session, actor, donor, locked=True)
    _refuse_erased(session, [found])
    row = Consent(
        donor_id=found.id,
        form=text(form, "the form and its version", 64),
        scopes=sorted(
            Scope(one_of(scope, tuple(Scope), "a scope")) for scope in scopes
        ),
        given_at=clock.now(),
    )
    session.add(row)
    sealed = {"donor": found.uid, "scopes": row.scopes, "form": row.form}
    record(session, actor, Tag.CONSENT_GIVEN, row, sealed=sealed, subject=found.uid)
    session.flush()
    return row


def _refuse_erased(session: Session, donors: Collection[Donor]) -> None:
    """Nothing new is kept of who was erased. The donors are locked."""
    standing = keys.standing(session, [one.uid for one in donors])
    for one in donors:
        if one.uid not in standing:
            raise RuleBroken(
                f"What was known of the donor '{one.code}' was erased, for good. "
                "Whoever comes back is entered as a new donor, with a new consent."
            )


def withdraw_consent(session: Session, actor: Actor, donor: str) -> list[Consent]:
    """Every consent of the donor ends now.

    The coordinator then freezes what was linked (`codes_without_consent`).
    """
    require(actor, Permission.IDENTITY_WRITE)
    given = queries.consents_of(session, actor, donor, locked=True)
    active = [one for one in given if one.withdrawn_at is None]
    if not active:
        raise RuleBroken(f"No consent of the donor '{donor}' is active.")
    for one in active:
        one.withdrawn_at = clock.now()
        record(session, actor, Tag.CONSENT_WITHDRAWN, one)
    return active


def declare(session: Session, actor: Actor, bags: Mapping[str, Subject]) -> None:
    """Say what is in the bags that are announced. The lab zone never sees it."""
    require(actor, Permission.IDENTITY_WRITE)
    if known := queries.declarations(session, bags):
        raise RuleBroken(f"The bag '{min(known)}' was declared before.")
    elements = queries.elements_by_uid(
        session,
        actor,
        {subject.element for subject in bags.values() if subject.element},
        locked=True,
    )
    donors = queries.own_donors(
        session,
        actor,
        {subject.donor for subject in bags.values() if subject.donor},
        locked=True,
    )
    _refuse_erased(session, donors.values())
    for bag, subject in bags.items():
        element, donor = elements.get(subject.element), donors.get(subject.donor)
        about = element or donor
        if about is None:
            raise NotFound(f"What is said to be in the bag '{bag}' is not known here.")
        session.add(
            Declaration(
                bag=text(bag, "the bag's code", 64),
                element_id=element.id if element else None,
                donor_id=donor.id if donor else None,
                organisation_id=actor.organisation_id,
            )
        )
        record(session, actor, Tag.BAG_DECLARED, about, sealed={"bag": bag})
    session.flush()


def link(session: Session, actor: Actor, codes: Mapping[str, str]) -> Linking:
    """Tie blind codes to what the bags hold: bag to code, many at once.

    A reference without active consent for DNA identification gets none (rule I1): one
    whose donor was erased waits for ever, since no consent can be given any more.
    """
    require(actor, Permission.IDENTITY_LINK)
    if known := queries.linked_bags(session, codes):
        raise RuleBroken(f"The bag '{min(known)}' has its code already.")
    told = queries.declarations(session, codes)
    donors = {one.donor_id for one in told.values() if one.donor_id}
    queries.lock_donors(session, donors)
    allowed = queries.consenting(session, donors, Scope.DNA_IDENTIFICATION)
    waiting = {
        bag for bag, one in told.items() if one.donor_id and one.donor_id not in allowed
    }
    ready = [told[bag] for bag in codes if bag in told and bag not in waiting]
    _add_links(session, actor, codes, ready)
    return Linking(
        tuple(one.bag for one in ready),
        tuple(bag for bag in codes if bag in waiting),
        tuple(bag for bag in codes if bag not in told),
    )


def _add_links(
    session: Session,
    actor: Actor,
    codes: Mapping[str, str],
    declared: Sequence[Declaration],
) -> None:
    subjects = queries.subject_uids(session, declared)
    for one in declared:
        row = CodeLink(
            code=codes[one.bag],
            bag=one.bag,
            element_id=one.element_id,
            donor_id=one.donor_id,
            organisation_id=actor.organisation_id,
        )
        session.add(row)
        subject = subjects[one.bag]
        record(
            session,
            actor,
            Tag.CODE_LINKED,
            row,
            sealed={"subject": subject, "bag": one.bag},
            subject=subject,
            code=row.code,
        )
    session.flush()


def unblind(session: Session, actor: Actor, code: str) -> Behind:
    """Who or what stands behind a code. That somebody looked is an event each time."""
    require(actor, Permission.IDENTITY_LINK)
    found = queries.code_link(session, actor, code)
    record(session, actor, Tag.CODE_SEEN, found, code=code)
    return queries.behind(session, found)


def codes_without_consent(session: Session, actor: Actor) -> list[str]:
    """The codes whose donors do not consent: their samples are to be withdrawn.

    That they were told is an event each time.
    """
    require(actor, Permission.IDENTITY_LINK)
    found = queries.links_without_consent(session, actor)
    for one in found:
        record(session, actor, Tag.CODE_SEEN, one, code=one.code)
    return [one.code for one in found]
