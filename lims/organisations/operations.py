"""What is done to organisations."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import SYSTEM, Actor, Permission, require
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.errors import BadInput
from lims.organisations.tables import Organisation, OrganisationKind
from lims.people import operations as people


def register(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: OrganisationKind,
    country: str,
) -> Organisation:
    """Who sends, receives or looks on. `country` is of two letters (ISO 3166)."""
    require(actor, Permission.ORGANISATION_MANAGE)
    return _enter(session, actor, code, name, kind, country)


def set_up(
    session: Session, *, code: str, name: str, country: str, login: str, person: str
) -> str:
    """A laboratory and its first administrator, whose password it gives to be told.

    Refused where anybody is registered already (people.operations.set_up).
    """
    kind = OrganisationKind.LABORATORY
    made = _enter(session, SYSTEM, code, name, kind, country)
    user, password = people.set_up(
        session, login=login, name=person, organisation_id=made.id
    )
    where = system(session, "set-up")
    record(session, SYSTEM, Tag.SYSTEM_SET_UP, where, user=user.uid, code=made.code)
    return password


def _enter(
    session: Session,
    actor: Actor,
    code: str,
    name: str,
    kind: OrganisationKind,
    country: str,
) -> Organisation:
    if not re.fullmatch(r"[A-Z0-9]{2,16}", code):
        raise BadInput(
            f"'{code}' cannot be an organisation's code; expected: 2 to 16 capital "
            "letters A to Z and digits."
        )
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise BadInput(
            f"'{country}' is not a country; expected: two capital letters, such as IT."
        )
    if not 0 < len(name.strip()) <= 200:  # noqa: PLR2004 - as wide as its column
        raise BadInput("The organisation's name has 1 to 200 characters.")
    if session.scalar(select(Organisation.id).where(Organisation.code == code)):
        raise BadInput(f"The organisation '{code}' is registered already.")
    made = Organisation(code=code, name=name.strip(), kind=kind, country=country)
    session.add(made)
    record(session, actor, Tag.ORGANISATION_REGISTERED, made, code=code)
    session.flush()
    return made
