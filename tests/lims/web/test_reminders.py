"""The question on Today, and the worker that asks it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lims import clock, jobs
from lims.access import SYSTEM
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter


def test_today_asks_and_takes_the_answer(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter.database.transaction() as session:
        (code,) = factories.in_hands(session)
    duty = jobs.overdue()
    assert duty(enter.laboratory, SYSTEM) == 0
    then = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert duty(enter.laboratory, SYSTEM) == 0  # it looks once a minute
    assert jobs.overdue()(enter.laboratory, SYSTEM) == 1
    assert jobs.overdue()(enter.laboratory, SYSTEM) == 0
    client = enter(cast.technician)
    page = client.get("/").text
    assert "Out too long" in page
    assert code in page
    assert "Out too long" not in enter(cast.technician2).get("/").text
    number = page.split("/reminders/")[1].split('"')[0]
    answered = client.post(f"/reminders/{number}", data={"answer": "STILL_AT_WORK"})
    assert answered.status_code == 302
    assert "Out too long" not in client.get("/").text


def test_the_end_of_the_shift_is_a_setting(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter.database.transaction() as session:
        factories.in_hands(session)
    then = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: then)
    ended = then.astimezone(enter.laboratory.zone).replace(second=0, microsecond=0)
    shifts = replace(enter.laboratory, shift_ends=ended.time())
    assert jobs.overdue()(shifts, SYSTEM) == 1


def test_only_an_answer_of_the_list_is_taken(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = enter(cast.technician).post("/reminders/1", data={"answer": "x"})
    assert answer.status_code == 422
