"""A working session by scanner alone, as a US scanner types on any keyboard."""

from playwright.sync_api import Page, expect
import pytest

from lims.codes import shown
from lims.custody import queries
from lims.custody.stages import Stage
from lims.web.commands import commands
from tests import factories
from tests.browser import keys
from tests.browser.conftest import House
from tests.browser.keys import Keys
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("layout", [keys.US, keys.AZERTY], ids=["US", "AZERTY"])
def test_store_correct_take_out_weigh_and_hand_over_without_a_mouse(
    house: House, cast: Cast, layout: dict[str, str]
) -> None:
    database = house.entrance.database
    with database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
        box = factories.a_box(session)
        badge = queries.badge_of(session, cast.technician2)
    sheet = {one.name: one.code for one in commands(house.entrance.laboratory.words)}
    seen = house.at(cast.technician)
    page = seen.page

    def scan(text: str, says: str = "") -> None:
        Keys(page).scan(text.lower() if layout else text, 5, layout)
        if says:
            expect(page.locator("#band")).to_contain_text(says)

    scan(code)
    page.wait_for_url(f"**/samples/{code}")
    scan(box.positions[0], "stands in")
    scan(sheet["UNDO"], "really stands")
    scan(box.positions[1], "Corrected")
    scan(sheet["TAKE OUT EXTRACTION"], "in your hands")
    scan(sheet["UNDO"], "as before")
    scan(sheet["TAKE OUT EXTRACTION"], "in your hands")
    scan(code, "Scan a place, a badge or a command")
    with page.expect_navigation():
        scan(sheet["WEIGH"])
    expect(page.locator("#band")).to_contain_text("on the balance")
    scan(sheet["HAND OVER"], "Scan the badge")
    scan(badge, "to accept it")
    scan(sheet["FINISH"], "Nothing waits")
    assert _armed(page) == ""
    with database.reading() as session:
        now = queries.item(session, cast.technician, code)
        row = queries.named_sample(session, cast.technician, code)
        line = queries.custody_line(session, [row])
    assert now.stage == Stage.IN_USE
    assert now.offered_to == cast.technician2.user_id
    assert [one.action for one in line][-4:] == [
        "take out", "correct", "take out", "offer"
    ]  # fmt: skip
    assert shown(code) in page.content()
    assert seen.violations() == []


def _armed(page: Page) -> str:
    return page.locator("#armed").input_value()
