"""Legal holds: what an authority wants kept is not erased while the order stands."""

import re

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import legal
from lims.cases.tables import LegalHold
from lims.errors import BadInput, RuleBroken
from lims.sealing import keys

_REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./_-]{2,99}")


def place_hold(session: Session, actor: Actor, code: str, document: str) -> LegalHold:
    """Keep what is known of a donor, or of all who miss a person, until it is lifted.

    `document` is the order's file number. Any number of orders may stand at once.
    """
    require(actor, Permission.LEGAL_HOLD)
    donor, missing = legal.subject(session, actor, code)
    if donor is not None and not keys.standing(session, [donor.uid]):
        raise RuleBroken(f"What was known of '{code}' was erased: nothing is to keep.")
    row = LegalHold(
        donor_id=donor.id if donor else None,
        missing_person_id=missing.id if missing else None,
        organisation_id=actor.organisation_id,
        document=_reference(document),
        placed_at=clock.now(),
        placed_by=actor.user_id,
    )
    session.add(row)
    record(session, actor, Tag.LEGAL_HOLD_PLACED, row, document=row.document, code=code)
    session.flush()
    return row


def lift_hold(session: Session, actor: Actor, uid: str, document: str) -> LegalHold:
    """End a hold, by the document that says so."""
    require(actor, Permission.LEGAL_HOLD)
    row = legal.hold(session, actor, uid)
    if row.lifted_at is not None:
        raise RuleBroken("This legal hold was lifted before.")
    row.lifted_at, row.lifted_by = clock.now(), actor.user_id
    row.lifted_document = _reference(document)
    record(session, actor, Tag.LEGAL_HOLD_LIFTED, row, document=row.lifted_document)
    return row


def _reference(document: str) -> str:
    found = " ".join(document.split())
    if not _REFERENCE.fullmatch(found):
        raise BadInput(
            "State the file number of the order, 3 to 100 letters, digits and . / - _; "
            "no name of a person."
        )
    return found
