"""Bundles as an auditor's queries walk them, of every organisation."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.evidence.tables import Bundle


def bundles(session: Session) -> Iterator[Bundle]:
    """Every bundle that was ever asked for."""
    wanted = select(Bundle).order_by(Bundle.id)
    yield from session.scalars(wanted.execution_options(yield_per=1000))
