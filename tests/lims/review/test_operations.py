"""Two blind readings, review and release, by four different people."""

from collections.abc import Mapping

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import events_of
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.handoff import operations as handoff
from lims.people.errors import NotProven
from lims.profiles import queries as profiles
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.results.tables import Injection
from lims.review import operations, queries
from lims.review.tables import Signatory
from lims.samples.queries import by_ids
from tests.cast import PASSWORD, Cast
from tests.injections import GENOTYPE
from tests.lims.review.conftest import Inject


def _read(
    session: Session,
    reader: Actor,
    injection: Injection,
    method: Method,
    calls: Mapping[str, list[str]] = GENOTYPE,
    reasons: Mapping[str, str] | None = None,
) -> Profile:
    reading = operations.sign_reading(
        session, reader, injection.uid, calls, reasons or {}, PASSWORD, method
    )
    return profiles.by_id(session, reading.profile_id)


def _twice(
    session: Session, cast: Cast, injection: Injection, method: Method
) -> Profile:
    _read(session, cast.analyst, injection, method)
    return _read(session, cast.analyst2, injection, method)


def test_two_readings_that_agree_give_a_consensus(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    assert _read(session, cast.analyst, injection, method).state == "read once"
    profile = _read(session, cast.analyst2, injection, method)
    assert profile.state == "consensus"
    assert profile.consensus["TH01"]["alleles"] == ["6", "9.3"]
    assert profile.quality == "full"


def test_nobody_reads_an_injection_twice(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    _read(session, cast.analyst, injection, method)
    with pytest.raises(RuleBroken, match="colleague"):
        _read(session, cast.analyst, injection, method)


def test_there_is_no_third_reading(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    _twice(session, cast, injection, method)
    with pytest.raises(RuleBroken, match="read twice"):
        operations.sign_reading(
            session, _third(cast), injection.uid, GENOTYPE, {}, PASSWORD, method
        )


def test_the_first_reader_of_one_replicate_is_not_the_second_of_another(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    first = inject()
    second = inject(_code(session, cast, first))
    _read(session, cast.analyst, first, method)
    _read(session, cast.analyst2, second, method)
    with pytest.raises(RuleBroken, match="first reader"):
        _read(session, cast.analyst, second, method)


def test_a_wrong_password_signs_nothing(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    with pytest.raises(NotProven):
        operations.sign_reading(
            session, cast.analyst, injection.uid, GENOTYPE, {}, "not mine", method
        )


def test_a_changed_call_needs_a_reason(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    changed = GENOTYPE | {"TH01": ["6"]}
    with pytest.raises(BadInput, match="At TH01"):
        _read(session, cast.analyst, inject(), method, changed)


def test_readers_who_differ_are_settled_by_a_third_person(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    _read(session, cast.analyst, injection, method)
    changed = GENOTYPE | {"TH01": ["6"]}
    profile = _read(
        session, cast.analyst2, injection, method, changed, {"TH01": "stutter"}
    )
    assert profile.state == "discordant"
    with pytest.raises(NotPermitted):
        operations.settle(
            session, cast.analyst, injection.uid, {"TH01": ["6"]}, "x", PASSWORD, method
        )
    settled = operations.settle(
        session,
        cast.reviewer,
        injection.uid,
        {"TH01": ["6", "9.3"]},
        "missed allele",
        PASSWORD,
        method,
    )
    assert settled.state == "consensus"
    assert settled.consensus["TH01"]["alleles"] == ["6", "9.3"]


def test_four_people_bring_a_profile_out(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = _twice(session, cast, inject(), method)
    operations.review(session, cast.reviewer, profile.uid, PASSWORD)
    package = handoff.release(
        session, cast.manager, profile.uid, PASSWORD, method.rules
    )
    assert (profile.state, package.state) == ("released", "pending")
    parts = {one.part for one in queries.signatories(session, [profile.id])}
    assert parts == {
        "first reader",
        "second reader",
        "technical reviewer",
        "releasing manager",
    }


def test_who_reviewed_does_not_release(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = _twice(session, cast, inject(), method)
    both = Actor(
        cast.reviewer.uid,
        "reviewer",
        cast.reviewer.roles | cast.manager.roles,
        cast.reviewer.user_id,
        cast.reviewer.organisation_id,
    )
    operations.review(session, both, profile.uid, PASSWORD)
    with pytest.raises(RuleBroken, match="technical reviewer of this profile"):
        handoff.release(session, both, profile.uid, PASSWORD, method.rules)


def test_the_database_itself_refuses_a_second_part(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = _twice(session, cast, inject(), method)
    session.add(
        Signatory(
            profile_id=profile.id,
            user_id=cast.analyst.user_id,
            part="technical reviewer",
            signature_id=1,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_nothing_is_released_without_its_technical_review(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = _twice(session, cast, inject(), method)
    with pytest.raises(RuleBroken, match="Cannot release"):
        handoff.release(session, cast.manager, profile.uid, PASSWORD, method.rules)


def test_a_held_injection_stops_review_and_release(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    profile = _twice(session, cast, injection, method)
    injection.state = "held"
    with pytest.raises(RuleBroken, match="held by a finding"):
        operations.review(session, cast.reviewer, profile.uid, PASSWORD)


def test_a_held_re_extract_stops_what_was_read_before(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    """Two extracts of one bone that disagree: neither leaves before it is explained."""
    first = inject()
    profile = _twice(session, cast, first, method)
    again = inject(_code(session, cast, first))
    again.state = "held"
    session.flush()
    with pytest.raises(RuleBroken, match="held by a finding"):
        operations.review(session, cast.reviewer, profile.uid, PASSWORD)


def test_too_little_data_is_not_released(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    few = dict(list(GENOTYPE.items())[:6])
    injection = inject(genotype=few)
    _read(session, cast.analyst, injection, method, few)
    profile = _read(session, cast.analyst2, injection, method, few)
    operations.review(session, cast.reviewer, profile.uid, PASSWORD)
    with pytest.raises(RuleBroken, match="minimal"):
        handoff.release(session, cast.manager, profile.uid, PASSWORD, method.rules)


def test_a_foreign_laboratory_sees_no_injection_and_no_profile(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    with pytest.raises(NotFound):
        _read(session, cast.foreign_analyst, injection, method)
    profile = _twice(session, cast, injection, method)
    with pytest.raises(NotFound):
        operations.review(session, cast.foreign_reviewer, profile.uid, PASSWORD)


def test_a_task_is_not_shown_to_who_has_read_it(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    assert [t.ordinal for t in queries.tasks(session, cast.analyst2)] == [1]
    _read(session, cast.analyst, injection, method)
    assert queries.count_tasks(session, cast.analyst) == 0
    assert [t.ordinal for t in queries.tasks(session, cast.analyst2)] == [2]


def test_no_event_of_the_review_holds_an_allele(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = _twice(session, cast, inject(), method)
    bodies = b" ".join(e.body for e in events_of(session, [profile.uid]))
    assert b'"9.3"' not in bodies
    assert b'"32.2"' not in bodies


def _third(cast: Cast) -> Actor:
    """A third analyst: the reviewer, were he allowed to read."""
    return Actor(
        cast.reviewer.uid,
        "reviewer",
        cast.analyst.roles,
        cast.reviewer.user_id,
        cast.reviewer.organisation_id,
    )


def _code(session: Session, cast: Cast, injection: Injection) -> str:
    number = injection.sample_id or 0
    return str(by_ids(session, cast.analyst, [number])[number].code)
