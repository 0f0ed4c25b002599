"""Readings, technical review and release: signed, by four different people."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import BadInput, RuleBroken
from lims.people import operations as people
from lims.people.meanings import Meaning
from lims.people.shown import Shown
from lims.profiles import operations as profiles
from lims.profiles import queries as known
from lims.profiles.method import Method
from lims.profiles.queries import Profile
from lims.results import readable
from lims.results.readable import Injection
from lims.results.rules import RuleSet
from lims.review import clearance, closing, queries
from lims.review.tables import Part, Reading, Signatory
from lims.sealing.rows import Whose

PARTS = {1: Part.READER_1, 2: Part.READER_2}
Calls = Mapping[str, list[str]]
"""Marker to alleles, as one person reads them."""


def sign_reading(
    session: Session,
    actor: Actor,
    uid: str,
    calls: Calls,
    reasons: Mapping[str, str],
    password: Shown | str,
    method: Method,
) -> Reading:
    """Sign one's own reading of an injection; the last one brings the profile on.

    `reasons` says why a call differs from the analysis, marker by marker (domain 7.4).
    RuleBroken for a third reading, one's own second, or another part held already.
    """
    require(actor, Permission.READING_SIGN)
    injection = readable.injection(session, actor, uid)
    profile = _profile_of(session, actor, injection)
    ordinal = _ordinal(session, actor, injection)
    _check_edits(injection, calls, reasons)
    _refuse_second_part(session, actor, profile, PARTS[ordinal])
    read = {marker: list(alleles) for marker, alleles in calls.items()}
    content = {"injection": uid, "calls": read, "reasons": dict(reasons)}
    signed = closing.signed(session, profile, content)
    signature = people.sign(
        session, actor, Meaning.AUTHORED, profile, signed, password, named=uid
    )
    session.flush()
    subject = known.subject_of(session, profile)
    reading = Reading(
        whose=Whose(subject, actor.organisation_id),
        profile_id=profile.id,
        injection_id=injection.id,
        ordinal=ordinal,
        reader_id=actor.user_id,
        calls=read,
        edits=dict(reasons),
        signature_id=signature.id,
        signed_at=clock.now(),
    )
    session.add(reading)
    _take_part(session, actor, profile, PARTS[ordinal], signature.id)
    record(
        session,
        actor,
        Tag.READING_SIGNED,
        profile,
        injection=uid,
        ordinal=ordinal,
        edited=sorted(reasons),
        sealed={"reading": content},
        subject=subject,
    )
    session.flush()
    closing.after_reading(session, actor, profile, method)
    return reading


def settle(
    session: Session,
    actor: Actor,
    uid: str,
    calls: Calls,
    reason: str,
    password: Shown | str,
    method: Method,
) -> Profile:
    """Decide the markers on which two readers differ; neither of them may."""
    require(actor, Permission.PROFILE_REVIEW)
    injection = readable.injection(session, actor, uid)
    comparison = queries.comparison(session, injection.id)
    if comparison is None or comparison.concordant or comparison.decided_by:
        raise RuleBroken("The two readings of this injection do not differ any more.")
    profile = known.by_id(session, comparison.profile_id)
    if queries.part(session, profile.id, actor.user_id) is not None:
        raise RuleBroken(
            "You have read this profile. Somebody else must settle the difference."
        )
    missing = sorted(set(comparison.differences) - set(calls))
    if missing or not reason.strip():
        raise BadInput(
            f"To settle, state a reason and the alleles at: {', '.join(missing)}."
        )
    settled = {marker: list(calls[marker]) for marker in comparison.differences}
    content = {"injection": uid, "calls": settled, "reason": reason}
    signed = closing.signed(session, profile, content)
    people.sign(session, actor, Meaning.REVIEWED, profile, signed, password, named=uid)
    comparison.decision, comparison.settled = reason[:300], settled
    comparison.decided_by = actor.user_id
    record(
        session,
        actor,
        Tag.READING_COMPARED,
        profile,
        injection=uid,
        settled=sorted(settled),
        sealed={"decision": content},
        subject=known.subject_of(session, profile),
    )
    session.flush()
    closing.after_settling(session, actor, profile, method)
    return profile


def review(session: Session, actor: Actor, uid: str, password: Shown | str) -> Profile:
    """Technical review: somebody who read none of it checks all of it (J1)."""
    require(actor, Permission.PROFILE_REVIEW)
    profile = known.profile(session, actor, uid, lock=True)
    _refuse_second_part(session, actor, profile, Part.REVIEWER)
    clearance.refuse_while_held(session, profile)
    digest = closing.digest(session, profile)
    signature = people.sign(session, actor, Meaning.REVIEWED, profile, digest, password)
    session.flush()
    _take_part(session, actor, profile, Part.REVIEWER, signature.id)
    profiles.advance(session, actor, profile, "review", signature=digest)
    record(session, actor, Tag.PROFILE_REVIEWED, profile, digest=digest)
    return profile


def release(
    session: Session, actor: Actor, uid: str, password: Shown | str, rules: RuleSet
) -> Profile:
    """The manager's signature: the profile may leave the laboratory.

    Only the hand-off calls this, so that no profile is released without a package.
    RuleBroken names the first of J1 (four people), J2 (open holds), J3 (broken chain),
    I1 (consent) and E6 (too little data) that stands against it.
    """
    require(actor, Permission.PROFILE_RELEASE)
    profile = known.profile(session, actor, uid, lock=True)
    _refuse_second_part(session, actor, profile, Part.RELEASER)
    clearance.refuse_release(session, actor, profile, rules)
    clearance.refuse_without_consent(session, actor, profile)
    digest = closing.digest(session, profile)
    signature = people.sign(session, actor, Meaning.RELEASED, profile, digest, password)
    session.flush()
    _take_part(session, actor, profile, Part.RELEASER, signature.id)
    profiles.advance(session, actor, profile, "release", signature=digest)
    record(session, actor, Tag.PROFILE_RELEASED, profile, digest=digest)
    return profile


def set_aside(
    session: Session, actor: Actor, uid: str, method: str, password: Shown | str
) -> Profile:
    """Not usable now, and never 'no DNA': the sample may be tested again (K1)."""
    require(actor, Permission.PROFILE_REVIEW)
    profile = known.profile(session, actor, uid, lock=True)
    digest = closing.digest(session, profile)
    people.sign(session, actor, Meaning.REVIEWED, profile, digest, password)
    profiles.advance(session, actor, profile, "set aside", method=method)
    record(session, actor, Tag.PROFILE_REVIEWED, profile, digest=digest)
    return profile


def _profile_of(session: Session, actor: Actor, injection: Injection) -> Profile:
    """The profile of the sample, with every injection that can be read now."""
    sample = injection.sample_id
    if sample is None:
        raise RuleBroken("This well is a control; controls are checked by rules.")
    together = [one.id for one in readable.of_sample(session, actor, sample)]
    return profiles.open_profile(session, actor, sample, together)


def _ordinal(session: Session, actor: Actor, injection: Injection) -> int:
    made = queries.readings(session, injection.id)
    if any(reading.reader_id == actor.user_id for reading in made):
        raise RuleBroken(
            "You have read this injection. The second reading is a colleague's."
        )
    if len(made) == len(PARTS):
        raise RuleBroken("This injection has been read twice. Nothing is left to read.")
    return len(made) + 1


def _check_edits(
    injection: Injection, calls: Calls, reasons: Mapping[str, str]
) -> None:
    """Every change of the analysis needs its reason, and only changes have one."""
    for marker in sorted(set(injection.calls) | set(calls)):
        called = [allele for allele, _ in injection.calls.get(marker, [])]
        changed = sorted(set(called)) != sorted(set(calls.get(marker, [])))
        if changed and not reasons.get(marker):
            raise BadInput(
                f"At {marker} your reading differs from the analysis. State a reason, "
                "or put the analysed alleles back."
            )


def _refuse_second_part(
    session: Session, actor: Actor, profile: Profile, part: Part
) -> None:
    held = queries.part(session, profile.id, actor.user_id)
    if held is not None and held is not part:
        raise RuleBroken(
            f"You are the {held} of this profile; the {part} must be somebody else."
        )
    if held is part and part in {Part.REVIEWER, Part.RELEASER}:
        raise RuleBroken(f"You have signed as {part} already.")


def _take_part(
    session: Session, actor: Actor, profile: Profile, part: Part, signature_id: int
) -> None:
    if queries.part(session, profile.id, actor.user_id) is None:
        session.add(
            Signatory(
                profile_id=profile.id,
                user_id=actor.user_id,
                part=part,
                signature_id=signature_id,
            )
        )
