"""What is done to bundles: asked for, made, handed out, removed. Each is an event."""

from datetime import datetime

from sqlalchemy.orm import Session

from lims import clock, queue
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import queries as cases
from lims.errors import NotFound, RuleBroken
from lims.evidence import queries
from lims.evidence.asking import Packed, Shop, samples_of
from lims.evidence.queries import MAKE, kept
from lims.evidence.scope import Scope, of_codes
from lims.evidence.tables import Bundle, BundleState


def ask(session: Session, actor: Actor, wanted: Scope, shop: Shop) -> Bundle:
    """Promise a bundle; NotFound where something of it is not seen by who asks."""
    require(actor, Permission.EVIDENCE_EXPORT)
    samples_of(session, actor, wanted, shop.zone)
    row = _promise(session, actor, wanted, confidential=False)
    record(session, actor, Tag.EVIDENCE_ASKED, row, kind=wanted.kind, asked=row.asked)
    return row


def ask_case(session: Session, actor: Actor, reference: str, shop: Shop) -> Bundle:
    """A bundle of all codes behind one case; the case itself is named nowhere in it."""
    require(actor, Permission.EVIDENCE_EXPORT)
    require(actor, Permission.IDENTITY_LINK)
    wanted = of_codes(cases.codes_of_case(session, actor, reference))
    samples_of(session, actor, wanted, shop.zone)
    row = _promise(session, actor, wanted, confidential=True)
    record(
        session,
        actor,
        Tag.EVIDENCE_ASKED,
        row,
        kind=wanted.kind,
        count=len(row.asked),
        sealed={"case": reference, "asked": row.asked},
    )
    return row


def finish(
    session: Session,
    actor: Actor,
    uid: str,
    made: Packed,
    sha256: str,
    begun: datetime,
) -> Bundle:
    """What was made, told so that a bundle shown later can be compared with it.

    It is of the moment when its reading began: what was erased since may be in it.
    """
    require(actor, Permission.EVIDENCE_EXPORT)
    row = queries.bundle(session, actor, uid, locked=True)
    if row.state != BundleState.ASKED:
        raise RuleBroken("Another worker has made this bundle already.")
    row.state, row.made_at = BundleState.MADE, begun
    row.events, row.log_size = made.events, made.log_size
    row.size, row.sha256, row.manifest = len(made.content), sha256, made.manifest
    record(
        session,
        actor,
        Tag.EVIDENCE_MADE,
        row,
        events=made.events,
        log_size=made.log_size,
        digest=made.digest,
        manifest=made.manifest,
        sha256=sha256,
    )
    return row


def fetch(session: Session, actor: Actor, uid: str) -> Bundle:
    """The bundle that is handed out now; who took it is on record."""
    require(actor, Permission.EVIDENCE_EXPORT)
    row = queries.bundle(session, actor, uid, locked=True)
    if row.asked_by != actor.user_id:
        raise NotFound(
            "A bundle holds in clear what the one who asked for it may see, and is "
            "handed to that person alone. Ask for the same; it is made for you."
        )
    if not kept(session)(row):
        raise RuleBroken(
            "This bundle is not here: it is still being made, or its copy was removed "
            "after its time or after an erasure. Ask for the same again; it is made "
            "anew from the record."
        )
    record(session, actor, Tag.EVIDENCE_FETCHED, row, manifest=row.manifest)
    return row


def remove(session: Session, actor: Actor, uid: str) -> Bundle:
    """Nobody gets it from here any more; what it proves stays in the record."""
    require(actor, Permission.EVIDENCE_EXPORT)
    row = queries.bundle(session, actor, uid, locked=True)
    if row.state != BundleState.MADE:
        raise RuleBroken("Only a bundle that was made can be removed.")
    row.state = BundleState.REMOVED
    record(session, actor, Tag.EVIDENCE_REMOVED, row, manifest=row.manifest)
    return row


def _promise(
    session: Session, actor: Actor, wanted: Scope, *, confidential: bool
) -> Bundle:
    row = Bundle(
        organisation_id=actor.organisation_id,
        asked_by=actor.user_id,
        kind=wanted.kind,
        asked=list(wanted.asked),
        confidential=confidential,
        asked_at=clock.now(),
        state=BundleState.ASKED,
    )
    session.add(row)
    session.flush()
    queue.enqueue(session, MAKE, row.uid)
    return row
