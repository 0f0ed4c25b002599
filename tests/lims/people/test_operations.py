"""Accounts: who makes, changes, ends them; and what it does to their logins."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Role
from lims.audit.queries import chain_faults, events_of
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.organisations import operations as organisations
from lims.organisations.tables import OrganisationKind
from lims.people import logins, operations, queries, tokens
from lims.people.queries import Person, visit
from lims.people.tables import User
from tests.cast import PASSWORD, Cast, user

NEW = "four words without sense"
HOUR = timedelta(hours=1)


def holds(session: Session, token: str) -> bool:
    return visit(session, tokens.hash_of(token), clock.now(), HOUR, HOUR) is not None


def tags(session: Session, uid: str) -> list[str]:
    return [event.tag for event in events_of(session, [uid])]


def register(
    session: Session,
    actor: Actor,
    organisation_id: int | None = None,
    roles: Collection[Role] = (Role.TECHNICIAN,),
    login: str = "rosalind",
    *,
    machine: bool = False,
) -> tuple[User, str]:
    return operations.register_user(
        session,
        actor,
        login=login,
        name="Rosalind Example",
        organisation_id=organisation_id or actor.organisation_id,
        roles=roles,
        machine=machine,
    )


def test_an_administrator_adds_a_colleague_who_must_replace_the_password(
    session: Session, cast: Cast
) -> None:
    made, password = register(session, cast.administrator)
    found = queries.person(session, cast.administrator, made.uid)
    assert found.roles == frozenset({Role.TECHNICIAN})
    assert (found.active, found.badge[0]) == (True, "B")
    assert made.provisional
    assert queries.credentials(
        session, "rosalind", "127.0.0.1", clock.now()
    ).password_hash
    assert len(password) >= 25
    assert tags(session, made.uid) == ["user:registered"]


def test_no_name_stands_in_the_events_of_an_account(
    session: Session, cast: Cast
) -> None:
    made, password = register(session, cast.administrator)
    session.flush()
    bodies = b"".join(event.body for event in events_of(session, [made.uid]))
    for secret in ("Rosalind", "rosalind", password):
        assert secret.encode() not in bodies


def test_a_machine_account_has_no_password_and_never_logs_in(
    session: Session, cast: Cast
) -> None:
    made, password = register(
        session, cast.administrator, roles=[Role.INSTRUMENT], machine=True
    )
    assert (password, made.password_hash) == ("", None)
    assert queries.actor_named(session, "rosalind").roles == {Role.INSTRUMENT}


@pytest.mark.parametrize("role", ["technician", "manager", "auditor", "coordinator"])
def test_only_an_administrator_touches_accounts(
    session: Session, cast: Cast, role: str
) -> None:
    actor: Actor = getattr(cast, role)
    with pytest.raises(NotPermitted):
        register(session, actor)
    with pytest.raises(NotPermitted):
        operations.change_roles(session, actor, cast.analyst.uid, {Role.ANALYST})
    with pytest.raises(NotPermitted):
        operations.reset_access(session, actor, cast.analyst.uid)
    with pytest.raises(NotPermitted):
        operations.deactivate(session, actor, cast.analyst.uid)


def test_who_has_no_role_at_all_changes_not_even_the_own_account(
    session: Session, cast: Cast
) -> None:
    nobody = Actor(cast.trainee.uid, "x", frozenset(), cast.trainee.user_id, 1)
    with pytest.raises(NotPermitted):
        operations.set_password(session, nobody, old=PASSWORD, new=NEW, visit_id=1)
    with pytest.raises(NotPermitted):
        operations.enrol_second_factor(
            session, nobody, secret="A" * 32, code="1", password=PASSWORD, visit_id=1
        )


@pytest.mark.parametrize("login", ["", "a", "Ros alind", "ros/alind", "x" * 65, "élan"])
def test_a_login_name_is_plain_letters(
    session: Session, cast: Cast, login: str
) -> None:
    with pytest.raises(BadInput, match="cannot be a login name"):
        register(session, cast.administrator, login=login)


def test_a_login_name_is_given_once(session: Session, cast: Cast) -> None:
    with pytest.raises(BadInput, match="'technician' is taken"):
        register(session, cast.administrator, login="Technician")


def test_roles_that_exclude_each_other_are_refused(
    session: Session, cast: Cast
) -> None:
    together = {Role.COORDINATOR, Role.ANALYST}
    with pytest.raises(RuleBroken, match="Two people"):
        register(session, cast.administrator, roles=together)
    with pytest.raises(RuleBroken, match="Two people"):
        operations.change_roles(session, cast.administrator, cast.analyst.uid, together)


def test_a_changed_role_counts_from_the_next_request(
    session: Session, cast: Cast
) -> None:
    token = logins.begin(session, user(session, cast.analyst), second_factor=True)
    operations.change_roles(
        session, cast.administrator, cast.analyst.uid, {Role.TRAINEE}
    )
    session.flush()
    found = visit(session, tokens.hash_of(token), clock.now(), HOUR, HOUR)
    assert found is not None
    assert found.person.roles == {Role.TRAINEE}


def test_nobody_changes_the_own_account_as_administrator(
    session: Session, cast: Cast
) -> None:
    me = cast.administrator
    with pytest.raises(RuleBroken, match="Ask a colleague"):
        operations.change_roles(session, me, me.uid, {Role.ADMINISTRATOR})
    with pytest.raises(RuleBroken, match="Ask a colleague"):
        operations.deactivate(session, me, me.uid)


def test_accounts_of_another_laboratory_are_unknown_here(
    session: Session, cast: Cast
) -> None:
    foreign = cast.foreign_technician.uid
    for act in (operations.deactivate, operations.reset_access):
        with pytest.raises(NotFound, match="You look after no account"):
            act(session, cast.administrator, foreign)
    with pytest.raises(NotFound, match="look after no account"):
        operations.change_roles(session, cast.administrator, foreign, {Role.TECHNICIAN})
    with pytest.raises(NotFound, match="looks after its own people"):
        register(session, cast.administrator, cast.foreign_technician.organisation_id)


def test_a_laboratory_looks_after_the_people_of_whom_it_registered(
    session: Session, cast: Cast
) -> None:
    made = organisations.register(
        session,
        cast.administrator,
        code="NGO1",
        name="A new association",
        kind=OrganisationKind.ASSOCIATION,
        country="SN",
    )
    first, _ = register(session, cast.administrator, made.id, [Role.COLLECTOR])
    second, _ = register(
        session, cast.administrator, made.id, [Role.COLLECTOR], login="second"
    )
    seen = [one.uid for one in queries.everybody(session, cast.administrator)]
    assert {first.uid, second.uid} <= set(seen)
    with pytest.raises(NotFound):
        register(
            session, cast.foreign_administrator, made.id, [Role.COLLECTOR], "third"
        )
    operations.deactivate(session, cast.administrator, first.uid)
    with pytest.raises(NotFound):
        operations.deactivate(session, cast.foreign_administrator, second.uid)


def test_deactivating_ends_every_login(session: Session, cast: Cast) -> None:
    row = user(session, cast.technician)
    token = logins.begin(session, row, second_factor=False)
    assert holds(session, token)
    operations.deactivate(session, cast.administrator, row.uid)
    assert not holds(session, token)
    kept = queries.credentials(session, "technician", "127.0.0.1", clock.now())
    assert kept.password_hash is None


def test_a_login_that_ended_does_not_come_back_with_the_account(
    session: Session, cast: Cast
) -> None:
    row = user(session, cast.technician)
    token = logins.begin(session, row, second_factor=False)
    operations.deactivate(session, cast.administrator, row.uid)
    row.active = True
    session.flush()
    assert not holds(session, token)


def test_a_reset_gives_a_password_once_and_takes_the_second_factor(
    session: Session, cast: Cast
) -> None:
    row = user(session, cast.reviewer)
    token = logins.begin(session, row, second_factor=True)
    before = row.password_hash
    operations.reset_access(session, cast.administrator, row.uid)
    assert (row.provisional, row.totp_secret) == (True, None)
    assert row.password_hash != before
    assert not holds(session, token)
    assert tags(session, row.uid)[-1] == "password:changed"


def test_a_new_password_ends_the_other_logins_alone(
    session: Session, cast: Cast
) -> None:
    row = user(session, cast.technician)
    here = logins.begin(session, row, second_factor=False)
    elsewhere = logins.begin(session, row, second_factor=False)
    found = visit(session, tokens.hash_of(here), clock.now(), HOUR, HOUR)
    assert found is not None
    operations.set_password(
        session, cast.technician, old=PASSWORD, new=NEW, visit_id=found.id
    )
    assert holds(session, here)
    assert not holds(session, elsewhere)
    assert tags(session, row.uid)[-1] == "password:changed"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("not the password at all", NEW, "not your password"),
        (PASSWORD, "short", "5 characters"),
        (PASSWORD, PASSWORD, "is the old one"),
    ],
)
def test_a_new_password_needs_the_old_one_and_is_checked(
    session: Session, cast: Cast, old: str, new: str, why: str
) -> None:
    with pytest.raises((BadInput, NotPermitted), match=why):
        operations.set_password(session, cast.technician, old=old, new=new, visit_id=1)


def test_people_see_their_own_organisation_and_auditors_all(
    session: Session, cast: Cast
) -> None:
    def organisations_seen(actor: Actor) -> set[int]:
        people: list[Person] = queries.everybody(session, actor)
        return {one.organisation_id for one in people}

    own = {cast.technician.organisation_id}
    assert organisations_seen(cast.technician) == own
    assert organisations_seen(cast.administrator) == own
    assert len(organisations_seen(cast.auditor)) > 2


def test_a_badge_names_a_colleague_and_no_foreigner(
    session: Session, cast: Cast
) -> None:
    badge = user(session, cast.analyst).badge
    found = queries.person_with_badge(session, cast.technician, badge)
    assert found.actor.uid == cast.analyst.uid
    with pytest.raises(NotFound):
        queries.person_with_badge(session, cast.foreign_technician, badge)


def test_the_trail_gets_names_and_badges_in_one_statement(
    session: Session, cast: Cast
) -> None:
    uids = {cast.analyst.uid, cast.foreign_analyst.uid, "system"}
    names = queries.names_of(session, uids)
    assert names[cast.analyst.uid] == ("Analyst", user(session, cast.analyst).badge)
    assert set(names) == uids - {"system"}


def test_every_chain_of_people_is_whole(session: Session, cast: Cast) -> None:
    made, _ = register(session, cast.administrator)
    operations.change_roles(
        session, cast.administrator, made.uid, {Role.ANALYST, Role.REVIEWER}
    )
    operations.deactivate(session, cast.administrator, made.uid)
    session.flush()
    uids = list(session.scalars(select(User.uid)))
    assert chain_faults(session, uids) == {}
    assert tags(session, made.uid) == [
        "user:registered",
        "user:changed",
        "user:changed",
    ]
