"""Raw TCP: what was printed, what was not, and what nobody can know."""

import socket

import pytest

from labels import raw_port, thermal
from labels.outcome import Came
from labels.stock import STOCKS
from labels.thermal import Language
from tests.labels.fake_printer import printer, told
from tests.labels.some import labels

TUBE = STOCKS["roll-tube"]
JOB = thermal.render(labels(5), TUBE, Language.ZPL)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_port, "PATIENCE", 0.5)
    monkeypatch.setattr(raw_port, "A_LABEL", 0.1)
    monkeypatch.setattr(raw_port, "BETWEEN", 0.01)


def test_a_job_is_printed_when_nothing_is_left_in_the_printer() -> None:
    with printer(
        told(), told(waiting=4, remaining=1), told(remaining=1), told()
    ) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
    assert (outcome.came, outcome.told) == (Came.PRINTED, "Labels that came out: 5.")
    assert one.printed == JOB


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (told(paper=1), "it has no paper"),
        (told(pause=1), "it is paused"),
        (told(head=1), "its head is open"),
        (told(waiting=2), "still busy"),
        (b"\x02nonsense\x03\x02\x03\x02\x03", "does not answer"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_is_not_ready(
    answer: bytes, why: str
) -> None:
    with printer(answer) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
    assert outcome.came is Came.FAILED
    assert why in outcome.told
    assert "Nothing was printed." in outcome.told
    assert one.printed == b""


def test_a_line_that_breaks_in_the_middle_is_doubtful() -> None:
    with printer(breaks_at=len(JOB) // 2) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
    assert outcome.came is Came.DOUBTFUL
    assert "broke in the middle" in outcome.told
    assert len(one.printed) > 0
    assert one.lines == 1


def test_paper_that_ends_in_the_middle_is_doubtful_and_tells_what_is_left() -> None:
    with printer(told(), told(paper=1, waiting=2, remaining=1)) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
    assert outcome.came is Came.DOUBTFUL
    assert "it has no paper. Of 5 about 3 are still to come" in outcome.told


def test_a_printer_that_never_ends_is_doubtful() -> None:
    with printer(told(), told(remaining=1)) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
    assert outcome.came is Came.DOUBTFUL
    assert "did not finish in time" in outcome.told


def test_a_printer_that_is_not_there_has_printed_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = raw_port.send("127.0.0.1", port, JOB, 5)
    assert outcome.came is Came.FAILED
    assert "cannot be reached" in outcome.told


def test_a_printer_that_never_answers_is_sent_to_only_where_that_is_known() -> None:
    with printer(mute=True) as one:
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5)
        assert outcome.came is Came.FAILED
        assert one.printed == b""
        outcome = raw_port.send("127.0.0.1", one.port, JOB, 5, tells=False)
    assert (outcome.came, one.printed) == (Came.PRINTED, JOB)
    assert "it tells no more" in outcome.told


def test_a_mute_printer_whose_line_breaks_is_doubtful() -> None:
    job = JOB * 200
    with printer(breaks_at=100, mute=True) as one:
        outcome = raw_port.send("127.0.0.1", one.port, job, 1000, tells=False)
    assert outcome.came is Came.DOUBTFUL
