"""End a donor's consent, and tell the engine in the same transaction.

Whoever enters the withdrawal sees no code of the laboratory: the recall is the
program's own act. The samples are frozen by the coordinator, who is told of them.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from lims.access import SYSTEM, Actor, Permission, Role, require
from lims.cases import operations as cases
from lims.cases import queries as known
from lims.cases.queries import Consent
from lims.erasure import wiping
from lims.handoff import recalling
from lims.handoff.recall import Reason


def withdraw_consent(session: Session, actor: Actor, donor: str) -> list[Consent]:
    """Every consent of the donor ends now, and what the engine has is recalled."""
    require(actor, Permission.IDENTITY_WRITE)
    ended = cases.withdraw_consent(session, actor, donor)
    found = known.donor(session, actor, donor)
    acting = replace(SYSTEM, roles=frozenset({Role.COORDINATOR}))
    for organisation, codes in wiping.codes(session, found).items():
        there = replace(acting, organisation_id=organisation)
        recalling.of_codes(session, there, codes, Reason.CONSENT)
    return ended
