"""Benches: added, enrolled once, revoked; their readings stored once and in order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from instruments.outbox import Outbox, Reading, link
from lims import clock
from lims.audit.queries import events_of
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.stations import operations, queries
from lims.stations.batch import Batch, understood
from lims.stations.checking import reading_faults
from lims.stations.tables import Station, StationReading
from tests.cast import Cast

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
HERE = "10.0.0.7"


@pytest.fixture(autouse=True)
def nine_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.db")
    yield made
    made.close()


def scan(outbox: Outbox, *texts: str) -> None:
    for text in texts:
        outbox.put("gun", "scan", text, text.encode(), NOW)


def batch(readings: list[Reading], at: datetime = NOW) -> Batch:
    told = [{"body": one.body, "hash": one.hash} for one in readings]
    return understood({"at": at.isoformat(), "readings": told})


def enrolled(
    session: Session, cast: Cast, name: str = "Bench 1"
) -> tuple[Station, str]:
    _, code = operations.add(session, cast.administrator, name)
    found = operations.enrol(session, code, HERE)
    assert found is not None
    return found


def texts(session: Session) -> list[str]:
    return list(session.scalars(select(StationReading.text).order_by("seq")))


def tags(session: Session, station: Station) -> list[str]:
    return [one.tag for one in events_of(session, [station.uid])]


def test_a_code_enrols_once_and_only_hashes_are_kept(
    session: Session, cast: Cast
) -> None:
    station, code = operations.add(session, cast.administrator, " Bench 1 ")
    typed = code.replace("-", " ").lower().replace("1", "l").replace("0", "o")
    found = operations.enrol(session, typed, HERE)
    assert found is not None
    assert queries.by_token(session, found[1]) is station
    assert operations.enrol(session, code, HERE) is None
    assert found[1] not in {station.token_hash, station.code_hash, station.name}
    assert station.name == "Bench 1"
    assert tags(session, station) == ["station:added", "station:enrolled"]


def test_a_code_is_over_after_fifteen_minutes(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = operations.add(session, cast.administrator, "Bench 1")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=15))
    assert operations.enrol(session, code, HERE) is None


def test_twenty_wrong_codes_close_enrolment_for_that_address(
    session: Session,
) -> None:
    for _ in range(20):
        assert not queries.no_try_left(session, HERE)
        assert operations.enrol(session, "WRONG", HERE) is None
    assert queries.no_try_left(session, HERE)
    assert not queries.no_try_left(session, "10.0.0.8")


def test_after_revocation_neither_token_nor_code_counts_until_a_new_enrolment(
    session: Session, cast: Cast
) -> None:
    station, token = enrolled(session, cast)
    _, code = operations.code_again(session, cast.administrator, station.uid)
    assert queries.by_token(session, token) is station, "it counts until replaced"
    operations.revoke(session, cast.administrator, station.uid)
    assert queries.by_token(session, token) is None
    assert operations.enrol(session, code, HERE) is None
    with pytest.raises(RuleBroken, match="already"):
        operations.revoke(session, cast.administrator, station.uid)
    _, code = operations.code_again(session, cast.administrator, station.uid)
    found = operations.enrol(session, code, HERE)
    assert found is not None
    assert queries.by_token(session, found[1]) is station
    assert station.revoked_at is None


def test_only_the_administrator_of_the_laboratory_manages_its_benches(
    session: Session, cast: Cast
) -> None:
    station, _ = enrolled(session, cast)
    for act in (operations.revoke, operations.code_again):
        with pytest.raises(NotPermitted):
            act(session, cast.manager, station.uid)
        with pytest.raises(NotFound):
            act(session, cast.foreign_administrator, station.uid)
    with pytest.raises(NotPermitted):
        operations.add(session, cast.manager, "Bench 2")
    assert queries.everything(session, cast.foreign_administrator) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "Bench 1"])
def test_a_bench_has_a_short_name_of_its_own(
    session: Session, cast: Cast, name: str
) -> None:
    operations.add(session, cast.administrator, "Bench 1")
    with pytest.raises(BadInput, match="bench"):
        operations.add(session, cast.administrator, name)


def test_each_reading_is_stored_once_and_a_resend_answers_the_highest(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast)
    scan(outbox, "A", "B")
    first = outbox.waiting()
    assert operations.receive(session, station, batch(first)) == 2
    assert operations.receive(session, station, batch(first)) == 2
    scan(outbox, "C\0")
    assert operations.receive(session, station, batch(outbox.all())) == 3
    assert operations.receive(session, station, batch([])) == 3
    assert texts(session) == ["A", "B", "C\ufffd"]
    kept = session.scalars(select(StationReading).order_by("seq")).all()
    assert [(one.body, one.hash) for one in kept] == [
        (one.body, one.hash) for one in outbox.all()
    ]


def test_a_gap_is_refused_with_all_that_came(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast)
    scan(outbox, "A", "B", "C")
    operations.receive(session, station, batch(outbox.all()[:1]))
    with pytest.raises(RuleBroken, match="up to 1; now came 3"):
        operations.receive(session, station, batch(outbox.all()[2:]))
    assert texts(session) == ["A"]


def test_another_chain_is_refused_at_once_and_later(
    session: Session, cast: Cast, outbox: Outbox, tmp_path: Path
) -> None:
    station, _ = enrolled(session, cast)
    scan(outbox, "A")
    operations.receive(session, station, batch(outbox.all()))
    other = Outbox(tmp_path / "other.db")
    scan(other, "X", "Y")
    for sent in (other.all()[:1], other.all()[1:], other.all()):
        with pytest.raises(RuleBroken, match="does not follow"):
            operations.receive(session, station, batch(sent))
    other.close()
    assert texts(session) == ["A"]


def test_a_changed_reading_is_refused(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast)
    scan(outbox, "A")
    [one] = outbox.all()
    forged = Reading(1, one.body.replace('"A"', '"B"'), one.hash)
    with pytest.raises(RuleBroken, match="does not follow"):
        operations.receive(session, station, batch([forged]))
    assert texts(session) == []


def test_a_clock_that_is_a_day_off_is_flagged_and_both_times_are_kept(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast)
    off = NOW - timedelta(days=1)
    outbox.put("pan", "weight", "0.4123 g", b"", off)
    operations.receive(session, station, batch(outbox.all(), off))
    [shown] = queries.everything(session, cast.administrator)
    [heard] = shown.readings
    assert shown.off
    assert heard.off
    assert (heard.told_at, heard.received_at) == (off, NOW)
    assert heard.skew == timedelta(days=1)


def test_a_reading_that_waited_for_a_day_is_not_taken_for_a_wrong_clock(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast)
    outbox.put("gun", "scan", "A", b"", NOW - timedelta(days=1))
    sent = batch(outbox.all(), NOW - timedelta(seconds=30))
    operations.receive(session, station, sent)
    [shown] = queries.everything(session, cast.administrator)
    assert not shown.off


def test_a_bench_with_nothing_to_bring_is_heard_to_the_minute(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, _ = enrolled(session, cast)
    [shown] = queries.everything(session, cast.administrator)
    assert (shown.heard_at, shown.off) == (None, False)
    for seconds, heard in ((0, 0), (59, 0), (60, 60), (61, 60)):
        now = NOW + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        operations.receive(session, station, batch([], now - timedelta(hours=1)))
        [shown] = queries.everything(session, cast.administrator)
        assert shown.heard_at == NOW + timedelta(seconds=heard)
        assert shown.off


def test_the_newest_five_readings_of_each_bench_are_shown(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    station, _ = enrolled(session, cast, "B")
    enrolled(session, cast, "A")
    scan(outbox, *"123456")
    operations.receive(session, station, batch(outbox.all()))
    [empty, shown] = queries.everything(session, cast.administrator)
    assert (empty.station.name, empty.readings, empty.off) == ("A", [], False)
    assert [one.text for one in shown.readings] == list("65432")


def test_the_database_itself_keeps_readings_as_they_came(
    database: Database, cast: Cast, outbox: Outbox
) -> None:
    with database.transaction() as session:
        station, _ = enrolled(session, cast)
        scan(outbox, "A")
        operations.receive(session, station, batch(outbox.all()))
    for change in (update(StationReading).values(text="B"), delete(StationReading)):
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(change)
    with database.reading() as session:
        assert texts(session) == ["A"]


def _with(**odd: object) -> dict[str, object]:
    said = {"seq": 1, "uid": "u", "device": "d", "kind": "k", "text": "t"}
    body = json.dumps({**said, "at": NOW.isoformat(), **odd})
    return {"at": NOW.isoformat(), "readings": [{"body": body, "hash": "h"}]}


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"at": "noon", "readings": []},
        {"at": "2026-11-30T09:00:00", "readings": []},
        {"at": NOW.isoformat(), "readings": "x"},
        {"at": NOW.isoformat(), "readings": [{}] * 1001},
        {"at": NOW.isoformat(), "readings": [{"body": "{", "hash": ""}]},
        {"at": NOW.isoformat(), "readings": [{"body": "1", "hash": ""}]},
        _with(seq=True),
        _with(seq=0),
        _with(seq=2**60),
        _with(device="d" * 65),
        _with(text=None),
        _with(at="0001-01-01T00:00:00+09:00"),
    ],
)
def test_what_is_no_batch_is_refused_in_a_sentence(content: object) -> None:
    with pytest.raises(BadInput, match="no batch of a bench"):
        understood(content)


def test_text_that_no_database_holds_becomes_a_mark() -> None:
    found = understood(_with(text="a\ud800\0"))
    assert found.readings[0].text == "a?\ufffd"


def test_readings_that_differ_only_in_their_number_do_not_follow(
    session: Session, cast: Cast
) -> None:
    """The body's own number counts, and it is under the hash."""
    station, _ = enrolled(session, cast)
    sent = understood(_with(seq=2))
    [one] = sent.readings
    body = one.reading.body
    right = {"body": body, "hash": link("0" * 64, body)}
    with pytest.raises(RuleBroken, match="up to 0; now came 2"):
        operations.receive(
            session, station, understood({"at": NOW.isoformat(), "readings": [right]})
        )


