"""What the coordinator's decisions do to custody: accession, waiting, withdrawal.

In one transaction the coordinator's page calls `cases.operations.link`, then
`samples.operations.accession` for what was linked, then `accessioned` here, and
`wait_for_consent` for what was not. The item stays in the same hands.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes
from lims.custody.changes import Load, Moved
from lims.custody.stages import FINAL, Stage
from lims.samples import queries as samples
from lims.samples.tables import Stream

CONSENT_MISSING = "CONSENT_MISSING"
CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
_WITHDRAWN = frozenset({Stage.WITHDRAWN, Stage.LOST_WITHDRAWN})


def accessioned(
    session: Session, actor: Actor, sample_ids: Collection[int]
) -> list[Moved]:
    """These samples have their codes and may be worked with."""
    require(actor, Permission.SAMPLE_ACCESSION)
    stated = {"consent": "active"}
    return [
        _stay(session, actor, item, "accession", stated)
        for item in _loads(session, actor, sample_ids)
    ]


def wait_for_consent(
    session: Session, actor: Actor, sample_ids: Collection[int]
) -> list[Moved]:
    """These references stay sealed until their donors consent (rule I1)."""
    require(actor, Permission.SAMPLE_ACCESSION)
    stated = {"reason": CONSENT_MISSING}
    return [
        _stay(session, actor, item, "wait for consent", stated)
        for item in _loads(session, actor, sample_ids)
        if item.holding.stage != Stage.WAITING_CONSENT
    ]


def withdraw(session: Session, actor: Actor, codes: Collection[str]) -> list[Moved]:
    """Freeze these references and all that was made of them: consent is withdrawn."""
    require(actor, Permission.SAMPLE_ACCESSION)
    rows = samples.family(session, actor, codes)
    stated = {"reason": CONSENT_WITHDRAWN}
    return [
        _stay(session, actor, item, "withdraw", stated)
        for item in changes.loads(session, rows).values()
        if item.sample.stream == Stream.REFERENCE
        and Stage(item.holding.stage) not in FINAL | _WITHDRAWN
    ]


def _loads(session: Session, actor: Actor, ids: Collection[int]) -> list[Load]:
    rows = samples.by_ids(session, actor, ids, locked=True)
    return list(changes.loads(session, rows).values())


def _stay(
    session: Session, actor: Actor, item: Load, action: str, stated: dict[str, str]
) -> Moved:
    """The stage changes; hands and place do not."""
    facts = changes.take(item, action, stated, item.spot)
    facts |= {name: value for name, value in stated.items() if name == "reason"}
    record(session, actor, Tag.CUSTODY_MOVED, item.sample, **facts)
    return changes.moved(item)
