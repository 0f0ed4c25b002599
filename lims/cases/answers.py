"""The lab zone's questions to the identity zone: yes or no, and who asked is recorded.

Codes are those of accessioned samples; of powder or an extract ask for its source
(`samples.queries.sources`). A code that is not known here is answered with no: nothing
is explained and nothing allowed by what is missing.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import queries
from lims.cases.tables import CodeLink, Element, Question
from lims.cases.words import Scope

SAME_BODY = "same body"


def same_body(
    session: Session, actor: Actor, pairs: Sequence[tuple[str, str]]
) -> list[bool]:
    """Whether both codes of a pair are of the same remains, or of the same donor.

    For profiles that agree (rule F3): yes explains it, and no more is told.
    """
    require(actor, Permission.IDENTITY_QUESTION)
    groups = _groups(session, actor, {code for pair in pairs for code in pair})
    answer = [
        one in groups and groups[one] == groups.get(other) for one, other in pairs
    ]
    _ask(session, actor, SAME_BODY, [list(pair) for pair in pairs], answer)
    return answer


def consents_allow(
    session: Session, actor: Actor, codes: Collection[str], scope: Scope
) -> dict[str, bool]:
    """For each code, whether the scope is open to it. Remains need no consent."""
    require(actor, Permission.IDENTITY_QUESTION)
    links = _links(session, actor, codes)
    donors = {one.donor_id for one in links.values() if one.donor_id}
    allowed = queries.consenting(session, donors, scope)
    answer = {
        code: code in links
        and (links[code].donor_id is None or links[code].donor_id in allowed)
        for code in codes
    }
    _ask(session, actor, scope, list(answer), list(answer.values()))
    return answer


def consent_allows(session: Session, actor: Actor, code: str, scope: Scope) -> bool:
    return consents_allow(session, actor, [code], scope)[code]


def _links(
    session: Session, actor: Actor, codes: Collection[str]
) -> dict[str, CodeLink]:
    wanted = select(CodeLink).where(
        CodeLink.code.in_(list(codes)),
        CodeLink.organisation_id == actor.organisation_id,
    )
    return {one.code: one for one in session.scalars(wanted)}


def _groups(session: Session, actor: Actor, codes: Collection[str]) -> dict[str, str]:
    """Code to the remains or the donor, as a text that is compared and never told."""
    wanted = (
        select(CodeLink.code, Element.remains_id, CodeLink.donor_id)
        .outerjoin(Element, Element.id == CodeLink.element_id)
        .where(
            CodeLink.code.in_(list(codes)),
            CodeLink.organisation_id == actor.organisation_id,
        )
    )
    return {
        code: f"donor {donor}" if donor else f"remains {remains}"
        for code, remains, donor in session.execute(wanted)
    }


def _ask(
    session: Session,
    actor: Actor,
    kind: str,
    asked: list[str] | list[list[str]],
    answer: list[bool],
) -> None:
    if not asked:
        return
    row = Question(
        asked_at=clock.now(),
        asked_by=actor.user_id,
        kind=kind,
        asked=asked,
        answer=answer,
    )
    session.add(row)
    sealed = {"answer": answer}
    record(session, actor, Tag.CODE_ASKED, row, sealed=sealed, kind=kind, asked=asked)
