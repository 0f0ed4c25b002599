"""What a bundle is asked for and made with; assembling.py makes it, elsewhere.

What checks a bundle weighs megabytes that a server does not need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.anchors.authority import Authority
from lims.anchors.policy import Policy
from lims.audit import queries as audit
from lims.custody import manifests
from lims.errors import RuleBroken
from lims.evidence.family import family
from lims.evidence.scope import Asked, Scope
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.store import Store


@dataclass(frozen=True)
class Shop:
    """What a bundle is made with, beside the record itself."""

    store: Store
    zone: ZoneInfo
    policy: Policy
    authority: Authority | None
    signing: Path
    """The folder of the key that signs certificates."""


@dataclass(frozen=True)
class Packed:
    """A bundle that was made, and what its event tells of it."""

    content: bytes
    manifest: str
    """SHA-256 of its list of files."""
    events: int
    log_size: int
    digest: str


def samples_of(
    session: Session, actor: Actor, wanted: Scope, zone: ZoneInfo
) -> Sequence[Sample]:
    """The samples that a scope is about; NotFound for a code that is not seen here."""
    match wanted.kind:
        case Asked.CODES:
            families = [family(session, actor, one).all for one in wanted.asked]
        case Asked.CONSIGNMENT:
            sent = manifests.consignment(session, actor, wanted.asked[0])
            bags = [one.code for one in manifests.bags(session, sent)]
            families = [family(session, actor, one).all for one in bags]
        case Asked.PERIOD:
            uids = audit.items_between(session, "sample", *wanted.between(zone))
            families = [
                tuple(samples.by_uids(session, actor, uids[at : at + audit.MANY]))
                for at in range(0, len(uids), audit.MANY)
            ]
    found = {one.id: one for some in families for one in some}
    if not found:
        raise RuleBroken("Nothing of that is on record here. Ask for other days.")
    return [found[number] for number in sorted(found)]
