"""Signing: the password again, in the act; what is signed, and its meaning, kept."""

from datetime import timedelta
import json

from pyotp import TOTP
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import chain_faults, events_of
from lims.errors import NotPermitted, RuleBroken
from lims.people.errors import NotProven
from lims.people.meanings import Meaning
from lims.people.operations import sign
from lims.people.operations_door import refuse
from lims.people.tables import Signature, User
from tests.cast import PASSWORD, SECRET, Cast, user

DIGEST = "d" * 64


def subject(session: Session, cast: Cast) -> User:
    """Any chained row can be signed; an account is at hand."""
    return user(session, cast.trainee)


def test_a_signature_tells_who_what_when_and_its_meaning(
    session: Session, cast: Cast
) -> None:
    row = subject(session, cast)
    made = sign(session, cast.reviewer, Meaning.REVIEWED, row, DIGEST, PASSWORD)
    session.flush()
    kept = session.scalars(select(Signature)).one()
    assert kept is made
    assert (kept.user_id, kept.meaning) == (cast.reviewer.user_id, "reviewed")
    assert (kept.subject_kind, kept.subject_uid) == ("person", row.uid)
    assert (kept.digest, kept.method) == (DIGEST, "password")


def test_the_signature_is_an_event_of_what_was_signed(
    session: Session, cast: Cast
) -> None:
    row = subject(session, cast)
    sign(session, cast.manager, Meaning.RELEASED, row, DIGEST, PASSWORD)
    session.flush()
    told = events_of(session, [row.uid])[-1]
    facts = json.loads(told.body)["facts"]
    assert (told.tag, told.actor_uid) == ("signature:made", cast.manager.uid)
    assert facts == {"meaning": "released", "digest": DIGEST, "method": "password"}
    assert chain_faults(session, [row.uid]) == {}


@pytest.mark.parametrize("typed", ["", "wrong but long enough", "x" * 200])
def test_without_the_password_nothing_is_signed(
    session: Session, cast: Cast, typed: str
) -> None:
    with pytest.raises(NotProven, match="not your password"):
        sign(
            session,
            cast.reviewer,
            Meaning.REVIEWED,
            subject(session, cast),
            DIGEST,
            typed,
        )
    assert session.scalar(select(Signature)) is None


def test_a_colleagues_password_does_not_sign(session: Session, cast: Cast) -> None:
    user(session, cast.reviewer).password_hash = None
    with pytest.raises(NotProven):
        sign(
            session,
            cast.reviewer,
            Meaning.REVIEWED,
            subject(session, cast),
            DIGEST,
            PASSWORD,
        )


def test_a_code_that_the_page_asked_for_must_be_right_and_works_once(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    row, code = subject(session, cast), TOTP(SECRET).at(now)

    def signing(typed: str) -> Signature:
        return sign(
            session, cast.reviewer, Meaning.REVIEWED, row, DIGEST, PASSWORD, typed
        )

    with pytest.raises(NotProven, match="code is wrong"):
        signing("000000")
    assert signing(code).method == "password and code"
    with pytest.raises(NotProven, match="used already"):
        signing(code)


def test_five_wrong_passwords_close_signing_for_five_minutes(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = subject(session, cast)
    for _ in range(5):
        refuse(session, cast.reviewer, "review.sign", NotProven("no"))
    with pytest.raises(RuleBroken, match="Wait five minutes"):
        sign(session, cast.reviewer, Meaning.REVIEWED, row, DIGEST, PASSWORD)
    sign(session, cast.analyst, Meaning.AUTHORED, row, DIGEST, PASSWORD)
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    sign(session, cast.reviewer, Meaning.REVIEWED, row, DIGEST, PASSWORD)


def test_a_wrong_password_at_signing_is_on_the_signers_record(
    session: Session, cast: Cast
) -> None:
    refuse(session, cast.reviewer, "review.sign", NotProven("no"))
    assert events_of(session, [cast.reviewer.uid])[-1].tag == "proof:refused"


def test_a_machine_signs_nothing(session: Session, cast: Cast) -> None:
    machine: Actor = cast.instrument
    with pytest.raises(NotPermitted):
        sign(
            session,
            machine,
            Meaning.AUTHORED,
            subject(session, cast),
            DIGEST,
            PASSWORD,
        )
