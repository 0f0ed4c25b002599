"""Logging in: what opens, what does not, and what stays on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
import json

from pyotp import TOTP
import pytest
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import events_of
from lims.audit.record import system
from lims.audit.tables import Opening
from lims.db import Database
from lims.errors import BadInput, NotPermitted, RuleBroken
from lims.people import operations, operations_door, queries, throttle, tokens
from lims.people.passwords import Proof, hash_of
from tests.cast import PASSWORD, PASSWORD_HASH, SECRET, Cast, user

NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
RIGHT = Proof(PASSWORD_HASH, right=True)
WRONG = Proof(PASSWORD_HASH, right=False)
HERE = "10.0.0.1"


@pytest.fixture(autouse=True)
def nine_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + later)


def code() -> str:
    return TOTP(SECRET).at(clock.now())


def enter(
    session: Session, name: str, proof: Proof = RIGHT, code: str = ""
) -> str | None:
    return operations_door.login(session, name, proof, code, HERE)


def enrol(session: Session, actor: Actor, secret: str, code: str) -> None:
    operations.enrol_second_factor(
        session, actor, secret=secret, code=code, password=PASSWORD, visit_id=1
    )


def last_tag(session: Session, uid: str) -> str:
    return events_of(session, [uid])[-1].tag


def test_the_right_password_opens_and_only_the_tokens_hash_is_kept(
    session: Session, cast: Cast
) -> None:
    token = enter(session, "technician")
    assert token is not None
    found = queries.visit(
        session, tokens.hash_of(token), NOW, timedelta(hours=1), timedelta(hours=1)
    )
    assert found is not None
    assert found.person.uid == cast.technician.uid
    assert not found.second_factor
    assert last_tag(session, cast.technician.uid) == "login:succeeded"


def test_no_two_logins_have_the_same_token(session: Session) -> None:
    assert enter(session, "technician") != enter(session, "technician")


@pytest.mark.parametrize(
    ("name", "proof"),
    [
        ("technician", WRONG),
        ("technician", Proof(hash_of("another password"), right=True)),
        ("nobody of that name", Proof(None, right=False)),
        ("instrument", RIGHT),
    ],
    ids=["wrong password", "changed meanwhile", "unknown", "machine"],
)
def test_these_do_not_enter(session: Session, name: str, proof: Proof) -> None:
    assert enter(session, name, proof) is None


def test_who_left_does_not_enter(session: Session, cast: Cast) -> None:
    operations.deactivate(session, cast.administrator, cast.technician.uid)
    assert enter(session, "technician") is None


def test_a_failure_is_on_the_persons_record_and_the_address_is_sealed(
    session: Session, cast: Cast
) -> None:
    enter(session, "technician", WRONG)
    failed = events_of(session, [cast.technician.uid])[-1]
    assert failed.tag == "login:failed"
    assert HERE.encode() not in failed.body
    assert session.query(Opening).filter_by(subject_uid=failed.item_uid).count() == 1


def test_the_failure_of_an_unknown_name_is_on_the_doors_record(
    session: Session,
) -> None:
    enter(session, "a password typed here by mistake", Proof(None, right=False))
    failed = events_of(session, [system(session, "door").uid])[-1]
    assert failed.tag == "login:failed"
    assert b"mistake" not in failed.body


def test_an_older_hash_is_replaced_at_login(session: Session, cast: Cast) -> None:
    enter(session, "technician", Proof(PASSWORD_HASH, right=True, renewed="newer"))
    assert user(session, cast.technician).password_hash == "newer"


def test_a_signer_needs_the_code_and_it_works_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert enter(session, "reviewer") is None
    assert enter(session, "reviewer", code="000000") is None
    assert enter(session, "reviewer", code=code()) is not None
    assert enter(session, "reviewer", code=code()) is None
    at(monkeypatch, timedelta(seconds=30))
    assert enter(session, "reviewer", code=code()) is not None


def test_a_wrong_password_does_not_use_the_code_up(session: Session) -> None:
    assert enter(session, "reviewer", WRONG, code()) is None
    assert enter(session, "reviewer", RIGHT, code()) is not None


def test_five_wrong_codes_close_the_door_even_to_the_right_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        enter(session, "reviewer", code="000000")
    assert enter(session, "reviewer", code=code()) is None
    at(monkeypatch, timedelta(minutes=6))
    assert enter(session, "reviewer", code=code()) is not None


def test_ten_wrong_passwords_throttle_the_name_at_that_address(
    session: Session,
) -> None:
    def throttled(name: str, address: str) -> bool:
        return queries.credentials(session, name, address, NOW).throttled

    for _ in range(10):
        assert not throttled("technician", HERE)
        enter(session, "technician", WRONG)
    assert throttled("technician", HERE)
    assert not throttled("technician", "10.0.0.2")
    assert not throttled("analyst", HERE)


def test_unknown_names_are_throttled_like_known_ones(session: Session) -> None:
    for _ in range(10):
        enter(session, "nobody", Proof(None, right=False))
    assert queries.credentials(session, "nobody", HERE, NOW).throttled


def test_a_success_forgets_the_failures_before_it(session: Session) -> None:
    for _ in range(9):
        enter(session, "technician", WRONG)
    enter(session, "technician")
    enter(session, "technician", WRONG)
    assert not queries.credentials(session, "technician", HERE, NOW).throttled


def test_logging_out_is_on_record_and_kills_the_token(
    session: Session, cast: Cast
) -> None:
    hour = timedelta(hours=1)
    token = enter(session, "technician")
    assert token is not None
    found = queries.visit(session, tokens.hash_of(token), NOW, hour, hour)
    assert found is not None
    operations_door.logout(session, cast.technician, found.id)
    assert queries.visit(session, tokens.hash_of(token), NOW, hour, hour) is None
    assert last_tag(session, cast.technician.uid) == "logout:done"


def test_a_second_factor_is_enrolled_by_its_first_code(
    session: Session, cast: Cast
) -> None:
    row = user(session, cast.technician)
    enrol(session, cast.technician, SECRET, code())
    assert (row.totp_secret, last_tag(session, row.uid)) == (
        SECRET,
        "second factor:enrolled",
    )
    assert enter(session, "technician") is None
    assert enter(session, "technician", code=code()) is None  # used up by enrolling


def test_enrolling_ends_the_logins_elsewhere_and_confirms_this_one(
    session: Session, cast: Cast
) -> None:
    def found(token: str) -> queries.Visit | None:
        hour = timedelta(hours=1)
        return queries.visit(session, tokens.hash_of(token), NOW, hour, hour)

    here, elsewhere = enter(session, "technician"), enter(session, "technician")
    assert here is not None
    assert elsewhere is not None
    before = found(here)
    assert before is not None
    operations.enrol_second_factor(
        session,
        cast.technician,
        secret=SECRET,
        code=code(),
        password=PASSWORD,
        visit_id=before.id,
    )
    session.expire_all()
    after = found(here)
    assert after is not None
    assert (before.second_factor, after.second_factor) == (False, True)
    assert found(elsewhere) is None


def test_a_right_code_forgets_the_wrong_ones_before_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for steps in range(3):
        at(monkeypatch, timedelta(seconds=30 * steps))
        for _ in range(4):
            enter(session, "reviewer", code="000000")
        assert enter(session, "reviewer", code=code()) is not None


def test_a_login_ends_the_one_that_the_browser_brought(session: Session) -> None:
    hour = timedelta(hours=1)
    before = enter(session, "technician")
    assert before is not None
    old = tokens.hash_of(before)
    operations_door.login(session, "trainee", RIGHT, "", HERE, replaces=old)
    assert queries.visit(session, old, NOW, hour, hour) is None


def test_an_enrolled_second_factor_is_not_replaced_by_who_knows_the_password(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(RuleBroken, match="enrolled already"):
        enrol(session, cast.reviewer, "A" * 32, "1")


@pytest.mark.parametrize(
    ("secret", "typed", "why"),
    [("short", "123456", "not made by this page"), (SECRET, "000000", "do not fit")],
)
def test_a_second_factor_that_does_not_fit_is_not_enrolled(
    session: Session, cast: Cast, secret: str, typed: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        enrol(session, cast.technician, secret, typed)


def test_a_refused_access_is_on_the_persons_record(
    session: Session, cast: Cast
) -> None:
    error = NotPermitted("no")
    operations_door.refuse(session, cast.trainee, "plates.start", error)
    told = events_of(session, [cast.trainee.uid])[-1]
    assert (told.tag, b"plates.start" in told.body) == ("access:refused", True)
    assert not throttle.spent(session, [throttle.of_proofs(cast.trainee.uid)], NOW)


def test_who_looks_at_a_person_is_on_record_with_whom_they_saw(
    session: Session, cast: Cast
) -> None:
    """By pseudonym, each once, on the chain of whoever looked."""
    operations_door.look(session, cast.collector, "cases.donor", ["b", "a", "b"])
    told = events_of(session, [cast.collector.uid])[-1]
    facts = json.loads(told.body)["facts"]
    assert (told.tag, told.actor_uid) == ("identity:seen", cast.collector.uid)
    assert facts == {"page": "cases.donor", "seen": ["a", "b"]}


def test_who_may_not_see_people_leaves_no_such_look(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(NotPermitted):
        operations_door.look(session, cast.analyst, "cases.donor", ["a"])


def test_a_code_shown_twice_at_the_same_moment_opens_one_door(
    database: Database,
) -> None:
    typed = code()

    def enter_once(_: int) -> bool:
        with database.transaction() as session:
            return enter(session, "reviewer", RIGHT, typed) is not None

    with ThreadPoolExecutor(4) as four:
        assert sorted(four.map(enter_once, range(4))) == [False, False, False, True]
