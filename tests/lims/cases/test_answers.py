"""The lab zone asks, is told yes or no, and that it asked is on record."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.queries import events_of
from lims.cases import answers, operations
from lims.cases.tables import Question
from lims.cases.words import Scope
from lims.codes import Kind, draw
from lims.errors import NotPermitted
from tests.cast import Cast
from tests.factories import (
    a_body,
    a_donor,
    a_missing_person,
    an_element,
    an_incident,
)


@pytest.fixture
def codes(session: Session, cast: Cast) -> dict[str, str]:
    """Two bones of one body, one of another, two swabs of one donor."""
    incident = an_incident(session)
    body, other = a_body(session, incident, "M-1"), a_body(session, incident, "M-2")
    missed = a_missing_person(session)
    donor = a_donor(session, missed)
    silent = a_donor(session, missed)
    operations.declare(
        session,
        cast.mortuary,
        {
            "femur": an_element(session, body),
            "jaw": an_element(session, body, "Mandible"),
            "other": an_element(session, other),
        },
    )
    swabs = {"swab": donor, "second swab": donor, "silent": silent}
    operations.declare(session, cast.collector, swabs)
    bags = ("femur", "jaw", "other", *swabs)
    given = {bag: draw(Kind.SAMPLE) for bag in bags}
    operations.link(session, cast.coordinator, given)
    operations.withdraw_consent(session, cast.collector, silent.donor)
    return given


def test_two_bones_of_one_body_are_explained_and_no_more_is_told(
    session: Session, cast: Cast, codes: dict[str, str]
) -> None:
    asked = [
        (codes["femur"], codes["jaw"]),
        (codes["femur"], codes["other"]),
        (codes["swab"], codes["second swab"]),
        (codes["femur"], codes["swab"]),
    ]
    told = answers.same_body(session, cast.technician, asked)
    assert told == [True, False, True, False]


def test_the_question_and_its_answer_are_kept_and_the_event_seals_the_answer(
    session: Session, cast: Cast, codes: dict[str, str]
) -> None:
    pairs = [(codes["femur"], codes["jaw"]), (codes["femur"], codes["other"])]
    answers.same_body(session, cast.reviewer, pairs)
    (question,) = session.scalars(select(Question)).all()
    assert question.asked == [list(pair) for pair in pairs]
    assert question.answer == [True, False]
    assert question.asked_by == cast.reviewer.user_id
    (event,) = events_of(session, [question.uid])
    assert event.tag == "code:asked"
    assert b"true" not in event.body


def test_what_is_not_known_explains_nothing(
    session: Session, cast: Cast, codes: dict[str, str]
) -> None:
    one, two = draw(Kind.SAMPLE), draw(Kind.SAMPLE)
    asked = [(one, two), (one, one), (codes["femur"], one)]
    assert answers.same_body(session, cast.technician, asked) == [False] * 3


def test_another_laboratory_is_told_no(
    session: Session, cast: Cast, codes: dict[str, str]
) -> None:
    pair = (codes["femur"], codes["jaw"])
    told = answers.same_body(session, cast.foreign_technician, [pair])
    assert told == [False]
    scope = Scope.DNA_IDENTIFICATION
    told_too = answers.consent_allows(
        session, cast.foreign_technician, codes["femur"], scope
    )
    assert told_too is False


@pytest.mark.parametrize(
    ("bag", "scope", "allowed"),
    [
        ("femur", Scope.DNA_IDENTIFICATION, True),
        ("femur", Scope.CRIMINAL_PROCEEDINGS, True),
        ("swab", Scope.DNA_IDENTIFICATION, True),
        ("swab", Scope.SHARE_NATIONAL, False),
        ("silent", Scope.DNA_IDENTIFICATION, False),
    ],
)
def test_a_living_donor_is_asked_scope_by_scope(
    session: Session,
    cast: Cast,
    codes: dict[str, str],
    bag: str,
    scope: Scope,
    allowed: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    told = answers.consent_allows(session, cast.technician, codes[bag], scope)
    assert told is allowed


def test_an_unknown_code_is_allowed_nothing(session: Session, cast: Cast) -> None:
    code = draw(Kind.SAMPLE)
    asked = answers.consents_allow(
        session, cast.technician, [code], Scope.DNA_IDENTIFICATION
    )
    assert asked == {code: False}


@pytest.mark.parametrize("who", ["analyst", "auditor", "mortuary", "trainee"])
def test_who_may_not_ask_is_refused(session: Session, cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        answers.same_body(session, getattr(cast, who), [("S1", "S2")])
    with pytest.raises(NotPermitted):
        answers.consent_allows(
            session, getattr(cast, who), "S1", Scope.DNA_IDENTIFICATION
        )


def test_no_question_leaves_no_trace(session: Session, cast: Cast) -> None:
    assert answers.same_body(session, cast.technician, []) == []
    assert session.scalars(select(Question)).all() == []
