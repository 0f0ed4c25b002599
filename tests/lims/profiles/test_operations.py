"""A profile's own chain tells that it was opened, and what it came to."""

import json
from typing import Any

from sqlalchemy.orm import Session

from lims.audit.queries import chain_faults, events_of
from lims.profiles import operations, queries
from lims.profiles.tables import Profile
from tests.cast import Cast
from tests.injections import an_injection

CONSENSUS = {"TH01": {"alleles": ["6", "9.3"]}, "vWA": {"alleles": ["16"]}}


def opened(session: Session, cast: Cast) -> Profile:
    injection = an_injection(session)
    return operations.open_profile(
        session, cast.analyst, injection.sample_id or 0, [injection.id]
    )


def told(session: Session, profile: Profile) -> list[tuple[str, str, dict[str, Any]]]:
    session.flush()
    assert chain_faults(session, [profile.uid]) == {}
    return [
        (one.tag, one.actor_uid, json.loads(one.body)["facts"])
        for one in events_of(session, [profile.uid])
    ]


def test_that_a_profile_was_opened_is_the_first_of_its_record(
    session: Session, cast: Cast
) -> None:
    profile = opened(session, cast)
    assert told(session, profile) == [
        ("profile:opened", cast.analyst.uid, {"version": 1})
    ]


def test_one_that_is_open_is_not_opened_again(session: Session, cast: Cast) -> None:
    profile = opened(session, cast)
    again = operations.open_profile(session, cast.analyst2, profile.sample_id, [])
    assert again is profile
    assert len(told(session, profile)) == 1


def test_a_replicate_that_comes_later_opens_the_next_version_on_record(
    session: Session, cast: Cast
) -> None:
    profile = opened(session, cast)
    profile.state = "consensus"
    operations.keep_consensus(session, cast.analyst, profile, CONSENSUS, "good")
    session.flush()
    second = operations.open_profile(
        session,
        cast.analyst2,
        profile.sample_id,
        queries.replicates(session, profile.id),
    )
    assert (second.version, second.supersedes_id) == (2, profile.id)
    assert told(session, second) == [
        ("profile:opened", cast.analyst2.uid, {"version": 2})
    ]


def test_a_consensus_is_on_record_by_its_class_and_a_commitment(
    session: Session, cast: Cast
) -> None:
    profile = opened(session, cast)
    operations.keep_consensus(session, cast.analyst2, profile, CONSENSUS, "good")
    *_, (tag, by, facts) = told(session, profile)
    assert (tag, by) == ("profile:consensus built", cast.analyst2.uid)
    assert set(facts.pop("consensus")) == {"commitment"}
    assert facts == {"quality": "good", "loci": 2}
    assert (profile.consensus, profile.quality) == (CONSENSUS, "good")
