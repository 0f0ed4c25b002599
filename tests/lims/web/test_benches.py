"""The administrator's page of the benches."""

from datetime import timedelta
import json
import re

import pytest

from instruments.outbox import GENESIS, link
from lims import clock
from lims.stations import operations
from lims.stations.batch import understood
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter


@pytest.fixture
def administrator(enter: Enter, cast: Cast) -> Browser:
    return enter(cast.administrator)


def _uid(page: str) -> str:
    found = re.search(r"/benches/([0-9a-f]{32})/code", page)
    assert found is not None
    return found[1]


def _brought(enter: Enter, cast: Cast, ahead: timedelta) -> None:
    """One scan of a bench whose clock stands so far ahead."""
    at = (clock.now() + ahead).isoformat()
    said = {"seq": 1, "uid": "u", "device": "gun", "kind": "scan", "text": "<A>"}
    body = json.dumps({**said, "at": at})
    sent = {"at": at, "readings": [{"body": body, "hash": link(GENESIS, body)}]}
    with enter.database.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Bench 1")
        found = operations.enrol(session, code, "10.0.0.7")
        assert found is not None
        operations.receive(session, found[0], understood(sent))


def test_an_empty_page_says_how_the_first_bench_comes(administrator: Browser) -> None:
    assert "lims bench --enrol CODE" in administrator.get("/benches").text


def test_a_bench_is_added_its_code_shown_once_renewed_and_revoked(
    administrator: Browser, enter: Enter
) -> None:
    answer = administrator.post("/benches", data={"name": "Bone room"})
    shown = re.search(r"enrol ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", answer.text)
    assert shown is not None
    page = administrator.get("/benches").text
    assert "waits for its enrolment" in page
    assert shown[1] not in page
    again = administrator.post(f"/benches/{_uid(page)}/code").text
    assert shown[1] not in again
    stranger = enter()
    stranger.forged = True
    old = stranger.post("/bench/enrol", json={"code": shown[1]})
    assert old.status_code == 401
    new = re.search(r"enrol ([0-9A-Z-]{14})", again)
    assert new is not None
    assert stranger.post("/bench/enrol", json={"code": new[1]}).status_code == 200
    assert ">enrolled<" in re.sub(r"\s*</", "</", administrator.get("/benches").text)
    answer = administrator.post(f"/benches/{_uid(page)}/revoke")
    assert answer.status_code == 302
    page = administrator.get("/benches").text
    assert "is revoked" in page
    assert "/revoke" not in page


def test_a_code_that_nobody_used_in_time_is_told_as_over(
    administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator.post("/benches", data={"name": "Bone room"})
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "its code is over" in administrator.get("/benches").text


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(days=1), "1 day ahead of the server"),
        (timedelta(days=-1), "1 day behind the server"),
    ],
)
def test_a_wrong_clock_is_flagged_beside_what_came(
    administrator: Browser, enter: Enter, cast: Cast, ahead: timedelta, told: str
) -> None:
    _brought(enter, cast, ahead)
    page = administrator.get("/benches").text
    assert told in page
    assert "its clock is wrong" in page
    assert "&lt;A&gt;" in page


def test_a_right_clock_is_told_as_right(
    administrator: Browser, enter: Enter, cast: Cast
) -> None:
    _brought(enter, cast, timedelta())
    page = administrator.get("/benches").text
    assert "its clock is wrong" not in page
    assert "right" in page


def test_a_name_that_is_taken_is_refused_in_a_sentence(administrator: Browser) -> None:
    administrator.post("/benches", data={"name": "Bone room"})
    answer = administrator.post("/benches", data={"name": "Bone room"})
    assert answer.status_code == 422
    assert "is here already" in answer.text
