"""Who may read, write and join the identity zone: every operation, and who may not."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.audit.tables import Event
from lims.cases import answers, operations, queries
from lims.cases.operations import Happening, Person
from lims.cases.words import RemainsKind, Scope
from tests.cast import Cast
from tests.doors import Door, refuses
from tests.factories import (
    a_body,
    a_donor,
    a_missing_person,
    an_element,
    an_incident,
)

P = Permission
WRECK = Happening("I-1", "wreck", "2015", "at sea")
SOMEBODY = Person("Somebody")
BODY = RemainsKind.BODY
DOORS: dict[str, Door] = {
    "incident": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.register_incident(s, a, WRECK),
    ),
    "remains": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.register_remains(s, a, "I-1", "IT-MED15", BODY, "M-1"),
    ),
    "element": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.register_element(s, a, "T", "Femur", "L", {}),
    ),
    "missing person": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.register_missing_person(s, a, SOMEBODY),
    ),
    "donor": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.register_donor(s, a, SOMEBODY, {}, []),
    ),
    "consent": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.give_consent(s, a, "FR-1", "CF-1", []),
    ),
    "withdrawal": (
        P.IDENTITY_WRITE,
        lambda s, a: operations.withdraw_consent(s, a, "FR-1"),
    ),
    "declaration": (P.IDENTITY_WRITE, lambda s, a: operations.declare(s, a, {})),
    "link": (P.IDENTITY_LINK, lambda s, a: operations.link(s, a, {})),
    "unblind": (P.IDENTITY_LINK, lambda s, a: operations.unblind(s, a, "S1")),
    "without consent": (
        P.IDENTITY_LINK,
        operations.codes_without_consent,
    ),
    "codes of a case": (
        P.IDENTITY_LINK,
        lambda s, a: queries.codes_of_case(s, a, "T"),
    ),
    "same body": (P.IDENTITY_QUESTION, lambda s, a: answers.same_body(s, a, [])),
    "consent allows": (
        P.IDENTITY_QUESTION,
        lambda s, a: answers.consents_allow(s, a, [], Scope.DNA_IDENTIFICATION),
    ),
    "an incident": (P.IDENTITY_READ, lambda s, a: queries.incident(s, a, "I-1")),
    "all incidents": (P.IDENTITY_READ, queries.incidents),
    "own donors": (P.IDENTITY_READ, queries.latest_donors),
    "own elements": (P.IDENTITY_READ, queries.own_elements),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])


def test_every_registration_and_every_consent_is_an_event(
    session: Session, cast: Cast
) -> None:
    tag = a_body(session, an_incident(session))
    element = an_element(session, tag)
    donor = a_donor(session, a_missing_person(session))
    operations.declare(session, cast.mortuary, {"CY-1": element})
    operations.declare(session, cast.collector, {"CY-2": donor})
    operations.withdraw_consent(session, cast.collector, donor.donor)
    told = list(session.scalars(select(Event.tag).order_by(Event.id)))
    first = told.index("incident:registered")
    assert told[first:] == [
        "incident:registered",
        "remains:registered",
        "element:registered",
        "missing_person:registered",
        "donor:registered",
        "consent:given",
        "bag:declared",
        "bag:declared",
        "consent:withdrawn",
    ]
