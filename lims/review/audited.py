"""Readings and their readers as an auditor's queries walk them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.review.tables import Comparison, Part, Reading, Signatory


def parts(session: Session) -> dict[int, dict[Part, int]]:
    """Profile to who took which part in it."""
    found: dict[int, dict[Part, int]] = {}
    for one in session.scalars(select(Signatory)):
        found.setdefault(one.profile_id, {})[Part(one.part)] = one.user_id
    return found


def readers(session: Session) -> dict[int, list[int]]:
    """Injection to who read it, in the order of the readings."""
    found: dict[int, list[int]] = {}
    wanted = select(Reading.injection_id, Reading.reader_id).order_by(Reading.ordinal)
    for injection, reader in session.execute(wanted):
        found.setdefault(injection, []).append(reader)
    return found


def comparisons(session: Session) -> dict[int, Comparison]:
    """Injection to how its two readings agree."""
    return {one.injection_id: one for one in session.scalars(select(Comparison))}
