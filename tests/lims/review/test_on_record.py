"""Each act on a profile is on its record: who, with which signature, about what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.chain import canonical, leaf
from lims.audit.queries import chain_faults, events_of
from lims.errors import RuleBroken
from lims.people.tables import Signature
from lims.profiles import queries as profiles
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.results.tables import Injection
from lims.review import closing, operations, queries
from tests.cast import PASSWORD, Cast
from tests.injections import GENOTYPE
from tests.lims.review.conftest import Inject

SIGNED = "signature:made"
MOVED = "profile:state changed"
ONE_ALLELE = GENOTYPE | {"TH01": ["6"]}


@dataclass(frozen=True)
class Told:
    """One event of the profile's chain."""

    tag: str
    by: str
    facts: dict[str, Any]


def told(session: Session, profile: Profile) -> list[Told]:
    session.flush()
    assert chain_faults(session, [profile.uid]) == {}
    return [
        Told(one.tag, one.actor_uid, json.loads(one.body)["facts"])
        for one in events_of(session, [profile.uid])
    ]


def last_signature(session: Session, profile: Profile) -> tuple[int, str, str]:
    """Whose it is, its meaning, and what exactly it is bound to."""
    made = select(Signature).where(
        Signature.subject_kind == "profile", Signature.subject_uid == profile.uid
    )
    found = session.scalars(made.order_by(Signature.id)).all()[-1]
    return found.user_id, found.meaning, found.digest


def read(
    session: Session,
    reader: Actor,
    injection: Injection,
    method: Method,
    calls: Mapping[str, list[str]] = GENOTYPE,
) -> Profile:
    reasons = {"TH01": "stutter"} if calls is ONE_ALLELE else {}
    reading = operations.sign_reading(
        session, reader, injection.uid, calls, reasons, PASSWORD, method
    )
    return profiles.by_id(session, reading.profile_id)


def consensus(
    session: Session, cast: Cast, injection: Injection, method: Method
) -> Profile:
    read(session, cast.analyst, injection, method)
    return read(session, cast.analyst2, injection, method)


