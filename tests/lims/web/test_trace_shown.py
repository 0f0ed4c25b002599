"""The electropherogram is open to whom the reading is."""

from dataclasses import replace

from lims.batches import queries as batches
from lims.results import readable
from lims.web.trace_shown import electropherogram
from tests.cast import Cast
from tests.kits import GLOBALFILER
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
    assert "Below each dye: base pairs" in page


def test_without_a_trace_the_reading_leads_to_none(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_injection"](enter.laboratory)["uid"]
    assert "/trace" not in client.get(f"/readings/{uid}").text
    assert client.get(f"/readings/{uid}/trace").status_code == 404


def test_a_kit_without_a_panel_is_drawn_in_scans_and_not_judged(
    enter: Entrance, cast: Cast
) -> None:
    laboratory = enter.laboratory
    uid = str(OBJECTS["an_unread_trace"](laboratory)["uid"])
    kit = replace(GLOBALFILER, name="A kit of our own")
    with laboratory.database.reading() as session:
        one = readable.injection(session, cast.analyst, uid)
        well = batches.wells_by_ids(session, [one.well_id])[one.well_id]
        epg = electropherogram(session, laboratory.store, one, well, kit)
    assert len(epg.drawings) == 6
    assert not epg.is_sized
    assert "No panel of this kit" in epg.told[0]
