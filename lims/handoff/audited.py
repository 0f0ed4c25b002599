"""Packages as an auditor's queries walk them, of every organisation."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.queries import Opening, events_of, openings_of
from lims.audit.tags import Tag
from lims.handoff import queries
from lims.handoff.tables import Package
from lims.profiles import queries as profiles

MANY = 100
TOLD = {Tag.PACKAGE_PREPARED: "digest", Tag.PACKAGE_ANSWERED: "receipt"}
"""Which fact of which event tells the hash of the bytes that a row keeps."""


def unlike_their_digest(session: Session) -> Iterator[tuple[str, str, bool]]:
    """Each package and receipt: number, pseudonym, whether its bytes are others.

    They are held against the hashes to which the events commit. A package of who was
    erased has no bytes; without an erasure that is a fault.
    """
    packages = select(Package).order_by(Package.id)
    for some in session.scalars(packages).partitions(MANY):
        erased = profiles.erased_among(session, {one.profile_id for one in some})
        standing = [one for one in some if one.profile_id not in erased]
        told = _told(session, [one.uid for one in standing])
        kept = defaultdict(list)
        for receipt in queries.receipts(session, [one.id for one in standing]):
            kept[receipt.package_id].append(receipt.digest)
        for one in standing:
            for found in [one.digest, *kept[one.id]]:
                yield one.number, one.uid, found not in told[one.uid]


def _told(session: Session, uids: Sequence[str]) -> dict[str, set[str]]:
    """Package to the hashes that its events tell, in clear or sealed."""
    found: dict[str, set[str]] = {uid: set() for uid in uids}
    sealed: dict[str, str] = {}
    for event in events_of(session, uids):
        name = TOLD.get(Tag(event.tag))
        fact = json.loads(event.body)["facts"].get(name) if name else None
        if isinstance(fact, str):  # as events told it before they committed to it
            found[event.item_uid].add(fact)
        elif fact is not None:
            sealed[fact["commitment"]] = event.item_uid
    opened: dict[str, Opening] = openings_of(session, sealed)
    for commitment, uid in sealed.items():
        if commitment in opened:
            found[uid].add(json.loads(opened[commitment].value))
    return found
