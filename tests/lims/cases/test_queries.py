"""What those who own a case are told of it."""

from sqlalchemy.orm import Session

from lims.cases import queries
from lims.cases.words import Scope
from tests.cast import Cast
from tests.factories import (
    a_body,
    a_donor,
    a_missing_person,
    an_element,
    an_incident,
)


def test_the_register_of_incidents_is_common_to_those_who_work_on_cases(
    session: Session, cast: Cast
) -> None:
    code = an_incident(session)
    for actor in (cast.mortuary, cast.collector, cast.foreign_coordinator):
        assert [one.code for one in queries.incidents(session, actor)] == [code]


def test_remains_are_listed_with_their_elements(session: Session, cast: Cast) -> None:
    incident = an_incident(session)
    tags = [a_body(session, incident, f"M-{number}") for number in range(3)]
    an_element(session, tags[0])
    an_element(session, tags[0], "Mandible")
    found = queries.remains_page(session, cast.mortuary)
    assert [one.tag for one in found] == tags
    rest = queries.remains_page(session, cast.mortuary, after=found[0].id)
    assert [one.tag for one in rest] == tags[1:]
    elements = queries.elements_of(session, cast.mortuary, tags[0])
    assert [one.name for one in elements] == ["Femur", "Mandible"]
    assert queries.remains_page(session, cast.foreign_mortuary) == []


def test_a_donor_is_told_with_relations_and_consents(
    session: Session, cast: Cast
) -> None:
    missed = a_missing_person(session)
    donor = a_donor(session, missed).donor
    (consent,) = queries.consents_of(session, cast.collector, donor)
    assert consent.scopes == [Scope.DNA_IDENTIFICATION]
    ((relation, whom),) = queries.relations_of(session, cast.collector, donor)
    assert (relation.claimed, whom.code) == ("MOTHER", missed)
    found = queries.missing_persons(session, cast.collector)
    assert [one.code for one in found] == [missed]
