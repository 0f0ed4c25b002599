"""The identity zone: who is registered, what is declared, what is linked and seen."""

import json
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.queries import chain_faults, events_of
from lims.audit.tables import Event
from lims.cases import operations, queries
from lims.cases.operations import Happening, Person, Subject
from lims.cases.tables import CodeLink, Consent
from lims.cases.words import RemainsKind, Scope
from lims.codes import Kind, draw
from lims.db import Database
from lims.errors import BadInput, LimsError, NotFound, NotPermitted, RuleBroken
from tests.cast import Cast
from tests.factories import (
    ELEMENTS,
    a_body,
    a_donor,
    a_missing_person,
    an_element,
    an_incident,
)
from tests.statements import counted

NAMES = ("Ousmane Planted", "Fatou Planted", "Papa Planted", "TAG-PLANTED-7")


def a_bone_bag(session: Session, cast: Cast, bag: str, tag: str = "") -> None:
    body = tag or a_body(session, an_incident(session))
    operations.declare(session, cast.mortuary, {bag: an_element(session, body)})


def a_reference_bag(
    session: Session, cast: Cast, bag: str, *, consents: bool = True
) -> str:
    donor = a_donor(session, a_missing_person(session), consents=consents)
    operations.declare(session, cast.collector, {bag: donor})
    return donor.donor


def linked(session: Session, cast: Cast, *bags: str) -> list[str]:
    codes = {bag: draw(Kind.SAMPLE) for bag in bags}
    done = operations.link(session, cast.coordinator, codes)
    assert done.linked == bags
    return list(codes.values())


def test_remains_are_numbered_within_their_series(session: Session) -> None:
    incident = an_incident(session)
    tags = [a_body(session, incident, f"M-{n}") for n in range(3)]
    assert tags == ["IT-MED15-B-0001", "IT-MED15-B-0002", "IT-MED15-B-0003"]


def test_parts_and_bodies_are_numbered_apart(session: Session, cast: Cast) -> None:
    incident = an_incident(session)
    a_body(session, incident)
    part = operations.register_remains(
        session, cast.mortuary, incident, "IT-MED15", RemainsKind.PART, "M-2"
    )
    assert part.tag == "IT-MED15-P-0001"


@pytest.mark.parametrize("series", ["it-med15", "MED15", "IT-%", "IT_MED15", ""])
def test_a_series_names_a_country_and_an_event(
    session: Session, cast: Cast, series: str
) -> None:
    incident = an_incident(session)
    with pytest.raises(BadInput, match="not a series"):
        operations.register_remains(
            session, cast.mortuary, incident, series, RemainsKind.BODY, "M-1"
        )


def test_an_incident_is_registered_once(session: Session) -> None:
    an_incident(session)
    with pytest.raises(RuleBroken, match="on record already"):
        an_incident(session)


@pytest.mark.parametrize(("name", "side"), [("Fermur", "L"), ("Mandible", "L")])
def test_an_element_and_its_side_are_words_of_the_vocabulary(
    session: Session, cast: Cast, name: str, side: str
) -> None:
    tag = a_body(session, an_incident(session))
    with pytest.raises(BadInput, match="Known"):
        operations.register_element(session, cast.mortuary, tag, name, side, ELEMENTS)


def test_codes_of_people_tell_nothing(session: Session) -> None:
    missed = a_missing_person(session)
    assert re.fullmatch(r"MP-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]", missed)
    assert a_donor(session, missed).donor.startswith("FR-")


def test_a_relation_is_a_word_of_the_vocabulary(session: Session, cast: Cast) -> None:
    missed = a_missing_person(session)
    with pytest.raises(BadInput, match="'NEIGHBOUR' is not a relation"):
        operations.register_donor(
            session, cast.collector, Person("A"), {missed: "NEIGHBOUR"}, ["MOTHER"]
        )


def test_a_donor_misses_somebody(session: Session, cast: Cast) -> None:
    with pytest.raises(BadInput, match="whom the donor misses"):
        operations.register_donor(session, cast.collector, Person("A"), {}, ["MOTHER"])


def test_a_consent_knows_only_the_scopes_that_machines_read(
    session: Session, cast: Cast
) -> None:
    donor = a_donor(session, a_missing_person(session)).donor
    with pytest.raises(BadInput, match="'everything' is not a scope"):
        operations.give_consent(session, cast.collector, donor, "CF-1", ["everything"])  # type: ignore[list-item]


def test_a_bag_is_declared_once(session: Session, cast: Cast) -> None:
    a_reference_bag(session, cast, "CY-1")
    with pytest.raises(RuleBroken, match="'CY-1' was declared before"):
        a_reference_bag(session, cast, "CY-1")


