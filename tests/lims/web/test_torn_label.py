"""Journey 8: a torn label on a tube in the freezer, with two scans and two clicks."""

from dataclasses import dataclass, field
from html import unescape
import re

import pytest

from lims.printing import operations as printing
from lims.printing import queries
from lims.printing.tables import LabelState
from tests import factories
from tests.cast import Cast
from tests.factories import Box
from tests.lims.web.conftest import Browser, Enter

ARMED = re.compile(r'id="armed" name="armed" value="([^"]*)"')
BAND = re.compile(r'class="band (\w+)".*?data-armed="([^"]*)"', re.DOTALL)


@dataclass
class Gloves:
    """Somebody with a scanner and a page in front; scans and clicks are counted."""

    client: Browser
    page: str = ""
    armed: str = ""
    scans: int = 0
    clicks: int = 0
    state: str = field(default="", init=False)

    def scan(self, code: str) -> None:
        self.scans += 1
        told = {"code": code, "page": "", "armed": self.armed}
        asked = {"HX-Request": "true"}
        answer = self.client.post("/scan/", data=told, headers=asked)
        if to := answer.headers.get("HX-Redirect"):
            return self._open(to)
        found = BAND.search(answer.text)
        assert found is not None, answer.text
        self.state, self.armed = found[1], unescape(found[2])
        return None

    def follow(self, words: str) -> None:
        """Click the link with these words."""
        self.clicks += 1
        found = re.search(rf'href="([^"]*)">{words}</a>', self.page)
        assert found is not None, self.page
        self._open(unescape(found[1]))

    def press(self, button: str, **fields: str) -> bytes:
        """Click a button of the form on the page; what comes is kept as a file."""
        self.clicks += 1
        assert f'name="reason" value="{button}"' in self.page
        form = {**fields, "reason": button}
        answer = self.client.post("/labels/reprint", data=form)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return bytes(answer.data)

    def _open(self, address: str) -> None:
        self.page = self.client.get(address).text
        found = ARMED.search(self.page)
        self.armed = unescape(found[1]) if found else ""


@pytest.fixture
def freezer(enter: Enter, cast: Cast) -> tuple[str, Box]:
    """A tube with a label in the first position of a box."""
    with enter.database.transaction() as session:
        (code,), box = factories.stored(session)
        printing.print_labels(session, cast.technician, [code], "tube")
        return code, box


def test_a_torn_label_is_replaced_with_two_scans_and_two_clicks(
    enter: Enter, cast: Cast, freezer: tuple[str, Box]
) -> None:
    code, box = freezer
    hands = Gloves(enter(cast.technician))
    hands.scan(box.positions[0])
    assert code in hands.page
    hands.follow("Print its label again")
    sheet = hands.press("LABEL_TORN", codes=code, stock="tube")
    assert sheet.startswith(b"%PDF")
    with enter.database.reading() as session:
        new, old = queries.copies(session, code)
        assert (old.state, new.state) == (LabelState.VOID, LabelState.PRINTED)
        assert new.reason == "LABEL_TORN"
    hands.scan(code)
    assert hands.state == "right"
    assert (hands.scans, hands.clicks) == (2, 2)
    with enter.database.reading() as session:
        assert queries.copies(session, code)[0].state == LabelState.CONFIRMED
        assert queries.refusal(session, code) is None


def test_until_the_new_label_was_scanned_no_other_code_is_taken(
    enter: Enter, cast: Cast, freezer: tuple[str, Box]
) -> None:
    code, box = freezer
    hands = Gloves(enter(cast.technician))
    hands.scan(box.positions[0])
    hands.follow("Print its label again")
    hands.press("LABEL_TORN", codes=code, stock="tube")
    hands.scan(box.positions[1])
    assert hands.state == "wrong"
    hands.scan(code)
    assert hands.state == "right"


def test_typing_the_ten_characters_finds_the_tube_as_well(
    enter: Enter, cast: Cast, freezer: tuple[str, Box]
) -> None:
    code, _box = freezer
    hands = Gloves(enter(cast.technician))
    hands.scan(code.lower())
    hands.follow("Its label is torn")
    hands.press("LABEL_TORN", codes=code, stock="tube")
    hands.scan(code)
    assert (hands.scans, hands.clicks, hands.state) == (2, 2, "right")


def test_before_a_reason_is_given_the_page_takes_any_scan(
    enter: Enter, cast: Cast, freezer: tuple[str, Box]
) -> None:
    _code, box = freezer
    hands = Gloves(enter(cast.technician))
    hands.scan(box.positions[0])
    hands.follow("Print its label again")
    hands.scan(box.code)
    assert "Positions" in hands.page


def test_what_has_no_label_has_none_to_replace(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        (code,), _box = factories.stored(session)
    answer = enter(cast.technician).get(f"/labels/{code}/again")
    assert answer.status_code == 404
    assert "Print its first label" in answer.text
