"""The electropherogram is open to whom the reading is."""

from array import array
from dataclasses import replace
import json
import re
from typing import Any

from sqlalchemy import select

from instruments.picture import packed
from lims.batches import queries as batches
from lims.results import pictures
from lims.results.tables import Import, Injection, Trace
from tests.cast import Cast
from tests.lims.web.conftest import Entrance
from tests.objects import OBJECTS


def test_a_reading_leads_to_its_electropherogram(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    assert f"/readings/{uid}/trace" in client.get(f"/readings/{uid}").text
    page = client.get(f"/readings/{uid}/trace").text
    assert page.count('role="img"') == 6
    assert "the trace bears out the calls" in page
    assert "TH01" in page
    assert "the bins of this run's ladder" in page
    assert "GlobalFiler, version 1" in page, "whose limits explain a peak"
    assert len(page) < 60_000


def test_without_a_trace_the_reading_leads_to_none(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_injection"](enter.laboratory)["uid"]
    assert "/trace" not in client.get(f"/readings/{uid}").text
    assert client.get(f"/readings/{uid}/trace").status_code == 404


def _head(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:4], "little")
    assert (4 + length) % 4 == 0
    head: dict[str, Any] = json.loads(content[4 : 4 + length])
    assert len(content) == 4 + length + head["count"] * (4 + 2 * len(head["lines"]))
    return head


def test_a_script_is_given_the_points_and_what_is_written_over_them(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    answer = client.get(f"/readings/{uid}/trace/points")
    head = _head(answer.data)
    assert head["sized"]
    assert [one["letter"] for one in head["lines"]] == ["B", "G", "Y", "R", "O", "P"]
    assert {"call"} == {one["kind"] for one in head["notes"]}
    assert len(head["thresholds"]) == 2
    assert answer.headers["Cache-Control"] == "no-store"
    mark = {"If-None-Match": answer.headers["ETag"]}
    again = client.get(f"/readings/{uid}/trace/points", headers=mark)
    assert (again.status_code, again.data) == (304, b"")


def test_a_control_is_drawn_beneath_on_the_same_scale(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    page = client.get(f"/readings/{uid}/trace").text
    ((other, words),) = re.findall(r'<option value="(\w+)">([^<]+)', page)
    assert words.startswith("Ladder, well ")
    both = client.get(f"/readings/{uid}/trace?beside={other}").text
    assert both.count('role="img"') == 12
    head = _head(client.get(f"/readings/{uid}/trace/points?of={other}").data)
    assert head["notes"] == []


def test_the_trace_of_another_person_is_not_shown_beside(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    one, two = (OBJECTS["an_unread_trace"](enter.laboratory)["uid"] for _ in range(2))
    with enter.database.reading() as session:
        wanted = (
            select(Import.uid, Injection.uid)
            .join(Trace, Trace.import_id == Import.id)
            .join(Injection, Injection.well_id == Trace.well_id)
        )
        found = {injection: trace for trace, injection in session.execute(wanted)}
    for address in ("trace?beside=", "trace/points?of="):
        foreign = client.get(f"/readings/{one}/{address}{found[two]}")
        assert foreign.status_code == 404


def test_without_a_size_standard_both_are_drawn_in_their_own_unit(
    enter: Entrance, cast: Cast
) -> None:
    """Of the sample no fragment is seen; the ladder beneath stays in base pairs."""
    client = enter(cast.analyst)
    laboratory = enter.laboratory
    uid = OBJECTS["an_unread_trace"](laboratory)["uid"]
    with laboratory.database.transaction() as session:
        wanted = select(Trace).join(Injection, Injection.well_id == Trace.well_id)
        trace = session.scalars(wanted.where(Injection.uid == uid)).one()
        row = session.get_one(Import, trace.import_id)
        kept = pictures.opened(session, laboratory.store, trace)
        assert kept is not None
        scans = array("f", range(len(kept.places)))
        bare = replace(kept, is_sized=False, places=scans, ranges=(), spots=())
        pictures.enter(
            session, trace, row, pictures.lay(laboratory.store, packed(bare))
        )
    page = client.get(f"/readings/{uid}/trace").text
    assert "The size standard was not found" in page
    ((other, _),) = re.findall(r'<option value="(\w+)">([^<]+)', page)
    both = client.get(f"/readings/{uid}/trace?beside={other}").text
    assert 'id="epg"' in page
    assert 'id="epg"' not in both
    assert both.count('role="img"') == 12


def test_the_plate_and_the_imports_lead_to_the_traces(
    enter: Entrance, cast: Cast
) -> None:
    analyst, technician = enter(cast.analyst), enter(cast.technician)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    with enter.database.reading() as session:
        one = session.scalars(select(Injection).where(Injection.uid == uid)).one()
        well = batches.wells_by_ids(session, [one.well_id])[one.well_id]
        calls = session.get_one(Import, one.import_id).uid
        wanted = select(Import.uid).join(Trace, Trace.import_id == Import.id)
        trace = session.scalars(wanted.where(Trace.well_id == well.id)).one()
    address = f"/readings/{uid}/trace"
    for page in (f"/batches/{well.plate}", f"/imports/{calls}", f"/imports/{trace}"):
        assert address in analyst.get(page).text
        assert address not in technician.get(page).text