def test_only_what_is_ones_own_is_declared(session: Session, cast: Cast) -> None:
    element = an_element(session, a_body(session, an_incident(session)))
    with pytest.raises(NotFound, match="'CY-1' is not known here"):
        operations.declare(session, cast.foreign_mortuary, {"CY-1": element})
    with pytest.raises(NotFound):
        operations.declare(session, cast.mortuary, {"CY-1": Subject()})


def test_a_link_is_told_to_the_coordinator_alone_and_each_look_is_an_event(
    session: Session, cast: Cast
) -> None:
    tag = a_body(session, an_incident(session), "M-17")
    a_bone_bag(session, cast, "CY-1", tag)
    (code,) = linked(session, cast, "CY-1")
    for _ in range(2):
        found = operations.unblind(session, cast.coordinator, code)
        assert (found.tag, found.told, found.element) == (tag, "M-17", "Femur")
    uid = session.scalars(select(CodeLink.uid)).one()
    assert [event.tag for event in events_of(session, [uid])] == [
        "code:linked",
        "code:seen",
        "code:seen",
    ]
    assert chain_faults(session, [uid]) == {}


@pytest.mark.parametrize(
    "who", ["technician", "analyst", "manager", "auditor", "mortuary", "administrator"]
)
def test_nobody_else_looks_behind_a_code(
    session: Session, cast: Cast, who: str
) -> None:
    with pytest.raises(NotPermitted):
        operations.unblind(session, getattr(cast, who), "S1")


def test_another_laboratorys_coordinator_finds_nothing_behind_it(
    session: Session, cast: Cast
) -> None:
    a_bone_bag(session, cast, "CY-1")
    (code,) = linked(session, cast, "CY-1")
    with pytest.raises(NotFound, match="No subject is linked"):
        operations.unblind(session, cast.foreign_coordinator, code)


