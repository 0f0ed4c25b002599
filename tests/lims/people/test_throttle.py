"""Tries are counted where an attacker is, not where a colleague is."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from lims.people.throttle import at_the_door, count, forget, of_codes, spent

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def fail(session: Session, name: str, address: str, times: int) -> None:
    for _ in range(times):
        count(session, at_the_door(name, address), NOW)


def test_ten_failures_from_one_address_close_a_name_there_for_five_minutes(
    session: Session,
) -> None:
    fail(session, "ada", "10.0.0.9", 9)
    assert not spent(session, at_the_door("ada", "10.0.0.9"), NOW)
    fail(session, "ada", "10.0.0.9", 1)
    assert spent(session, at_the_door("Ada", "10.0.0.9"), NOW)
    assert not spent(
        session, at_the_door("ada", "10.0.0.9"), NOW + timedelta(minutes=5)
    )


def test_an_attacker_elsewhere_does_not_lock_a_colleague_out(session: Session) -> None:
    fail(session, "ada", "10.0.0.9", 30)
    assert not spent(session, at_the_door("ada", "10.0.0.1"), NOW)
    assert not spent(session, at_the_door("eve", "10.0.0.9"), NOW)


def test_one_address_that_tries_many_names_is_stopped(session: Session) -> None:
    for number in range(100):
        fail(session, f"name{number}", "10.0.0.9", 1)
    assert spent(session, at_the_door("a new name", "10.0.0.9"), NOW)
    assert not spent(session, at_the_door("a new name", "10.0.0.1"), NOW)


def test_a_new_window_begins_with_its_first_failure(session: Session) -> None:
    fail(session, "ada", "10.0.0.9", 10)
    later = NOW + timedelta(minutes=6)
    count(session, at_the_door("ada", "10.0.0.9"), later)
    assert not spent(session, at_the_door("ada", "10.0.0.9"), later)


def test_a_success_forgets_the_failures_before_it(session: Session) -> None:
    for _ in range(5):
        count(session, [of_codes("u")], NOW)
    assert spent(session, [of_codes("u")], NOW)
    forget(session, [of_codes("u")], NOW)
    assert not spent(session, [of_codes("u")], NOW)
