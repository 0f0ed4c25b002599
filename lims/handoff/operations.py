"""Changes to packages: prepared with the release, sent, answered."""

import secrets

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.errors import RuleBroken
from lims.handoff import queries, recalling
from lims.handoff.finished import finished_profile
from lims.handoff.package import Package as Message
from lims.handoff.package import digest, read_receipt, render
from lims.handoff.recall import Reason
from lims.handoff.recalling import SEND, TELL, mark_told
from lims.handoff.states import HANDOFF, HandoffState
from lims.handoff.tables import Package, Recall, Receipt
from lims.organisations import queries as organisations
from lims.people.shown import Shown
from lims.profiles import operations as profiles
from lims.profiles import queries as known_profiles
from lims.profiles.states import ProfileState
from lims.queue import enqueue
from lims.results.rules import RuleSet
from lims.review import operations as review
from lims.sealing.rows import Whose

__all__ = [
    "SEND", "TELL", "mark_sent", "mark_told", "refuse_receipt", "release",
    "take_receipt",
]  # fmt: skip

ACTIONS = {"received": "receive", "loaded": "load", "rejected": "reject"}


def release(
    session: Session, actor: Actor, uid: str, password: Shown | str, rules: RuleSet
) -> Package:
    """The manager's signature and the package it lets out, in one transaction.

    There is no other way to release: nothing is released that does not leave. What the
    engine was given of an earlier version it is told to forget, before it gets this
    one: it never searches by two versions of one sample.
    """
    require(actor, Permission.PROFILE_RELEASE)
    profile = review.release(session, actor, uid, password, rules)
    _recall_earlier(session, actor, profile)
    finished = finished_profile(session, actor, profile)
    now = clock.now()
    subject = known_profiles.subject_of(session, profile)
    package = Package(
        number="",
        profile_id=profile.id,
        organisation_id=actor.organisation_id,
        state=HandoffState.PENDING,
        prepared_at=now,
        whose=Whose(subject, actor.organisation_id),
    )
    sequence = queries.next_sequence(session)
    home = organisations.named(session, [actor.organisation_id])
    laboratory = home[actor.organisation_id].code
    body = render(Message(package.uid, laboratory, sequence, now, finished))
    package.text = body.decode()
    package.number = f"H-{now.year}-{sequence:06d}"
    session.add(package)
    record(
        session,
        actor,
        Tag.PACKAGE_PREPARED,
        package,
        number=package.number,
        code=finished.code,
        version=finished.version,
        sealed={"digest": digest(body)},
        subject=subject,
    )
    enqueue(session, SEND, package.uid)
    session.flush()
    return package


def mark_sent(session: Session, actor: Actor, uid: str) -> Package:
    """It lies whole in the drop folder. Told twice after a crash, kept once."""
    require(actor, Permission.HANDOFF_RUN)
    package = queries.package(session, actor, uid, lock=True)
    if package.state == HandoffState.PENDING:
        _leave(session, actor, package)
    return package


