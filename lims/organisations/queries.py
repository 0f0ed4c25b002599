"""Reads of the organisations. Who they are is no secret among them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.errors import NotFound
from lims.organisations.tables import Organisation


def everyone(session: Session) -> list[Organisation]:
    """By name, as lists to choose from show them."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))


def by_code(session: Session, code: str) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        raise NotFound(f"No organisation has the code '{code}'.")
    return found


def named(session: Session, ids: Collection[int]) -> dict[int, Organisation]:
    found = select(Organisation).where(Organisation.id.in_(list(ids)))
    return {one.id: one for one in session.scalars(found)}
