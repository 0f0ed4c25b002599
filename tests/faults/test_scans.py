"""A double click, a repeated scan, a crowd at one tube: one step, and no half of it.

Through the pages, as a browser that sends twice would do it.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from lims.audit.queries import all_faults
from lims.custody import changes
from lims.custody import queries as custody
from lims.custody.line import gaps
from lims.db import Database
from lims.samples import queries as samples
from tests.cast import Cast
from tests.factories import stored
from tests.lims.web.conftest import Browser, Entrance, app_on

TRIES = 40
TAKE_OUT = {"action": "take out", "purpose": "EXTRACTION"}


@pytest.fixture(autouse=True)
def _a_slow_machine_is_no_second_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "AGAIN", timedelta(hours=1))


@pytest.fixture
def enter(database: Database, tmp_path: Path) -> Entrance:
    return Entrance(app_on(database, tmp_path))


@pytest.fixture
def tube(database: Database) -> str:
    with database.transaction() as session:
        (code,), _ = stored(session)
        return code


def test_of_forty_who_take_one_tube_one_has_it(
    enter: Entrance, tube: str, cast: Cast
) -> None:
    people = [cast.technician, cast.technician2] * (TRIES // 2)
    browsers = [enter(one) for one in people]
    with ThreadPoolExecutor(20) as crowd:
        answers = Counter(crowd.map(lambda one: _take_out(one, tube), browsers))
    assert answers == {302: TRIES // 2, 409: TRIES // 2}, "the winner's clicks are one"
    assert _actions(enter.database, cast, tube).count("take out") == 1


def test_an_answer_that_never_arrived_is_asked_for_again(
    enter: Entrance, tube: str, cast: Cast
) -> None:
    browser = enter(cast.technician)
    _take_out(browser, tube)
    before = _actions(enter.database, cast, tube)
    assert [_take_out(browser, tube) for _ in range(5)] == [302] * 5
    assert _actions(enter.database, cast, tube) == before


def _take_out(browser: Browser, tube: str) -> int:
    return browser.post(f"/samples/{tube}/move", data=TAKE_OUT).status_code


def _actions(database: Database, cast: Cast, tube: str) -> list[str]:
    """What is on record of the tube's way; the record is whole."""
    with database.reading() as session:
        row = samples.sample(session, cast.technician, tube)
        line = custody.custody_line(session, [row])
        assert gaps(line) == []
        assert all_faults(session) == {}
        return [one.action for one in line]