def test_the_verification_names_readings_that_were_changed_or_taken_out(
    embedded: Database, cast: Cast, outbox: Outbox
) -> None:
    scan(outbox, *"ABCDE")
    with embedded.transaction() as session:
        station, _ = enrolled(session, cast)
        operations.receive(session, station, batch(outbox.all()))
        where = f"bench {station.uid}"
        assert list(reading_faults(session)) == []
    with embedded.migrating() as owner:
        for guard in ("no_update", "no_delete"):
            owner.exec_driver_sql(f"DROP TRIGGER station_reading_{guard}")
        for change in (
            "UPDATE station_reading SET text = 'X' WHERE seq = 1",
            "UPDATE station_reading SET body = body || ' ' WHERE seq = 2",
            "DELETE FROM station_reading WHERE seq = 4",
        ):
            owner.exec_driver_sql(change)
    with embedded.snapshot() as session:
        assert [(one.where, one.sentence) for one in reading_faults(session)] == [
            (where, "Beside reading 1 stands what it does not say."),
            (where, "The bytes of reading 2 do not give its hash."),
            (where, "Before reading 5 something is missing."),
        ]


def test_the_verification_reads_every_benchs_chain(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    for name in "AB":
        own = Outbox(tmp_path / f"{name}.db")
        scan(own, "1", "2")
        with database.transaction() as session:
            station, _ = enrolled(session, cast, name)
            operations.receive(session, station, batch(own.all()))
        own.close()
    with database.snapshot() as session:
        assert list(reading_faults(session)) == []
