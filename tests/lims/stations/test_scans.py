"""On both databases: who works at a bench, and scans that are claimed and concluded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
import time

import pytest
from sqlalchemy.orm import Session

from instruments.outbox import Outbox
from lims import clock
from lims.audit.queries import all_faults, events_of
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted
from lims.stations import operations, queries_scans
from lims.stations.batch import understood
from lims.stations.operations_scans import claim, come, conclude, leave, settle
from lims.stations.scans import Came
from lims.stations.tables import ScanState, Station
from tests.cast import Cast

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nine_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.db")
    yield made
    made.close()


def enrolled(session: Session, cast: Cast, name: str) -> Station:
    _, code = operations.add(session, cast.administrator, name)
    found = operations.enrol(session, code, "10.0.0.7")
    assert found is not None
    return found[0]


def scan(ago: timedelta = timedelta(0), skew: timedelta = timedelta(0)) -> Came:
    return Came(token_hex(16), "S", NOW - skew - ago, NOW, skew)


def test_one_person_works_at_a_bench_and_a_person_at_one(
    session: Session, cast: Cast
) -> None:
    first, second = (enrolled(session, cast, name) for name in ("A", "B"))
    come(session, cast.technician, first.uid)
    come(session, cast.technician2, first.uid)
    assert queries_scans.here(session, cast.technician) is None
    come(session, cast.technician2, second.uid)
    found = queries_scans.here(session, cast.technician2)
    assert found is not None
    assert found[0] is second
    leave(session, cast.technician2)
    with pytest.raises(NotFound):
        leave(session, cast.technician2)
    tags = [one.tag for one in events_of(session, [second.uid])]
    assert tags[-2:] == ["station:came", "station:left"]


def test_nobody_comes_to_a_bench_that_is_not_theirs_or_brings_nothing(
    session: Session, cast: Cast
) -> None:
    bench = enrolled(session, cast, "A")
    with pytest.raises(NotPermitted):
        come(session, cast.auditor, bench.uid)
    with pytest.raises(NotFound):
        come(session, cast.foreign_technician, bench.uid)
    operations.revoke(session, cast.administrator, bench.uid)
    with pytest.raises(BadInput, match="not enrolled"):
        come(session, cast.technician, bench.uid)


def test_the_newest_weight_of_the_bench_is_told_with_its_evidence(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    bench = enrolled(session, cast, "A")
    come(session, cast.technician, bench.uid)
    for text in ("0.1 g B1", "0.4123 g B1"):
        outbox.put("pan", "weight", text, b"", NOW)
    told = [{"body": one.body, "hash": one.hash} for one in outbox.all()]
    batch = understood({"at": NOW.isoformat(), "readings": told})
    operations.receive(session, bench, batch)
    found = queries_scans.newest_weight(session, cast.technician)
    assert found is not None
    assert (str(found.grams), found.serial) == ("0.4123", "B1")
    assert (found.bench, found.seq, found.clock_off) == (bench.uid, 2, False)
    assert queries_scans.newest_weight(session, cast.technician2) is None
    assert queries_scans.newest_weight(session, cast.technician, NOW) is None


def test_a_scan_that_was_not_applied_waits_until_somebody_has_looked(
    session: Session, cast: Cast
) -> None:
    came = scan(ago=timedelta(hours=1))
    assert claim(session, cast.technician, came)
    conclude(session, cast.technician, came, ScanState.ASKED, {"state": "ask"})
    assert queries_scans.count_unsettled(session, cast.quality) == 1
    with pytest.raises(NotFound):
        settle(session, cast.foreign_technician, came.uid)
    with pytest.raises(NotPermitted):
        settle(session, cast.analyst, came.uid)
    for _ in range(2):
        settle(session, cast.quality, came.uid)
    assert queries_scans.count_unsettled(session, cast.quality) == 0
    assert all_faults(session) == {}


@pytest.mark.parametrize(
    ("ago", "skew", "bench", "late", "doubtful"),
    [
        (timedelta(0), timedelta(0), "", False, False),
        (timedelta(minutes=1), timedelta(0), "", True, False),
        (timedelta(0), timedelta(days=1), "", False, False),
        (timedelta(minutes=1), timedelta(days=1), "", True, True),
        (timedelta(0), timedelta(days=-1), "a bench", False, True),
    ],
)
def test_a_scan_is_late_by_when_it_was_made_and_doubtful_by_its_clock(
    ago: timedelta, skew: timedelta, bench: str, *, late: bool, doubtful: bool
) -> None:
    came = Came("u", "S", NOW - skew - ago, NOW, skew, bench=bench)
    assert (came.late, came.doubtful) == (late, doubtful)


def test_a_scan_that_comes_four_times_at_once_is_claimed_once(
    database: Database, cast: Cast
) -> None:
    came = scan()

    def take(_: int) -> bool:
        with database.transaction() as session:
            mine = claim(session, cast.technician, came)
            time.sleep(0.05)
            return mine

    with ThreadPoolExecutor(4) as pages:
        assert sorted(pages.map(take, range(4))) == [False, False, False, True]
