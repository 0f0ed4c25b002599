"""Commands to a bench: asked by who may, handed out until answered, ended once."""

from datetime import UTC, datetime, timedelta
import json

import pytest
from sqlalchemy.orm import Session

from instruments.obeyed import Outcome
from lims import clock
from lims.audit.queries import events_of
from lims.errors import BadInput, NotFound, NotPermitted
from lims.stations import operations, queries
from lims.stations.batch import understood
from lims.stations.operations_commands import (
    LONGEST,
    Does,
    answer,
    command,
    hand_out,
)
from lims.stations.tables import Station
from tests.cast import Cast

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nine_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def station(session: Session, cast: Cast) -> Station:
    _, code = operations.add(session, cast.administrator, "Bench 1")
    found = operations.enrol(session, code, "10.0.0.7")
    assert found is not None
    return found[0]


def test_a_print_is_handed_out_until_it_is_answered_and_ends_once(
    session: Session, cast: Cast, station: Station
) -> None:
    asked = command(
        session, cast.technician, station.uid, Does.PRINT, "labels", b"^XA\0"
    )
    for _ in range(2):
        [told] = hand_out(session, station)
        assert told == {
            "uid": asked.uid, "device": "labels", "does": "print",
            "content": "XlhBAA==", "late": False,
        }  # fmt: skip
    assert asked.state == "handed out"
    for came_to in ("done", "refused"):
        answer(session, station, [Outcome(asked.uid, came_to)])
    assert hand_out(session, station) == []
    found = queries.commands(session, cast.technician, [asked.uid])[asked.uid]
    assert (found.state, found.told, found.ended_at) == ("done", "", NOW)
    assert found.content == b""
    events = [(one.tag, json.loads(one.body)["facts"]) for one in
              events_of(session, [station.uid])][-2:]  # fmt: skip
    assert [tag for tag, _ in events] == ["station:asked", "station:answered"]
    assert events[0][1]["does"] == "print"
    assert len(events[0][1]["sha256"]) == 64
    assert events[1][1] == {"command": asked.uid, "came_to": "done"}


def test_what_no_bench_took_in_time_is_over_and_what_one_took_is_only_asked_for(
    session: Session, cast: Cast, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = command(session, cast.technician, station.uid, Does.TARE, "pan")
    hand_out(session, station)
    waits = command(session, cast.technician, station.uid, Does.TARE, "pan")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=16))
    [told] = hand_out(session, station)
    assert (told["uid"], told["late"]) == (taken.uid, True)
    assert waits.state == "too late"


def test_another_bench_neither_gets_nor_answers_it(
    session: Session, cast: Cast, station: Station
) -> None:
    _, code = operations.add(session, cast.administrator, "Bench 2")
    other = operations.enrol(session, code, "10.0.0.8")
    assert other is not None
    asked = command(session, cast.technician, station.uid, Does.TARE, "pan")
    assert hand_out(session, other[0]) == []
    answer(session, other[0], [Outcome(asked.uid, "done")])
    assert asked.state == "waiting"


def test_large_jobs_go_one_after_the_other(
    session: Session, cast: Cast, station: Station
) -> None:
    job = bytes(LONGEST)
    asked = [
        command(session, cast.technician, station.uid, Does.PRINT, "labels", job)
        for _ in range(2)
    ]
    [told] = hand_out(session, station)
    assert told["uid"] == asked[0].uid


def test_who_may_not_or_asks_for_what_cannot_be_is_refused(
    session: Session, cast: Cast, station: Station
) -> None:
    with pytest.raises(NotPermitted):
        command(session, cast.auditor, station.uid, Does.TARE, "pan")
    with pytest.raises(NotFound):
        command(session, cast.foreign_technician, station.uid, Does.TARE, "pan")
    for does, content in ((Does.PRINT, b""), (Does.TARE, b"x")):
        with pytest.raises(BadInput, match="bytes"):
            command(session, cast.technician, station.uid, does, "pan", content)
    operations.revoke(session, cast.administrator, station.uid)
    with pytest.raises(BadInput, match="not enrolled"):
        command(session, cast.technician, station.uid, Does.TARE, "pan")


def test_what_hangs_at_a_bench_is_known_from_what_it_says(
    session: Session, cast: Cast, station: Station
) -> None:
    batch = {"at": NOW.isoformat(), "readings": [],
             "devices": {"pan": "balance", "b": "printer", "a": "printer"}}  # fmt: skip
    operations.receive(session, station, understood(batch))
    [found] = queries.with_devices(session, cast.technician, "printer")
    assert (found.bench, found.devices) == (station.uid, ("a", "b"))
    assert queries.with_devices(session, cast.technician, "scanner") == []


@pytest.mark.parametrize(
    "odd",
    [
        {"outcomes": [{"uid": "1", "came_to": "exploded", "told": ""}]},
        {"outcomes": {"uid": "1"}},
        {"outcomes": ["1"]},
        {"devices": ["pan"]},
        {"devices": {"pan": 1}},
    ],
)
def test_odd_words_of_a_bench_are_refused(odd: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="no batch"):
        understood({"at": NOW.isoformat(), "readings": [], **odd})
