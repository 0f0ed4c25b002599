"""What an auditor's queries ask of the identity zone: organisations and answers alone.

Nothing here tells who anybody is, and no row of a person is read.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.cases.tables import CodeLink, Consent, Declaration, Question
from lims.cases.words import Scope


class Declared(NamedTuple):
    bag: str
    organisation: int
    """Who said what is in it."""


def declared(session: Session) -> Iterator[Declared]:
    """Each bag whose content was declared, without the content."""
    wanted = select(Declaration.bag, Declaration.organisation_id)
    for row in session.execute(wanted.order_by(Declaration.id)):
        yield Declared(*row)


def answers(session: Session) -> dict[str, dict[str, bool]]:
    """Question of consent, by its pseudonym, to code and the yes or no to it."""
    wanted = select(Question).where(Question.kind == Scope.DNA_IDENTIFICATION)
    found = session.scalars(wanted.execution_options(yield_per=1000))
    return {one.uid: dict(zip(one.asked, one.answer, strict=True)) for one in found}


class Linked(NamedTuple):
    code: str
    uid: str
    """The link's pseudonym."""
    consented_at: datetime | None
    """When its donor consented for the first time."""


def linked_references(session: Session) -> Iterator[Linked]:
    """Each code of a reference, without whose it is."""
    first = (
        select(Consent.donor_id, func.min(Consent.given_at).label("at"))
        .group_by(Consent.donor_id)
        .subquery()
    )
    wanted = (
        select(CodeLink.code, CodeLink.uid, first.c.at)
        .outerjoin(first, first.c.donor_id == CodeLink.donor_id)
        .where(CodeLink.donor_id.is_not(None))
        .order_by(CodeLink.id)
    )
    for row in session.execute(wanted):
        yield Linked(*row)
