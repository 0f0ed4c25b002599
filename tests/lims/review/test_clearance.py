"""What stops a release at the last moment, when all four people are content."""

import pytest
from sqlalchemy.orm import Session

from lims.custody import operations_holds
from lims.errors import RuleBroken
from lims.handoff import operations as handoff
from lims.profiles import queries as profiles
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.results.tables import Injection
from lims.review import clearance, operations
from lims.samples.queries import by_ids
from lims.samples.tables import Stream
from tests.cast import PASSWORD, Cast
from tests.factories import accessioned
from tests.injections import GENOTYPE
from tests.lims.review.conftest import Inject


def _reviewed(
    session: Session, cast: Cast, injection: Injection, method: Method
) -> Profile:
    for reader in (cast.analyst, cast.analyst2):
        reading = operations.sign_reading(
            session, reader, injection.uid, GENOTYPE, {}, PASSWORD, method
        )
    profile = profiles.by_id(session, reading.profile_id)
    return operations.review(session, cast.reviewer, profile.uid, PASSWORD)


def _refused(
    session: Session, cast: Cast, profile: Profile, method: Method, why: str
) -> None:
    with pytest.raises(RuleBroken, match=why):
        handoff.release(session, cast.manager, profile.uid, PASSWORD, method.rules)


def test_what_a_finding_holds_since_the_review_is_not_released(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    profile = _reviewed(session, cast, injection, method)
    injection.state = "held"
    session.flush()
    _refused(session, cast, profile, method, "held by a finding")


def test_a_sample_on_hold_is_not_released(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    profile = _reviewed(session, cast, injection, method)
    number = injection.sample_id or 0
    code = str(by_ids(session, cast.analyst, [number])[number].code)
    operations_holds.hold(session, cast.quality, code, "CONTAMINATION")
    session.flush()
    _refused(session, cast, profile, method, "is on hold")


def test_a_broken_chain_lets_nothing_out(
    session: Session,
    cast: Cast,
    inject: Inject,
    method: Method,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The chains of the profile and of what it was made from are both looked at."""
    injection = inject()
    profile = _reviewed(session, cast, injection, method)
    number = injection.sample_id or 0
    behind = {profile.uid, by_ids(session, cast.analyst, [number])[number].uid}

    def faults(_: Session, items: list[str]) -> dict[str, list[str]]:
        return {one: ["rewritten"] for one in items if set(items) == behind}

    monkeypatch.setattr(clearance, "chain_faults", faults)
    _refused(session, cast, profile, method, "is not whole")


def test_a_reference_without_consent_is_not_released(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    (code,) = accessioned(session, 1, Stream.REFERENCE)
    profile = _reviewed(session, cast, inject(code), method)
    _refused(session, cast, profile, method, "consent does not allow")
