"""While the record is not known to be whole, every page says so."""

from datetime import timedelta

import pytest

from lims import clock
from lims.audit.checking import Fault
from lims.audit.verification import Findings, tell
from tests.cast import Cast
from tests.lims.web.conftest import Enter


def told(enter: Enter, *faults: Fault) -> None:
    with enter.database.transaction() as session:
        tell(session, Findings(events=3, faults=list(faults)))


def test_a_verification_that_failed_is_on_every_page(enter: Enter, cast: Cast) -> None:
    told(enter, Fault("log", "A node is stored."), Fault("guards", "One is gone."))
    for person in (cast.technician, cast.manager, cast.auditor):
        page = enter(person).get("/").text
        assert 'role="alert"' in page
        assert "found 2 faults" in page
    assert 'role="alert"' not in enter().get("/login").text, "not to strangers"


def test_a_whole_record_needs_no_word(enter: Enter, cast: Cast) -> None:
    told(enter)
    assert 'role="alert"' not in enter(cast.technician).get("/").text


def test_every_page_says_when_the_verification_is_missed(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=3, minutes=1))
    told(enter)
    monkeypatch.undo()
    assert "was 3 days ago" in enter(cast.auditor).get("/").text
