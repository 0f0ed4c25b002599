"""The electropherogram is open to whom the reading is."""

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
    assert len(page) < 60_000


def test_without_a_trace_the_reading_leads_to_none(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_injection"](enter.laboratory)["uid"]
    assert "/trace" not in client.get(f"/readings/{uid}").text
    assert client.get(f"/readings/{uid}/trace").status_code == 404
