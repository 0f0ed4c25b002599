"""The pages of printers and of print jobs."""

from typing import Any

import pytest

from labels import raw_port
from lims.printing import worker
from tests import factories
from tests.cast import Cast
from tests.labels.fake_printer import printer
from tests.lims.web.conftest import Enter

TOLD: dict[str, Any] = {
    "name": "Bone room", "way": "raw", "language": "zpl", "dpi": "300",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_port, "BETWEEN", 0.01)


def added(enter: Enter, cast: Cast, address: str = "127.0.0.1:9") -> str:
    answer = enter(cast.administrator).post(
        "/printers", data=TOLD | {"address": address}
    )
    assert answer.status_code == 302, answer.text
    page = enter(cast.administrator).get("/printers").text
    return page.split("/printers/")[1].split("/test")[0]


def asked(enter: Enter, uid: str, stock: str = "roll-tube") -> dict[str, str]:
    with enter.database.transaction() as session:
        codes = factories.in_the_laboratory(session, 2)
    return {"codes": " ".join(codes), "stock": stock, "skip": "0", "printer": uid}


def test_without_printers_the_page_says_what_to_do(enter: Enter, cast: Cast) -> None:
    page = enter(cast.administrator).get("/printers").text
    assert "No printer is known here yet." in page
    technician = enter(cast.technician)
    assert 'name="printer"' not in technician.get("/labels/").text
    assert "Nothing was sent to a printer yet." in technician.get("/labels/queue").text


def test_labels_go_to_the_printer_and_the_page_tells_it(
    enter: Enter, cast: Cast
) -> None:
    technician = enter(cast.technician)
    with printer() as one:
        uid = added(enter, cast, one.address)
        assert "Bone room" in technician.get("/labels/").text
        answer = technician.post("/labels/print", data=asked(enter, uid))
        assert answer.location == "/labels/queue"
        page = technician.get("/labels/queue").text
        assert "waiting" in page
        assert 'hx-trigger="every 2s"' in page
        worker.send(enter.database)
    page = technician.get("/labels/queue").text
    assert "Labels that came out: 2." in page
    assert 'hx-trigger="every 2s"' not in page
    assert one.printed.count(b"^XA") == 2


def test_a_doubtful_job_asks_whoever_looks(enter: Enter, cast: Cast) -> None:
    technician = enter(cast.technician)
    with printer(breaks_at=10) as one:
        uid = added(enter, cast, one.address)
        technician.post("/labels/print", data=asked(enter, uid))
        worker.send(enter.database)
    page = technician.get("/labels/queue").text
    assert "Print jobs that wait for you: 1" in page
    assert "Some: give it up" in page
    job = page.split('action="/labels/queue/')[1].split('"')[0]
    told = {"action": "none came out"}
    assert technician.post(f"/labels/queue/{job}", data=told).status_code == 302
    assert "Send it again" in technician.get("/labels/queue").text
    odd = technician.post(f"/labels/queue/{job}", data={"action": "take"})
    assert odd.status_code == 422


def test_a_sheet_is_not_for_a_label_printer(enter: Enter, cast: Cast) -> None:
    uid = added(enter, cast)
    answer = enter(cast.technician).post(
        "/labels/print", data=asked(enter, uid, "tube")
    )
    assert answer.status_code == 422
    assert "needs a roll" in answer.text


def test_a_test_page_is_sent_and_holds_no_code(enter: Enter, cast: Cast) -> None:
    with printer() as one:
        uid = added(enter, cast, one.address)
        answer = enter(cast.administrator).post(
            f"/printers/{uid}/test", data={"stock": "roll-kit"}
        )
        assert answer.status_code == 302
        worker.send(enter.database)
    assert one.printed.count(b"^MD") == 5
    assert "test page" in enter(cast.manager).get("/labels/queue").text


@pytest.mark.parametrize(
    ("change", "why"),
    [({"way": "pigeon"}, "Choose how"), ({"address": "nowhere"}, "no address")],
)
def test_an_odd_printer_is_refused(
    enter: Enter, cast: Cast, change: dict[str, str], why: str
) -> None:
    told = TOLD | {"address": "127.0.0.1:9"} | change
    answer = enter(cast.administrator).post("/printers", data=told)
    assert answer.status_code == 422
    assert why in answer.text
