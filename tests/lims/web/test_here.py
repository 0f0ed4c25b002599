"""Scans of a bench, and those a page kept: applied once, held, or asked about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import json
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from instruments.outbox import Outbox
from lims import clock
from lims.audit.queries import all_faults, events_of
from lims.codes import Kind, draw
from lims.custody import operations_holds, queries
from lims.stations import operations, operations_scans, queries_scans
from lims.stations.batch import understood
from lims.stations.scans import Came
from lims.stations.tables import KeptScan, Station
from tests import factories
from tests.cast import Cast
from tests.factories import Box
from tests.lims.web.conftest import Browser, Enter


class Bench:
    """An enrolled bench: it brings what is scanned and weighed there."""

    def __init__(self, enter: Enter, cast: Cast, folder: Path) -> None:
        self._enter = enter
        self.outbox = Outbox(folder / "outbox.db")
        with enter.database.transaction() as session:
            _, code = operations.add(session, cast.administrator, "Bench 1")
            found = operations.enrol(session, code, "10.0.0.7")
            assert found is not None
            self.uid = found[0].uid

    def brings(
        self, *texts: str, kind: str = "scan", at: datetime | None = None
    ) -> None:
        now = at or clock.now()
        for text in texts:
            self.outbox.put("gun", kind, text, text.encode(), now)
        self.sends(now)

    def sends(self, now: datetime) -> None:
        waiting = self.outbox.waiting()
        told = [{"body": one.body, "hash": one.hash} for one in waiting]
        batch = understood({"at": now.isoformat(), "readings": told})
        with self._enter.database.transaction() as session:
            wanted = select(Station).where(Station.uid == self.uid)
            station = session.scalars(wanted).one()
            self.outbox.received(operations.receive(session, station, batch))


@pytest.fixture
def bench(enter: Enter, cast: Cast, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(enter, cast, tmp_path)
    yield made
    made.outbox.close()


@pytest.fixture
def held(enter: Enter) -> str:
    with enter.database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
        return code


@pytest.fixture
def box(enter: Enter) -> Box:
    with enter.database.transaction() as session:
        return factories.a_box(session)


@pytest.fixture
def person(enter: Enter, cast: Cast, bench: Bench) -> Browser:
    client = enter(cast.technician)
    assert client.post(f"/here/bench/{bench.uid}").status_code == 302
    return client


def news(client: Browser) -> dict[str, Any]:
    return dict(client.get("/here/news").get_json())


def scan(client: Browser, **told: object) -> TestResponse:
    fields = {"code": "", "page": "", "armed": "", **told}
    return client.post("/scan/", data=fields, headers={"HX-Request": "true"})


def offline(client: Browser, code: str, ago: timedelta, **told: object) -> Any:
    """A scan that the page kept so long."""
    now = clock.now()
    fields = {
        "once": token_hex(16), "code": code, "sent": now.isoformat(),
        "made": (now - ago).isoformat(), **told,
    }  # fmt: skip
    data = {"page": "", "armed": "", **fields}
    return client.post(
        "/scan/", data=data, headers={"Accept": "application/json"}
    ).get_json()


def item(enter: Enter, cast: Cast, named: str) -> queries.Item:
    with enter.database.reading() as session:
        assert all_faults(session) == {}
        return queries.item(session, cast.technician, named)


def last_facts(enter: Enter, cast: Cast, named: str) -> dict[str, Any]:
    with enter.database.reading() as session:
        row = queries.named_sample(session, cast.technician, named)
        body = json.loads(events_of(session, [row.uid])[-1].body)
        return dict(body["facts"])


def states(enter: Enter) -> list[str]:
    with enter.database.reading() as session:
        return list(session.scalars(select(KeptScan.came_to).order_by(KeptScan.id)))


def test_scans_of_a_bench_act_on_the_page_of_who_works_there_once(
    enter: Enter, cast: Cast, bench: Bench, person: Browser, held: str, box: Box
) -> None:
    place = box.positions[0]
    bench.brings(held, place)
    first, second = news(person)["scans"]
    assert (first["text"], second["text"]) == (held, place)
    assert scan(person, number=first["number"]).headers["HX-Redirect"]
    for _ in range(2):  # the answer was lost; the page sends it again
        answer = scan(person, number=second["number"], armed=held)
        assert "band right" in answer.text
        assert "stands in" in answer.text
    assert news(person)["scans"] == []
    assert item(enter, cast, held).at == place
    assert states(enter) == ["unchanged", "applied"]
    told = last_facts(enter, cast, held)["scan"]
    kept = bench.outbox.all()[1]
    assert (told["bench"], told["number"], told["hash"]) == (bench.uid, 2, kept.hash)


def test_a_scan_of_a_bench_is_nobody_elses(
    enter: Enter, cast: Cast, bench: Bench, person: Browser, held: str
) -> None:
    bench.brings(held)
    other = enter(cast.foreign_technician)
    assert news(other)["scans"] == []
    assert scan(other, number=1).status_code == 404
    assert len(news(person)["scans"]) == 1


def test_what_was_scanned_before_somebody_came_is_not_theirs(
    enter: Enter, cast: Cast, bench: Bench, held: str
) -> None:
    bench.brings(held)
    client = enter(cast.technician)
    client.post(f"/here/bench/{bench.uid}")
    assert news(client)["scans"] == []


def test_a_refused_scan_of_a_bench_is_told_and_kept_and_holds_nothing(
    enter: Enter, cast: Cast, bench: Bench, person: Browser, held: str
) -> None:
    bench.brings(draw(Kind.PLACE))
    answer = scan(person, number=1, armed=held)
    assert (answer.status_code, "band wrong" in answer.text) == (409, True)
    assert states(enter) == ["refused"]
    assert news(person)["scans"] == []
    assert item(enter, cast, held).holds == ()


def test_a_bench_whose_clock_is_a_day_off_changes_nothing_and_holds_the_item(
    enter: Enter, cast: Cast, bench: Bench, person: Browser, held: str, box: Box
) -> None:
    place = box.positions[0]
    bench.brings(place, at=clock.now() - timedelta(days=1))
    answer = scan(person, number=1, armed=held)
    assert "band hold" in answer.text
    assert "1 day" in answer.text
    now = item(enter, cast, held)
    assert now.holds == ("UNAPPLIED_SCAN",)
    assert now.at != place
    facts = last_facts(enter, cast, held)
    assert facts["made_at"] < facts["received_at"]
    assert states(enter) == ["held"]


def test_a_scan_kept_offline_is_applied_once_where_it_is_still_allowed(
    enter: Enter, cast: Cast, held: str, box: Box
) -> None:
    client, ago = enter(cast.technician), timedelta(minutes=40)
    place, once, second = box.positions[0], token_hex(16), token_hex(16)
    first = offline(client, held, ago, once=once)
    assert first["armed"] == held
    for _ in range(2):
        said = offline(client, place, ago, once=second, after=once)
        assert said["state"] == "right"
        assert "stands in" in said["told"]
    assert item(enter, cast, held).at == place
    assert states(enter) == ["unchanged", "applied"]


def test_a_scan_kept_offline_that_is_forbidden_by_now_holds_its_item(
    enter: Enter, cast: Cast, held: str
) -> None:
    client, ago = enter(cast.technician), timedelta(minutes=40)
    once = token_hex(16)
    nowhere = draw(Kind.PLACE)
    for _ in range(2):
        said = offline(client, nowhere, ago, once=once, armed=held)
        assert said["state"] == "hold"
        assert "on hold until somebody has looked" in said["told"]
    now = item(enter, cast, held)
    assert now.holds == ("UNAPPLIED_SCAN",)
    assert states(enter) == ["held"]
    page = client.get("/here").text
    assert "I have looked" in page
    with enter.database.reading() as session:
        [uid] = [one.uid for one in queries_scans.unsettled(session, cast.technician)]
    assert client.post(f"/here/scans/{uid}").status_code == 302
    assert "I have looked" not in client.get("/here").text


def test_an_item_that_was_held_meanwhile_is_not_taken_out_by_a_late_scan(
    enter: Enter, cast: Cast, held: str
) -> None:
    with enter.database.transaction() as session:
        operations_holds.hold(session, cast.quality, held, "SWAP_SUSPECTED")
    client = enter(cast.technician)
    with enter.database.reading() as session:
        badge = queries.badge_of(session, cast.manager)
    said = offline(client, badge, timedelta(hours=1), armed=held)
    assert said["state"] == "hold"
    assert "SWAP_SUSPECTED" in said["hint"]
    assert item(enter, cast, held).offered_to is None
    assert states(enter) == ["held"]


def test_a_late_scan_of_what_nobody_knows_is_asked_about(
    enter: Enter, cast: Cast
) -> None:
    said = offline(enter(cast.technician), "9783161484100", timedelta(hours=1))
    assert said["state"] == "ask"
    assert states(enter) == ["asked"]


def test_a_scan_by_a_clock_of_yesterday_is_held_though_it_is_allowed(
    enter: Enter, cast: Cast, held: str, box: Box
) -> None:
    now = clock.now()
    yesterday = now - timedelta(days=1)
    times = {"made": (yesterday - timedelta(minutes=5)).isoformat(),
             "sent": yesterday.isoformat()}  # fmt: skip
    client = enter(cast.technician)
    said = offline(client, box.positions[0], timedelta(0), armed=held, **times)
    assert said["state"] == "hold"
    assert item(enter, cast, held).at != box.positions[0]


def test_the_scan_of_another_person_waits_for_them(
    enter: Enter, cast: Cast, held: str
) -> None:
    by = cast.manager.uid
    said = offline(enter(cast.technician), held, timedelta(hours=1), by=by)
    assert said["state"] == "wrong"
    assert states(enter) == []


@pytest.mark.parametrize(
    "odd", [{"made": "yesterday"}, {"once": "x"}, {"sent": "2026-12-01T09:00:00"}]
)
def test_a_scan_that_does_not_tell_its_time_is_refused(
    enter: Enter, cast: Cast, held: str, odd: dict[str, str]
) -> None:
    said = offline(enter(cast.technician), held, timedelta(hours=1), **odd)
    assert said["state"] == "wrong"
    assert states(enter) == []


def test_the_newest_weight_of_the_bench_is_had_from_when_it_is_asked_for(
    enter: Enter, cast: Cast, bench: Bench, person: Browser
) -> None:
    assert news(person)["weight"] is None
    bench.brings("0.4123 g B123456789", "-1.5 g B123456789", kind="weight")
    told = {"number": 2, "grams": "-1.5", "serial": "B123456789"}
    assert news(person)["weight"] == told
    with enter.database.reading() as session:
        since = clock.now() + timedelta(seconds=1)
        assert queries_scans.newest_weight(session, cast.technician, since) is None


def test_a_badge_takes_a_bench_where_nobody_works_or_takes_what_is_scanned(
    enter: Enter, cast: Cast, bench: Bench, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    with enter.database.reading() as session:
        badge = queries.badge_of(session, cast.technician)
        other = queries.badge_of(session, cast.manager)
    bench.brings(other, badge, held)  # the manager does not work at benches
    client = enter(cast.technician)
    assert [one["text"] for one in news(client)["scans"]] == [held]
    bench.brings(badge)
    assert len(news(client)["scans"]) == 2, "it is a scan like any other"
    later = clock.now() + timedelta(seconds=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    bench.brings(badge, held, at=later)
    assert [one["number"] for one in news(client)["scans"]] == [6]


def test_who_leaves_hears_nothing_more(
    enter: Enter, cast: Cast, bench: Bench, person: Browser, held: str
) -> None:
    assert "Bench 1" in person.get("/here").text
    assert person.post("/here/leave").status_code == 302
    bench.brings(held)
    assert news(person)["scans"] == []
    assert person.post("/here/leave").status_code == 404
    with enter.database.reading() as session:
        found = session.scalars(select(Station).where(Station.uid == bench.uid)).one()
        tags = [one.tag for one in events_of(session, [found.uid])][-2:]
        assert tags == ["station:came", "station:left"]


def test_two_pages_that_take_one_scan_do_it_once(
    enter: Enter, cast: Cast, held: str
) -> None:
    now = clock.now()
    came = Came(token_hex(16), held, now, now, timedelta(0))
    with enter.database.transaction() as session:
        assert operations_scans.claim(session, cast.technician, came)
        assert not operations_scans.claim(session, cast.manager, came)


def test_what_no_page_took_is_shown_to_the_laboratory_alone(
    enter: Enter, cast: Cast, bench: Bench, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    bench.brings(held)
    later = clock.now() + timedelta(seconds=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    told = "Scans that no page took"
    assert told in enter(cast.technician).get("/here").text
    assert told not in enter(cast.foreign_technician).get("/here").text


def test_a_page_that_is_not_there_is_told_to_who_works_at_benches(
    enter: Enter, cast: Cast
) -> None:
    assert enter(cast.technician).get("/nowhere").status_code == 404
