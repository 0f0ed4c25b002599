"""A password shown again before the transaction proves one act of one person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.db import Database
from lims.errors import RuleBroken
from lims.people import operations, passwords, queries, throttle
from lims.people.errors import NotProven
from lims.people.meanings import Meaning
from lims.people.shown import FRESH, Shown, show
from lims.people.tables import Signature
from tests.cast import PASSWORD, Cast, user

NAMED = "the profile in front"


def shown(session: Session, actor: Actor, password: str = PASSWORD) -> Shown:
    kept = queries.own_credentials(session, actor, clock.now())
    return show(actor, password, kept.password_hash, [NAMED])


def sign(
    session: Session, actor: Actor, proof: Shown | str, named: str = NAMED
) -> Signature:
    subject = user(session, actor)
    return operations.sign(
        session, actor, Meaning.APPROVED, subject, "0" * 64, proof, named=named
    )


def test_a_right_password_signs_though_the_transaction_never_sees_it(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = shown(session, cast.manager)
    monkeypatch.setattr(passwords, "is_right", None)
    monkeypatch.setattr(passwords, "_fits", None)
    made = sign(session, cast.manager, proof)
    assert (made.user_id, made.method) == (cast.manager.user_id, "password")


def test_it_serves_all_that_is_signed_at_once(session: Session, cast: Cast) -> None:
    proof = shown(session, cast.manager)
    first, second = (sign(session, cast.manager, proof) for _ in range(2))
    assert first is not second


@dataclass(frozen=True)
class Case:
    """A proof that is not one, and who tries it on what."""

    make: Callable[[Session, Cast], Shown]
    named: str = NAMED


CASES = {
    "a wrong password": Case(
        lambda session, cast: shown(session, cast.manager, "some other words here")
    ),
    "a colleague's": Case(lambda session, cast: shown(session, cast.reviewer)),
    "nothing compared": Case(lambda _, cast: Shown.wrong(cast.manager, [NAMED])),
    "of something else": Case(
        lambda session, cast: shown(session, cast.manager), "another profile"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_proves_nothing_signs_nothing(
    session: Session, cast: Cast, case: Case
) -> None:
    with pytest.raises(NotProven):
        sign(session, cast.manager, case.make(session, cast), case.named)


def test_a_right_one_does_not_vouch_for_what_it_was_not_shown_for(
    session: Session, cast: Cast
) -> None:
    """Not even in the same transaction, after it has signed what it was shown for."""
    proof = shown(session, cast.manager)
    sign(session, cast.manager, proof)
    with pytest.raises(NotProven):
        sign(session, cast.manager, proof, "another profile")


def test_it_is_used_up_by_its_transaction(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        proof = shown(session, cast.manager)
    with database.transaction() as session:
        sign(session, cast.manager, proof)
    with pytest.raises(NotProven), database.transaction() as session:
        sign(session, cast.manager, proof)


def test_it_is_used_up_by_an_attempt_that_failed(
    database: Database, cast: Cast
) -> None:
    with database.reading() as session:
        proof = shown(session, cast.manager)
    with pytest.raises(NotProven), database.transaction() as session:
        sign(session, cast.manager, proof, "another profile")
    with pytest.raises(NotProven), database.transaction() as session:
        sign(session, cast.manager, proof)


@pytest.mark.parametrize("age", [FRESH + timedelta(seconds=1), -timedelta(seconds=1)])
def test_an_old_one_proves_nothing(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, age: timedelta
) -> None:
    proof = shown(session, cast.manager)
    later: datetime = clock.now() + age
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotProven):
        sign(session, cast.manager, proof)


def test_a_password_that_was_changed_meanwhile_proves_nothing(
    session: Session, cast: Cast
) -> None:
    proof = shown(session, cast.manager)
    user(session, cast.manager).password_hash = passwords.hash_of("a newer passphrase")
    with pytest.raises(NotProven):
        sign(session, cast.manager, proof)


def test_who_is_out_of_tries_is_refused_a_right_one_too(
    session: Session, cast: Cast
) -> None:
    proof = shown(session, cast.manager)
    for _ in range(throttle.LIMITS["again"]):
        throttle.count(session, [throttle.of_proofs(cast.manager.uid)], clock.now())
    with pytest.raises(RuleBroken, match="Too many"):
        sign(session, cast.manager, proof)
    assert queries.own_credentials(session, cast.manager, clock.now()).throttled
