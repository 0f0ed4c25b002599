"""Changes to packages: prepared with the release, sent, answered."""

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.errors import RuleBroken
from lims.handoff import queries
from lims.handoff.finished import finished_profile
from lims.handoff.package import Package as Message
from lims.handoff.package import digest, read_receipt, render
from lims.handoff.states import HANDOFF, HandoffState
from lims.handoff.tables import Package, Receipt
from lims.organisations import queries as organisations
from lims.profiles import operations as profiles
from lims.profiles import queries as known_profiles
from lims.profiles.states import ProfileState
from lims.queue import enqueue
from lims.results.rules import RuleSet
from lims.review import operations as review

SEND = "handoff.send"
"""The job that carries a package out after the commit."""

ACTIONS = {"received": "receive", "loaded": "load", "rejected": "reject"}


def release(
    session: Session, actor: Actor, uid: str, password: str, rules: RuleSet
) -> Package:
    """The manager's signature and the package it lets out, in one transaction.

    There is no other way to release: nothing is released that does not leave.
    """
    require(actor, Permission.PROFILE_RELEASE)
    profile = review.release(session, actor, uid, password, rules)
    finished = finished_profile(session, actor, profile)
    now = clock.now()
    package = Package(
        number="",
        profile_id=profile.id,
        organisation_id=actor.organisation_id,
        state=HandoffState.PENDING,
        prepared_at=now,
        body=b"",
        digest="",
    )
    sequence = queries.next_sequence(session)
    home = organisations.named(session, [actor.organisation_id])
    laboratory = home[actor.organisation_id].code
    package.body = render(Message(package.uid, laboratory, sequence, now, finished))
    package.digest = digest(package.body)
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
        digest=package.digest,
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


def take_receipt(session: Session, actor: Actor, body: bytes) -> Package:
    """Take the receiver's answer. The same answer again changes nothing.

    An answer proves that the package left, even where the worker died before it could
    say so. The time of sending is then that of the answer.
    RuleBroken where the receipt is for other bytes than were sent: somebody or
    something changed the package on its way, and nothing is marked as loaded.
    """
    require(actor, Permission.HANDOFF_RUN)
    told = read_receipt(body)
    package = queries.package(session, actor, told["package"], lock=True)
    if told["digest"] != package.digest:
        raise RuleBroken(
            f"The receipt for package '{package.number}' names the digest "
            f"'{told['digest'][:12]}…'; '{package.digest[:12]}…' was sent. The package "
            "stays as it is; ask the receiver what it has loaded."
        )
    if queries.known_receipt(session, package.id, told):
        return package
    if package.state == HandoffState.PENDING:
        _leave(session, actor, package)
    answer = told["type"].split(".")[-2]
    if not _is_late(package, answer):
        stated = {"receipt": digest(body), "reason": told.get("reason", "")}
        before = HandoffState(package.state)
        package.state = HANDOFF.step(before, ACTIONS[answer], stated).target
        package.trouble = told.get("reason")
        _answer_profile(session, actor, package, answer, digest(body))
    session.add(
        Receipt(
            package_id=package.id,
            state=answer,
            body=body,
            digest=digest(body),
            taken_at=clock.now(),
        )
    )
    record(
        session,
        actor,
        Tag.PACKAGE_ANSWERED,
        package,
        answer=answer,
        receipt=digest(body),
        engine=told["engine"]["name"],
        engine_version=told["engine"]["version"],
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
    if package is not None:
        package.trouble = why[:500]
    item = package if package is not None else system(session, "receipts")
    record(session, actor, Tag.RECEIPT_REFUSED, item, receipt=digest(body))
    return package


def _leave(session: Session, actor: Actor, package: Package) -> None:
    package.state = HANDOFF.step(HandoffState.PENDING, "send", {}).target
    package.sent_at = clock.now()
    record(session, actor, Tag.PACKAGE_SENT, package, digest=package.digest)
    _advance(session, actor, package, "hand off", {"package": package.number})


def _is_late(package: Package, answer: str) -> bool:
    """A 'received' that arrives after 'loaded' tells nothing new."""
    ended = package.state in {HandoffState.LOADED, HandoffState.REJECTED}
    return ended and answer == "received"


def _answer_profile(
    session: Session, actor: Actor, package: Package, answer: str, receipt: str
) -> None:
    if answer == "loaded":
        _advance(session, actor, package, "loaded", {"receipt": receipt})
    elif answer == "rejected":
        _advance(session, actor, package, "not loaded", {"receipt": receipt})


def _advance(
    session: Session,
    actor: Actor,
    package: Package,
    action: str,
    stated: dict[str, str],
) -> None:
    profile = known_profiles.by_id(session, package.profile_id)
    if ProfileState(profile.state) is not ProfileState.RECALLED:
        profiles.advance(session, actor, profile, action, **stated)
