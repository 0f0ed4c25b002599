"""The bench in a real browser: bags received, items stored and handed over by scans."""

from pathlib import Path

from playwright.sync_api import Page, expect
import pytest

from lims.custody import manifests, queries
from lims.custody.tables import BagState
from tests import factories
from tests.browser.conftest import House
from tests.browser.keys import Keys
from tests.cast import Cast, badge_of

pytestmark = pytest.mark.browser


def scan(page: Page, code: str) -> None:
    Keys(page).scan(code, 5)


def band(page: Page, state: str, text: str) -> None:
    shown = page.locator(f"#band.{state}")
    expect(shown).to_contain_text(text)


def test_a_technician_receives_three_bags(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    with house.entrance.database.transaction() as session:
        sent = factories.a_consignment(session, 3)
    photograph = tmp_path / "seal.jpg"
    photograph.write_bytes(factories.a_picture())
    seen = house.at(cast.technician, f"/consignments/{sent.code}")
    page = seen.page

    scan(page, sent.bags[0])
    band(page, "ask", "Who hands it over?")
    page.fill("#giver", "courier of the mortuary")
    page.press("#giver", "Enter")
    expect(page.locator("#code")).to_be_focused()
    scan(page, sent.bags[0])
    band(page, "right", "Bag 1 of 3")
    expect(page.locator("main")).to_contain_text("1 intact · 0 differ · 2 to scan")
    expect(page.locator("main")).to_contain_text("courier of the mortuary")

    scan(page, sent.bags[1])
    scan(page, sent.bags[1])
    band(page, "again", "was received before")
    expect(page.locator("main")).to_contain_text("2 intact · 0 differ · 1 to scan")

    page.get_by_role("link", name=sent.bags[2]).click()
    expect(page.locator("#f-seal")).to_be_focused()
    scan(page, "CY-004168")
    expect(page.locator("#f-seal")).to_have_value("CY-004168")
    page.get_by_role("button", name="Receive it so").click()
    band(page, "hold", "seal differs. It is held.")
    page.set_input_files("input[type=file]", photograph)
    page.get_by_role("button", name="Keep this photograph").click()
    expect(page.get_by_alt_text("Photograph 1")).to_be_visible()

    page.get_by_role("button", name="Accept all 3").click()
    band(page, "right", "Every bag of the manifest is here.")
    assert seen.violations() == []
    with house.entrance.database.reading() as session:
        lines = manifests.manifest(session, cast.technician, sent.code)
    assert {line.bag: line.state for line in lines} == {
        sent.bags[0]: BagState.RECEIVED,
        sent.bags[1]: BagState.RECEIVED,
        sent.bags[2]: BagState.HELD,
    }
    assert [line.photographs for line in lines] == [0, 0, 1]


def test_an_item_is_stored_by_scanning_it_and_its_place(
    house: House, cast: Cast
) -> None:
    with house.entrance.database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
        box = factories.a_box(session)
    seen = house.at(cast.technician)
    scan(seen.page, code)
    expect(seen.page).to_have_url(f"{house.address}/samples/{code}")
    scan(seen.page, box.positions[0])
    band(seen.page, "right", "stands in")
    expect(seen.page.locator("main")).to_contain_text("stored")
    scan(seen.page, box.positions[0])
    band(seen.page, "again", "Nothing changed.")
    assert seen.violations() == []
    with house.entrance.database.reading() as session:
        assert queries.item(session, cast.technician, code).at == box.positions[0]


def test_two_people_hand_an_item_over_with_two_scans(house: House, cast: Cast) -> None:
    with house.entrance.database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
    giver = house.at(cast.technician, f"/samples/{code}")
    receiver = house.at(cast.technician2)
    scan(giver.page, badge_of("technician2"))
    band(giver.page, "ask", "Now Technician2 scans")
    scan(receiver.page, code)
    band(receiver.page, "right", "is in your hands now")
    assert giver.violations() == receiver.violations() == []
    with house.entrance.database.reading() as session:
        item = queries.item(session, cast.technician, code)
    assert item.holder_id == cast.technician2.user_id


def test_a_scan_that_is_refused_stays_until_the_next(house: House, cast: Cast) -> None:
    seen = house.at(cast.technician)
    scan(seen.page, "S7K2M9QXAW")
    band(seen.page, "wrong", "mistyped or misread")
    scan(seen.page, badge_of("technician2"))
    band(seen.page, "ask", "badge of Technician2")
