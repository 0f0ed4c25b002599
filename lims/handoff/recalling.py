"""Recalls: the engine is told to forget a package, and what it answers is kept.

A recall is made for each package that was ever prepared, also for one that waits: a
worker that was killed may have put it into the folder and not lived to say so. Made in
the transaction of what asks for it, sent by the worker before anything newer of the
same sample, and made once: asked for again nothing changes.
"""

from collections.abc import Collection, Sequence
import secrets
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import RuleBroken
from lims.handoff import queries
from lims.handoff.package import digest
from lims.handoff.recall import Message, Reason, render
from lims.handoff.states import RECALL, RecallState
from lims.handoff.tables import Package, Recall
from lims.organisations import queries as organisations
from lims.profiles import operations as profiles
from lims.profiles import queries as known_profiles
from lims.profiles.states import OUT, ProfileState
from lims.queue import drop, enqueue
from lims.samples import queries as samples

SEND = "handoff.send"
"""The job that carries a package out after the commit."""
TELL = "handoff.recall"
"""The job that carries a recall out."""

ACTIONS = {"received": "receive", "recalled": "recall", "rejected": "reject"}


def of_codes(
    session: Session, actor: Actor, codes: Collection[str], reason: Reason
) -> list[Recall]:
    """Recall whatever left of these references; the recalls that are new."""
    require(actor, Permission.HANDOFF_RECALL)
    rows = samples.by_codes(session, actor, list(codes)).values()
    made = known_profiles.of_samples(session, [one.source_id or one.id for one in rows])
    packages = queries.of_profiles(session, [one.id for one in made], locked=True)
    return recall(session, actor, packages, reason)


def recall(
    session: Session,
    actor: Actor,
    packages: Sequence[Package],
    reason: Reason,
    replaced_by: int | None = None,
) -> list[Recall]:
    """Tell the engine to forget these packages, which are locked; the new recalls."""
    require(actor, Permission.HANDOFF_RECALL)
    known = queries.recalls_of(session, [one.id for one in packages])
    new = [one for one in packages if one.id not in known]
    drop(session, SEND, [one.uid for one in new])
    return [_recall(session, actor, one, reason, replaced_by) for one in new]


def mark_told(session: Session, actor: Actor, uid: str) -> Recall:
    """It lies whole in the drop folder. Told twice after a crash, kept once."""
    require(actor, Permission.HANDOFF_RUN)
    found, package = _locked(session, actor, uid)
    if found.state == RecallState.PENDING:
        _leave(session, actor, found, package)
    return found


def take_answer(
    session: Session, actor: Actor, told: dict[str, Any], body: bytes
) -> Recall:
    """Take the engine's answer to a recall. The same answer again changes nothing.

    Its free text is not kept: what the engine says of whom it forgets is not ours.
    """
    require(actor, Permission.HANDOFF_RUN)
    found, package = _locked(session, actor, told["package"])
    answer = told["type"].split(".")[-2]
    if told["digest"] != digest(found.body):
        raise RuleBroken(
            f"The answer to the recall of '{package.number}' names the digest "
            f"'{told['digest'][:12]}…'; '{digest(found.body)[:12]}…' was sent. Ask the "
            "engine's keeper what was forgotten."
        )
    if answer not in ACTIONS:
        raise RuleBroken(
            f"A recall cannot be answered by '{answer}'. Possible: "
            f"{', '.join(ACTIONS)}."
        )
    if found.state == RecallState.PENDING:
        _leave(session, actor, found, package)
    state, action = RecallState(found.state), ACTIONS[answer]
    if action in RECALL.actions(state):
        stated = {"receipt": digest(body), "reason": "told by the engine"}
        found.state = RECALL.step(state, action, stated).target
        found.answered_at = clock.now()
        record(
            session,
            actor,
            Tag.RECALL_ANSWERED,
            package,
            answer=answer,
            recall=found.uid,
            sealed={"receipt": digest(body)},
            subject=_subject(session, package),
            engine=told["engine"]["name"],
            engine_version=told["engine"]["version"],
        )
    return found


def _recall(
    session: Session,
    actor: Actor,
    package: Package,
    reason: Reason,
    replaced_by: int | None,
) -> Recall:
    profile = known_profiles.by_id(session, package.profile_id)
    subject = _subject(session, package)
    code = samples.codes_of(session, [subject])[subject]
    home = organisations.named(session, [package.organisation_id])
    uid, now = secrets.token_hex(16), clock.now()
    made = Recall(
        uid=uid,
        package_id=package.id,
        organisation_id=package.organisation_id,
        reason=reason,
        body=render(
            Message(
                uid,
                home[package.organisation_id].code,
                now,
                code,
                profile.version,
                package.uid,
                reason,
                replaced_by,
            )
        ),
        state=RecallState.PENDING,
        prepared_at=now,
    )
    session.add(made)
    told: dict[str, Any] = {"recall": uid, "reason": reason}
    if replaced_by is not None:
        told["replaced_by"] = replaced_by
    record(session, actor, Tag.PACKAGE_RECALLED, package, **told)
    if ProfileState(profile.state) in OUT:
        _take_back(session, actor, profile, reason, replaced_by)
    enqueue(session, TELL, uid)
    return made


def _subject(session: Session, package: Package) -> str:
    profile = known_profiles.by_id(session, package.profile_id)
    return known_profiles.subject_of(session, profile)


def _take_back(
    session: Session,
    actor: Actor,
    profile: known_profiles.Profile,
    reason: Reason,
    replaced_by: int | None,
) -> None:
    """The profile is out of use; of who was erased the erasure withdraws it."""
    if reason is Reason.ERASED:
        return
    if reason is Reason.SUPERSEDED and profile.state == ProfileState.ACTIVE:
        stated: dict[str, Any] = {"new version": replaced_by}
        profiles.advance(session, actor, profile, "supersede", **stated)
    else:
        why = reason.name
        profiles.advance(session, actor, profile, "recall", reason=why)


def _leave(session: Session, actor: Actor, found: Recall, package: Package) -> None:
    found.state = RECALL.step(RecallState.PENDING, "send", {}).target
    found.sent_at = clock.now()
    record(session, actor, Tag.RECALL_SENT, package, recall=found.uid)


def _locked(session: Session, actor: Actor, uid: str) -> tuple[Recall, Package]:
    """The recall with its package, whose chain tells of it and which is locked."""
    found = queries.recall(session, actor, uid)
    if found is None:
        raise RuleBroken("There is no such recall in this laboratory.")
    package = session.get_one(Package, found.package_id, with_for_update=True)
    session.refresh(found)
    return found, package