def test_behind_a_reference_stand_the_donor_and_the_claim(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1")
    (code,) = linked(session, cast, "CY-1")
    found = operations.unblind(session, cast.coordinator, code)
    assert found.tag == donor
    assert [claimed for claimed, _ in found.relations] == ["MOTHER"]


def test_the_codes_of_a_case_are_those_of_donor_or_missing_person_linked_here(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1")
    a_reference_bag(session, cast, "CY-2")
    code, _ = linked(session, cast, "CY-1", "CY-2")
    ((_, missed),) = queries.relations_of(session, cast.collector, donor)
    for reference in (donor, missed.code):
        found = queries.codes_of_case(session, cast.coordinator, reference)
        assert found == [code]
        with pytest.raises(NotFound, match="No code is linked here"):
            queries.codes_of_case(session, cast.foreign_coordinator, reference)


def test_a_reference_without_consent_gets_no_code(session: Session, cast: Cast) -> None:
    a_reference_bag(session, cast, "CY-1", consents=False)
    a_reference_bag(session, cast, "CY-2")
    codes = {bag: draw(Kind.SAMPLE) for bag in ("CY-1", "CY-2", "CY-3")}
    done = operations.link(session, cast.coordinator, codes)
    assert done == operations.Linking(("CY-2",), ("CY-1",), ("CY-3",))
    assert session.scalars(select(CodeLink.code)).all() == [codes["CY-2"]]


def test_another_scope_is_no_consent_to_identification(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1", consents=False)
    operations.give_consent(
        session, cast.collector, donor, "CF-1", [Scope.CONTACT_AGAIN]
    )
    done = operations.link(session, cast.coordinator, {"CY-1": draw(Kind.SAMPLE)})
    assert done.waiting == ("CY-1",)


def test_a_bag_gets_one_code(session: Session, cast: Cast) -> None:
    a_bone_bag(session, cast, "CY-1")
    linked(session, cast, "CY-1")
    with pytest.raises(RuleBroken, match="has its code already"):
        operations.link(session, cast.coordinator, {"CY-1": draw(Kind.SAMPLE)})


def test_a_withdrawn_consent_is_withdrawn_once_and_names_its_codes(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1")
    (code,) = linked(session, cast, "CY-1")
    assert operations.codes_without_consent(session, cast.coordinator) == []
    operations.withdraw_consent(session, cast.collector, donor)
    assert operations.codes_without_consent(session, cast.coordinator) == [code]
    assert session.scalars(select(Consent.withdrawn_at)).one() is not None
    with pytest.raises(RuleBroken, match="No consent"):
        operations.withdraw_consent(session, cast.collector, donor)


def test_that_the_coordinator_was_told_whose_consent_ended_is_an_event_each_time(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1")
    (code,) = linked(session, cast, "CY-1")
    operations.withdraw_consent(session, cast.collector, donor)
    for _ in range(2):
        operations.codes_without_consent(session, cast.coordinator)
    session.flush()
    link = session.scalars(select(CodeLink).where(CodeLink.code == code)).one()
    told = [(one.tag, one.actor_uid) for one in events_of(session, [link.uid])]
    assert told[1:] == [("code:seen", cast.coordinator.uid)] * 2


def test_who_owns_a_case_sees_it_and_who_holds_its_code_sees_it_too(
    session: Session, cast: Cast
) -> None:
    tag = a_body(session, an_incident(session))
    assert queries.remains(session, cast.mortuary, tag).tag == tag
    for stranger in (cast.coordinator, cast.foreign_mortuary, cast.collector):
        with pytest.raises(NotFound):
            queries.remains(session, stranger, tag)
    a_bone_bag(session, cast, "CY-1", tag)
    linked(session, cast, "CY-1")
    assert queries.remains(session, cast.coordinator, tag).tag == tag
    with pytest.raises(NotFound):
        queries.remains(session, cast.foreign_coordinator, tag)


def test_the_coordinator_sees_the_donors_of_the_laboratorys_codes(
    session: Session, cast: Cast
) -> None:
    donor = a_reference_bag(session, cast, "CY-1")
    assert queries.donors(session, cast.coordinator) == []
    linked(session, cast, "CY-1")
    assert [one.code for one in queries.donors(session, cast.coordinator)] == [donor]
    assert len(queries.missing_persons(session, cast.coordinator)) == 1
    assert len(queries.relations_of(session, cast.coordinator, donor)) == 1
    assert queries.missing_persons(session, cast.foreign_coordinator) == []


@pytest.mark.parametrize("who", ["technician", "manager", "auditor", "analyst"])
def test_the_lab_zone_reads_no_case(session: Session, cast: Cast, who: str) -> None:
    actor = getattr(cast, who)
    with pytest.raises(NotPermitted):
        queries.incidents(session, actor)
    with pytest.raises(NotPermitted):
        queries.donors(session, actor)


def test_no_event_tells_a_name(session: Session, cast: Cast) -> None:
    incident = operations.register_incident(
        session, cast.coordinator, Happening("I-1", "wreck", "2015", "Planted Bay")
    )
    tag = a_body(session, incident.code, "TAG-PLANTED-7")
    a_bone_bag(session, cast, "CY-1", tag)
    person = Person("Ousmane Planted", fathers_name="Papa Planted")
    missed = operations.register_missing_person(session, cast.collector, person).code
    donor = a_donor(session, missed, "Fatou Planted")
    operations.declare(session, cast.collector, {"CY-2": donor})
    codes = linked(session, cast, "CY-1", "CY-2")
    operations.unblind(session, cast.coordinator, codes[1])
    operations.withdraw_consent(session, cast.collector, donor.donor)
    bodies = b"\n".join(session.scalars(select(Event.body)))
    for planted in (*NAMES, tag, "Planted", donor.donor):
        assert planted.encode() not in bodies


def test_the_record_ties_no_bag_to_what_it_holds(session: Session, cast: Cast) -> None:
    """Whoever reads every event still cannot tell whose code it is."""
    a_bone_bag(session, cast, "CY-1")
    linked(session, cast, "CY-1")
    events = session.scalars(
        select(Event).where(Event.tag.in_(["bag:declared", "code:linked"]))
    ).all()
    assert len(events) == 2
    for event in events:
        told = json.loads(event.body)["facts"]
        assert set(told["bag"]) == {"commitment"}
        assert "CY-1" not in event.body.decode()


def test_no_refusal_repeats_a_name(session: Session, cast: Cast) -> None:
    a_donor(session, a_missing_person(session, "Ousmane Planted"), "Fatou Planted")
    planted = Person("Fatou Planted")
    with pytest.raises(LimsError) as unknown:
        queries.donor(session, cast.mortuary, "FR-1")
    with pytest.raises(LimsError) as nobody_missed:
        operations.register_donor(
            session, cast.mortuary, planted, {"MP-1": "MOTHER"}, ["MOTHER"]
        )
    with pytest.raises(LimsError) as long:
        operations.register_missing_person(
            session, cast.collector, Person("Fatou Planted " * 30)
        )
    for refused in (unknown, nobody_missed, long):
        assert "Planted" not in str(refused.value)


@pytest.mark.parametrize("count", [6, 24])
def test_linking_takes_as_many_statements_for_few_as_for_many(
    database: Database, cast: Cast, count: int
) -> None:
    bags = [f"CY-{n}" for n in range(count)]
    with database.transaction() as session:
        tag = a_body(session, an_incident(session))
        elements = {bag: an_element(session, tag) for bag in bags}
    with database.transaction() as session:
        with counted(database) as declaring:
            operations.declare(session, cast.mortuary, elements)
            session.flush()
        with counted(database) as linking:
            linked(session, cast, *bags)
            session.flush()
    assert len(declaring) <= 10
    assert len(linking) <= 10
