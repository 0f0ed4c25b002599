"""A bench at the server's door: its code, its token, its readings; and no cookie."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
import http.client
import json
from pathlib import Path
import time
from urllib.parse import urlsplit

from flask import Flask
import pytest
from sqlalchemy import select

from instruments.bench import Bench, Scanner, Tone
from instruments.outbox import Outbox
from instruments.posting import NoAnswer, Server, TokenRefused
from instruments.simulators import SimulatedLink
from lims.db import Database
from lims.stations import operations
from lims.stations.tables import Station, StationReading
from tests.browser.conftest import served
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter, app_on


def added(database: Database, cast: Cast) -> tuple[str, str]:
    """Uid and code of a new bench."""
    with database.transaction() as session:
        station, code = operations.add(session, cast.administrator, "Bench 1")
        return station.uid, code


def stranger(app: Flask) -> Browser:
    client = app.test_client()
    assert isinstance(client, Browser)
    client.forged = True
    return client


def token_for(app: Flask, code: str) -> str:
    answer = stranger(app).post("/bench/enrol", json={"code": code})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return str(answer.get_json()["token"])


def texts(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(StationReading.text).order_by("seq")))


def _now() -> datetime:
    return datetime.now(UTC)


def until(done: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.02)


def test_a_bench_brings_all_once_though_the_server_is_shut_and_opened_again(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    app = app_on(database, tmp_path)
    token = token_for(app, added(database, cast)[1])
    outbox, trigger = Outbox(tmp_path / "outbox.db"), SimulatedLink()
    with served(app) as url:
        server = Server(url, token)
        bench = Bench(outbox, [Scanner("gun", trigger)], server, lambda *_: None)
        bench.start()
        trigger.press(b"A\rB\r")
        until(lambda: texts(database) == ["A", "B"])
    trigger.press(b"C\r")
    until(lambda: len(outbox.all()) == 3)
    with served(app, urlsplit(url).port or 0):
        trigger.press(b"D\r")
        until(lambda: not outbox.waiting() and len(outbox.all()) == 4)
        bench.stop()
        assert texts(database) == ["A", "B", "C", "D"]
    outbox.close()


def test_what_was_sent_before_the_bench_died_is_sent_again_and_stored_once(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    """Killed between the server's answer and its own note of it."""
    app = app_on(database, tmp_path)
    token = token_for(app, added(database, cast)[1])
    first = Outbox(tmp_path / "outbox.db")
    for text in ("A", "B"):
        first.put("gun", "scan", text, b"", _now())
    with served(app) as url:
        assert Server(url, token).send(first.waiting()).received == 2
        first.close()
        again = Outbox(tmp_path / "outbox.db")
        again.put("gun", "scan", "C", b"", _now())
        assert len(again.waiting()) == 3
        assert Server(url, token).send(again.waiting()).received == 3
        again.close()
    assert texts(database) == ["A", "B", "C"]


def test_a_stolen_token_is_dead_after_the_revocation_and_the_scans_are_kept(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    app = app_on(database, tmp_path)
    uid, code = added(database, cast)
    token = token_for(app, code)
    with database.transaction() as session:
        operations.revoke(session, cast.administrator, uid)
    outbox, trigger = Outbox(tmp_path / "outbox.db"), SimulatedLink()
    told: list[tuple[str, Tone, str]] = []
    with served(app) as url:
        with pytest.raises(TokenRefused):
            Server(url, token).send([])
        bench = Bench(
            outbox,
            [Scanner("gun", trigger)],
            Server(url, token),
            lambda *words: told.append(words),
        )
        bench.start()
        trigger.press(b"A\r")
        until(lambda: any("revoked" in words for _, _, words in told))
        until(lambda: len(outbox.waiting()) == 1)
        bench.stop()
        with database.transaction() as session:
            _, code = operations.code_again(session, cast.administrator, uid)
        assert Server(url, token_for(app, code)).send(outbox.waiting()).received == 1
    outbox.close()
    assert texts(database) == ["A"]


def test_the_bench_hears_why_its_readings_are_refused(
    embedded: Database, cast: Cast, tmp_path: Path
) -> None:
    app = app_on(embedded, tmp_path)
    token = token_for(app, added(embedded, cast)[1])
    outbox = Outbox(tmp_path / "outbox.db")
    for text in ("A", "B"):
        outbox.put("gun", "scan", text, b"", _now())
    with served(app) as url, pytest.raises(NoAnswer, match="up to 0; now came 2"):
        Server(url, token).send(outbox.all()[1:])
    outbox.close()
    assert texts(embedded) == []


def test_wrong_codes_are_refused_and_then_not_even_tried(enter: Enter) -> None:
    client = stranger(enter.app)
    for _ in range(20):
        answer = client.post("/bench/enrol", json={"code": "WRONG"})
        assert answer.status_code == 401
    assert client.post("/bench/enrol", json={"code": "WRONG"}).status_code == 429


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"code": 1}'])
def test_an_enrolment_without_a_code_is_told_what_it_lacks(
    enter: Enter, content: bytes
) -> None:
    answer = stranger(enter.app).post("/bench/enrol", data=content)
    assert answer.status_code == 422
    assert "code" in answer.text


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", "Bearer x", "Basic x"])
def test_without_a_token_nothing_is_received(enter: Enter, shown: str) -> None:
    answer = stranger(enter.app).post(
        "/bench/readings", json={}, headers={"Authorization": shown}
    )
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_token_opens_no_page_and_a_login_brings_no_readings(
    enter: Enter, cast: Cast
) -> None:
    token = token_for(enter.app, added(enter.database, cast)[1])
    with served(enter.app) as url:
        at = urlsplit(url)
        line = http.client.HTTPConnection(str(at.hostname), at.port)
        line.request("GET", "/people", headers={"Authorization": f"Bearer {token}"})
        assert line.getresponse().status == 302
        line.close()
    person = enter(cast.administrator)
    batch = {"at": _now().isoformat(), "readings": []}
    assert person.post("/bench/readings", json=batch).status_code == 401


def test_an_enrolment_changes_the_bench_on_record(enter: Enter, cast: Cast) -> None:
    uid, code = added(enter.database, cast)
    token = token_for(enter.app, code)
    with enter.database.reading() as session:
        station = session.scalars(select(Station).where(Station.uid == uid)).one()
        assert station.ver == 2
        assert token not in json.dumps([station.token_hash, station.code_hash])


def test_the_same_batch_sent_four_times_at_once_is_stored_once(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    app = app_on(database, tmp_path)
    token = token_for(app, added(database, cast)[1])
    outbox = Outbox(tmp_path / "outbox.db")
    for number in range(50):
        outbox.put("gun", "scan", str(number), b"", _now())
    sent = outbox.waiting()
    outbox.close()
    with served(app) as url, ThreadPoolExecutor(4) as senders:
        server = Server(url, token, patience=20)
        answers = [senders.submit(server.send, sent) for _ in range(4)]
        assert {one.result().received for one in answers} == {50}
    assert texts(database) == [str(number) for number in range(50)]
