"""Print jobs: sent once, doubtful where nobody knows, and a person says what came."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from labels import raw_port
from lims.access import SYSTEM
from lims.audit.queries import chain_faults, events_of
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.printing import operations, queries, queries_printers, worker
from lims.printing import operations_printers as printers
from lims.printing.operations_printers import NewPrinter
from lims.printing.sending import SENDING, SendState, Way
from lims.printing.stepping import take
from lims.printing.tables import LabelSending, LabelState
from tests import factories
from tests.cast import Cast
from tests.labels.fake_printer import FakePrinter, printer, told


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_port, "PATIENCE", 1.0)
    monkeypatch.setattr(raw_port, "BETWEEN", 0.01)


def add(session: Session, cast: Cast, address: str = "127.0.0.1:9", **more: Any) -> str:
    usual: dict[str, Any] = {
        "name": "Tubes",
        "way": Way.RAW,
        "language": "zpl",
        "dpi": 300,
    }
    asked = usual | more
    return printers.add(
        session, cast.administrator, NewPrinter(address=address, **asked)
    ).uid


def queued(database: Database, cast: Cast, address: str, labels: int = 3) -> str:
    with database.transaction() as session:
        uid = add(session, cast, address)
        codes = factories.in_the_laboratory(session, labels)
        sheet = operations.print_labels(
            session, cast.technician, codes, "roll-tube", form="zpl"
        )
        return printers.queue(session, cast.technician, uid, sheet).uid


@contextmanager
def kept(database: Database, uid: str) -> Iterator[tuple[Session, LabelSending]]:
    with database.reading() as session:
        yield session, queries_printers.sending(session, SYSTEM, uid)


def state(database: Database, uid: str) -> tuple[str, str, int]:
    with kept(database, uid) as (_, row):
        return row.state, row.told, row.tries


def test_a_job_leaves_after_the_commit_and_is_printed_once(
    database: Database, cast: Cast
) -> None:
    with printer() as one:
        uid = queued(database, cast, one.address)
        assert one.lines == 0
        assert worker.send(database) == 1
        assert worker.send(database) == 0
    assert state(database, uid) == ("printed", "Labels that came out: 3.", 1)
    assert one.printed.count(b"^XA") == 3
    with kept(database, uid) as (session, row):
        assert row.content == b""
        events = [json.loads(one.body) for one in events_of(session, [uid])]
        steps = [event["facts"].get("action") for event in events]
        assert steps == [None, "take", "printed"]
        assert list(chain_faults(session, uid)) == []


def test_a_line_that_breaks_is_doubtful_and_nothing_is_sent_again(
    database: Database, cast: Cast
) -> None:
    with printer(breaks_at=200) as one:
        uid = queued(database, cast, one.address)
        worker.send(database)
        for _ in range(3):
            worker.doubt_forsaken(database)
            assert worker.send(database) == 0
        assert one.lines == 1
    assert state(database, uid)[0] == "doubtful"
    with (
        database.transaction() as session,
        pytest.raises(RuleBroken, match="Possible now: all came out"),
    ):
        printers.again(session, cast.technician, uid)
    with database.transaction() as session:
        printers.all_came_out(session, cast.technician, uid)
    assert state(database, uid)[0] == "printed"


def test_what_failed_is_sent_again_by_a_person(database: Database, cast: Cast) -> None:
    with printer(told(paper=1), told()) as one:
        uid = queued(database, cast, one.address)
        worker.send(database)
        failed = state(database, uid)
        assert failed[0] == "failed"
        assert "it has no paper" in failed[1]
        assert one.printed == b""
        assert worker.send(database) == 0
        with database.transaction() as session:
            printers.again(session, cast.technician, uid)
        worker.send(database)
        assert state(database, uid) == ("printed", "Labels that came out: 3.", 2)
        assert one.printed.count(b"^XA") == 3


def test_a_doubtful_job_of_which_nothing_came_is_sent_again(
    database: Database, cast: Cast
) -> None:
    with printer(breaks_at=1) as one:
        uid = queued(database, cast, one.address)
        worker.send(database)
        one.breaks_at = None
        with database.transaction() as session:
            printers.none_came_out(session, cast.technician, uid)
            printers.again(session, cast.technician, uid)
        worker.send(database)
    assert state(database, uid)[::2] == ("printed", 2)


def test_a_job_that_is_given_up_makes_its_labels_void(
    database: Database, cast: Cast
) -> None:
    with printer(breaks_at=1) as one:
        uid = queued(database, cast, one.address, 2)
        worker.send(database)
    with database.transaction() as session:
        printers.cancel(session, cast.manager, uid)
    assert state(database, uid)[0] == "cancelled"
    with database.transaction() as session:
        job = queries_printers.sending(session, SYSTEM, uid).job_id
        labels = session.query(queries.Label).filter_by(job_id=job).all()
        assert {one.state for one in labels} == {LabelState.VOID}
        codes = [one.code for one in labels]
        told = queries.refusal(session, codes[0])
        assert told is not None
        assert "is void" in told
        operations.reprint(
            session, cast.manager, codes, "roll-tube", "LABEL_NOT_PRINTED"
        )


def test_what_a_worker_left_in_the_middle_is_doubtful(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = queued(database, cast, "127.0.0.1:9")
    with database.transaction() as session:
        row = queries_printers.sending(session, SYSTEM, uid, locked=True)
        take(session, row)
    assert worker.doubt_forsaken(database) == 0
    assert worker.send(database) == 0
    monkeypatch.setattr(worker, "FORSAKEN", -worker.FORSAKEN)
    assert worker.doubt_forsaken(database) == 1
    assert state(database, uid)[:2] == ("doubtful", worker.STOPPED)


def test_one_job_a_printer_at_a_time_in_the_order_given(
    database: Database, cast: Cast
) -> None:
    with printer() as one:
        first = queued(database, cast, one.address, 1)
        with database.transaction() as session:
            row = queries_printers.sending(session, SYSTEM, first)
            place = queries_printers.of(session, row).uid
            codes = factories.in_the_laboratory(session, 2)
            sheet = operations.print_labels(
                session, cast.technician, codes, "roll-tube", form="zpl"
            )
            printers.queue(session, cast.technician, place, sheet)
        assert worker.send(database) == 2
    assert _counts(one) == 3


def test_a_template_of_another_resolution_is_refused(
    session: Session, cast: Cast
) -> None:
    uid = add(session, cast, dpi=203)
    codes = factories.in_the_laboratory(session, 1)
    sheet = operations.print_labels(
        session, cast.technician, codes, "roll-tube", form="zpl"
    )
    with pytest.raises(BadInput, match="drawn at 300 dpi; 'Tubes' prints 203"):
        printers.queue(session, cast.technician, uid, sheet)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"address": "printer"}, "no address of a printer"),
        ({"address": "printer:0"}, "no address of a printer"),
        ({"address": "printer:99999"}, "no address of a printer"),
        ({"way": Way.IPP, "address": "socket://x"}, "no IPP address"),
        ({"way": Way.BENCH, "address": ""}, "Choose the bench"),
        ({"language": "pcl"}, "is spoken to in"),
        ({"language": "pdf"}, "goes to a print server"),
        ({"name": " "}, "1 to 64 characters"),
    ],
)
def test_a_printer_that_cannot_be_is_refused(
    session: Session, cast: Cast, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        add(session, cast, **{"address": "127.0.0.1:9", **more})


def test_a_printer_with_open_jobs_is_not_taken_away(
    database: Database, cast: Cast
) -> None:
    uid = queued(database, cast, "127.0.0.1:9")
    with database.transaction() as session:
        row = queries_printers.sending(session, SYSTEM, uid)
        place = queries_printers.of(session, row).uid
        with pytest.raises(RuleBroken, match="Settle them first"):
            printers.retire(session, cast.administrator, place)
        printers.cancel(session, cast.manager, uid)
        printers.retire(session, cast.administrator, place)
        assert queries_printers.in_use(session, cast.technician) == []


def test_another_laboratory_sees_neither_printers_nor_jobs(
    database: Database, cast: Cast
) -> None:
    uid = queued(database, cast, "127.0.0.1:9")
    with database.transaction() as session:
        foreign = cast.foreign_technician
        assert queries_printers.in_use(session, foreign) == []
        assert queries_printers.jobs(session, foreign) == []
        with pytest.raises(NotFound):
            printers.again(session, foreign, uid)


@pytest.mark.parametrize("login", ["technician", "manager", "auditor"])
def test_who_may_not_add_printers_is_refused(
    session: Session, cast: Cast, login: str
) -> None:
    told = NewPrinter("X", Way.RAW, "127.0.0.1:9", "zpl", 300)
    with pytest.raises(NotPermitted):
        printers.add(session, getattr(cast, login), told)


@pytest.mark.parametrize("state", SendState)
def test_no_step_leads_back_to_a_printer_without_a_person(state: SendState) -> None:
    again = {"take", "send again"} & set(SENDING.actions(state))
    assert bool(again) is (state in {SendState.WAITING, SendState.FAILED})


def _counts(one: FakePrinter) -> int:
    return one.printed.count(b"^XA")
