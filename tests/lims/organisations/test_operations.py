"""Organisations, and the laboratory's first hour."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lims import migrate
from lims.access import Role
from lims.audit.queries import all_faults, events_of
from lims.audit.record import watch
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.organisations import operations, queries
from lims.organisations.tables import Organisation, OrganisationKind
from lims.people.queries import actor_named
from tests.cast import Cast


def register(
    session: Session,
    cast: Cast,
    code: str = "NGO1",
    name: str = "An association",
    country: str = "SN",
) -> Organisation:
    return operations.register(
        session,
        cast.administrator,
        code=code,
        name=name,
        kind=OrganisationKind.ASSOCIATION,
        country=country,
    )


def test_an_administrator_registers_an_organisation(
    session: Session, cast: Cast
) -> None:
    made = register(session, cast)
    assert queries.by_code(session, "NGO1") is made
    assert made in queries.everyone(session)
    assert queries.named(session, [made.id]) == {made.id: made}
    (told,) = events_of(session, [made.uid])
    assert told.tag == "organisation:registered"
    assert b"An association" not in told.body


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"code": "ngo"}, "'ngo' cannot be an organisation's code"),
        ({"code": "LAB"}, "'LAB' is registered already"),
        ({"name": " "}, "1 to 200 characters"),
        ({"country": "Italy"}, "'Italy' is not a country"),
    ],
)
def test_what_cannot_be_an_organisation_is_refused(
    session: Session, cast: Cast, given: dict[str, str], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        register(session, cast, **given)


def test_a_manager_registers_none(session: Session, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        operations.register(
            session,
            cast.manager,
            code="NGO1",
            name="x",
            kind=OrganisationKind.ASSOCIATION,
            country="SN",
        )


def test_an_unknown_code_is_told(session: Session) -> None:
    with pytest.raises(NotFound, match="'NGO9'"):
        queries.by_code(session, "NGO9")


@pytest.fixture
def without_people(tmp_path: Path) -> Iterator[Database]:
    """A laboratory in its first hour."""
    database = Database(f"sqlite:///{tmp_path}/first.db")
    migrate.upgrade(database)
    watch(database.sessions)
    yield database
    database.close()


def set_up(session: Session) -> str:
    return operations.set_up(
        session,
        code="HERE",
        name="Our laboratory",
        country="IT",
        login="ada",
        person="Ada Example",
    )


def test_the_first_administrator_is_set_up_once(
    without_people: Database,
) -> None:
    with without_people.transaction() as session:
        assert len(set_up(session)) >= 25
    with without_people.reading() as session:
        assert actor_named(session, "ada").roles == {Role.ADMINISTRATOR}
        assert all_faults(session) == {}
    with (
        pytest.raises(RuleBroken, match="has its people already"),
        without_people.transaction() as session,
    ):
        operations.set_up(
            session, code="TWO", name="Two", country="IT", login="eve", person="Eve"
        )