def test_a_reading_is_signed_and_on_record_without_its_alleles(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    profile = read(session, cast.analyst, injection, method, ONE_ALLELE)
    opened, signed, made, moved = told(session, profile)
    assert (opened.tag, opened.facts) == ("profile:opened", {"version": 1})
    content = {
        "injection": injection.uid,
        "calls": ONE_ALLELE,
        "reasons": {"TH01": "stutter"},
    }
    digest = closing.signed(session, profile, content)
    assert digest != leaf(canonical(content)), "a guess cannot be held against it"
    bound = (cast.analyst.user_id, "authored", digest)
    assert last_signature(session, profile) == bound
    assert (signed.tag, signed.facts["digest"]) == (SIGNED, digest)
    assert made.tag == "reading:signed"
    assert set(made.facts.pop("reading")) == {"commitment"}
    assert made.facts == {"injection": injection.uid, "ordinal": 1, "edited": ["TH01"]}
    assert (moved.tag, moved.facts["after"]) == (MOVED, "read once")
    assert {one.by for one in told(session, profile)} == {cast.analyst.uid}


@pytest.mark.parametrize(
    ("second", "differing"), [(GENOTYPE, []), (ONE_ALLELE, ["TH01"])]
)
def test_that_two_readings_were_compared_and_where_they_differ_is_on_record(
    session: Session,
    cast: Cast,
    inject: Inject,
    method: Method,
    second: Mapping[str, list[str]],
    differing: list[str],
) -> None:
    injection = inject()
    read(session, cast.analyst, injection, method)
    profile = read(session, cast.analyst2, injection, method, second)
    compared = [
        one.facts for one in told(session, profile) if one.tag == "reading:compared"
    ]
    assert compared == [{"concordant": not differing, "differing": differing}]


def test_a_consensus_is_on_record_with_its_class_and_without_its_alleles(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    profile = consensus(session, cast, inject(), method)
    built, moved = told(session, profile)[-2:]
    assert built.tag == "profile:consensus built"
    assert set(built.facts.pop("consensus")) == {"commitment"}
    assert built.facts == {"quality": "full", "loci": len(GENOTYPE)}
    assert (moved.tag, moved.facts["action"]) == (MOVED, "build consensus")


def test_a_difference_is_settled_with_a_signature_and_on_record(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    injection = inject()
    read(session, cast.analyst, injection, method)
    profile = read(session, cast.analyst2, injection, method, ONE_ALLELE)
    before = len(told(session, profile))
    calls = {"TH01": ["6", "9.3"]}
    operations.settle(
        session,
        cast.reviewer,
        injection.uid,
        calls,
        "missed allele",
        PASSWORD,
        method,
    )
    content = {"injection": injection.uid, "calls": calls, "reason": "missed allele"}
    digest = closing.signed(session, profile, content)
    assert digest != leaf(canonical(content)), "a guess cannot be held against it"
    bound = (cast.reviewer.user_id, "reviewed", digest)
    assert last_signature(session, profile) == bound
    signed, settled, moved, *_ = told(session, profile)[before:]
    assert (signed.tag, signed.facts["digest"]) == (SIGNED, digest)
    assert (settled.tag, settled.by) == ("reading:compared", cast.reviewer.uid)
    assert set(settled.facts.pop("decision")) == {"commitment"}
    assert settled.facts == {"injection": injection.uid, "settled": ["TH01"]}
    assert (moved.tag, moved.facts["action"]) == (MOVED, "settle")


def review(session: Session, cast: Cast, profile: Profile, _: Method) -> None:
    operations.review(session, cast.reviewer, profile.uid, PASSWORD)


def release(session: Session, cast: Cast, profile: Profile, method: Method) -> None:
    review(session, cast, profile, method)
    operations.release(session, cast.manager, profile.uid, PASSWORD, method.rules)


def set_aside(session: Session, cast: Cast, profile: Profile, _: Method) -> None:
    operations.set_aside(session, cast.reviewer, profile.uid, "replicate", PASSWORD)


Act = Callable[[Session, Cast, Profile, Method], None]


@pytest.mark.parametrize(
    ("act", "who", "meaning", "step", "tag"),
    [
        (review, "reviewer", "reviewed", "review", "profile:reviewed"),
        (release, "manager", "released", "release", "profile:released"),
        (set_aside, "reviewer", "reviewed", "set aside", "profile:reviewed"),
    ],
    ids=["review", "release", "setting aside"],
)
def test_an_act_is_signed_and_on_record_bound_to_exactly_what_stands_there(
    session: Session,
    cast: Cast,
    inject: Inject,
    method: Method,
    act: Act,
    who: str,
    meaning: str,
    step: str,
    tag: str,
) -> None:
    """Who, what it was bound to, its meaning: in the signature, and on the chain."""
    profile = consensus(session, cast, inject(), method)
    act(session, cast, profile, method)
    actor: Actor = getattr(cast, who)
    digest = closing.digest(session, profile)
    assert last_signature(session, profile) == (actor.user_id, meaning, digest)
    signed, moved, done = told(session, profile)[-3:]
    assert {signed.by, moved.by, done.by} == {actor.uid}
    assert signed.tag == SIGNED
    assert (signed.facts["meaning"], signed.facts["digest"]) == (meaning, digest)
    assert (moved.tag, moved.facts["action"]) == (MOVED, step)
    assert (done.tag, done.facts) == (tag, {"digest": digest})


@pytest.mark.parametrize("act", ["review", "release"])
def test_who_signed_is_the_signatory_with_that_very_signature(
    session: Session, cast: Cast, inject: Inject, method: Method, act: str
) -> None:
    profile = consensus(session, cast, inject(), method)
    {"review": review, "release": release}[act](session, cast, profile, method)
    last = queries.signatories(session, [profile.id])[-1]
    kept = session.get_one(Signature, last.signature_id)
    assert (kept.user_id, kept.subject_uid) == (last.user_id, profile.uid)


def test_who_read_a_profile_is_told_so_and_does_not_review_it(
    session: Session, cast: Cast, inject: Inject, method: Method
) -> None:
    """Somebody with both roles, before the password is asked for at all."""
    profile = consensus(session, cast, inject(), method)
    both = replace(cast.analyst, roles=cast.analyst.roles | cast.reviewer.roles)
    with pytest.raises(RuleBroken, match="first reader of this profile"):
        operations.review(session, both, profile.uid, PASSWORD)
    assert profile.state == "consensus"