def take_receipt(session: Session, actor: Actor, body: bytes) -> Package | Recall:
    """Take the receiver's answer. The same answer again changes nothing.

    An answer proves that the package left, even where the worker died before it could
    say so. The time of sending is then that of the answer.
    RuleBroken where the receipt is for other bytes than were sent: somebody or
    something changed the package on its way, and nothing is marked as loaded. Of a
    package that was erased nothing is left to compare with: that it was answered
    counts, and no word of the answer is kept.
    """
    require(actor, Permission.HANDOFF_RUN)
    told = read_receipt(body)
    if queries.recall(session, actor, told["package"]) is not None:
        return recalling.take_answer(session, actor, told, body)
    package = queries.package(session, actor, told["package"], lock=True)
    if package.text and told["digest"] != package.digest:
        raise RuleBroken(
            f"The receipt for package '{package.number}' names the digest "
            f"'{told['digest'][:12]}…'; '{package.digest[:12]}…' was sent. The package "
            "stays as it is; ask the receiver what it has loaded."
        )
    if queries.known_receipt(session, package.id, told):
        return package
    answer = told["type"].split(".")[-2]
    if answer not in ACTIONS:
        raise RuleBroken(
            f"The package '{package.number}' cannot be answered by '{answer}': that "
            "is for the message that recalls it."
        )
    if package.state == HandoffState.PENDING:
        _leave(session, actor, package)
    if not _is_late(package, answer):
        stated = {"receipt": package.number, "reason": told.get("reason", "")}
        before = HandoffState(package.state)
        package.state = HANDOFF.step(before, ACTIONS[answer], stated).target
        if package.text:
            package.trouble = told.get("reason")
        _answer_profile(session, actor, package, answer)
    subject = _subject(session, package)
    session.add(
        Receipt(
            uid=secrets.token_hex(16),
            whose=Whose(subject, package.organisation_id),
            package_id=package.id,
            state=answer,
            text=body.decode(),
            taken_at=clock.now(),
        )
    )
    record(
        session,
        actor,
        Tag.PACKAGE_ANSWERED,
        package,
        answer=answer,
        engine=told["engine"]["name"],
        engine_version=told["engine"]["version"],
        sealed={"receipt": digest(body)},
        subject=subject,
    )
    return package


def refuse_receipt(
    session: Session, actor: Actor, body: bytes, why: str
) -> Package | None:
    """Keep on record that an answer could not be taken; the page shows why.

    The package is found where the answer names one; otherwise it is told of the system.
    """
    require(actor, Permission.HANDOFF_RUN)
    package = queries.named_in(session, actor, body)
    sealed = {"receipt": digest(body)}
    if package is None:
        listed = system(session, "receipts")
        record(session, actor, Tag.RECEIPT_REFUSED, listed, sealed=sealed)
        return None
    if package.text:
        package.trouble = why[:500]
    subject = _subject(session, package)
    record(session, actor, Tag.RECEIPT_REFUSED, package, sealed=sealed, subject=subject)
    return package


def _recall_earlier(
    session: Session, actor: Actor, profile: known_profiles.Profile
) -> None:
    versions = known_profiles.of_samples(session, [profile.sample_id])
    earlier = [one.id for one in versions if one.version < profile.version]
    packages = queries.of_profiles(session, earlier, locked=True)
    recalling.recall(session, actor, packages, Reason.SUPERSEDED, profile.version)


def _subject(session: Session, package: Package) -> str:
    """Whose package it is: the pseudonym of the accessioned sample."""
    profile = known_profiles.by_id(session, package.profile_id)
    return known_profiles.subject_of(session, profile)


def _leave(session: Session, actor: Actor, package: Package) -> None:
    package.state = HANDOFF.step(HandoffState.PENDING, "send", {}).target
    package.sent_at = clock.now()
    record(session, actor, Tag.PACKAGE_SENT, package)
    _advance(session, actor, package, "hand off", {"package": package.number})


def _is_late(package: Package, answer: str) -> bool:
    """A 'received' that arrives after 'loaded' tells nothing new."""
    ended = package.state in {HandoffState.LOADED, HandoffState.REJECTED}
    return ended and answer == "received"


def _answer_profile(
    session: Session, actor: Actor, package: Package, answer: str
) -> None:
    """The profile goes on; the package's own event commits to the receipt."""
    stated = {"receipt": package.number}
    if answer == "loaded":
        _advance(session, actor, package, "loaded", stated)
    elif answer == "rejected":
        _advance(session, actor, package, "not loaded", stated)


def _advance(
    session: Session,
    actor: Actor,
    package: Package,
    action: str,
    stated: dict[str, str],
) -> None:
    profile = known_profiles.by_id(session, package.profile_id)
    ended = {ProfileState.RECALLED, ProfileState.SUPERSEDED, ProfileState.WITHDRAWN}
    if ProfileState(profile.state) not in ended:
        profiles.advance(session, actor, profile, action, **stated)
