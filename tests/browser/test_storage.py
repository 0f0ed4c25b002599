"""The freezer in a real browser: stored, counted and relabelled by scans."""

from playwright.sync_api import Page, expect
import pytest

from lims.custody import queries
from lims.printing import operations as printing
from lims.printing import queries as labels
from lims.printing.tables import LabelState
from tests import factories
from tests.browser.conftest import House
from tests.browser.keys import Keys
from tests.cast import Cast

pytestmark = pytest.mark.browser


def scan(page: Page, code: str) -> None:
    Keys(page).scan(code, 5)


def band(page: Page, state: str, text: str) -> None:
    expect(page.locator(f"#band.{state}")).to_contain_text(text)


def test_two_tubes_into_a_box_then_counted_then_one_relabelled(
    house: House, cast: Cast
) -> None:
    database = house.entrance.database
    with database.transaction() as session:
        first, second = factories.in_the_laboratory(session, 2)
        box = factories.a_box(session, rows=2, columns=2)
        printing.print_labels(session, cast.technician, [first], "tube")
    seen = house.at(cast.technician, f"/samples/{first}")
    page = seen.page

    scan(page, box.code)
    band(page, "ask", "A1 of Box 1 is free")
    scan(page, box.code)
    band(page, "right", "stands in A1")
    scan(page, second)
    band(page, "ask", "A2 of Box 1 is free")
    page.get_by_role("link", name="Picture of the box").click()
    page.get_by_role("button", name="Put it into B2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"B2 holds {second}")).to_be_visible()

    page.get_by_role("button", name="Count what is in it").click()
    expect(page.locator("main")).to_contain_text("0 scanned · 2 missing")
    scan(page, first)
    band(page, "right", "is here")
    expect(page.locator("main")).to_contain_text("1 scanned · 1 missing")
    page.reload()
    scan(page, second)
    expect(page.locator("main")).to_contain_text("2 scanned · 0 missing")
    page.get_by_role("button", name="End the count").click()
    expect(page.locator("main")).to_contain_text("ended")

    # Journey 8: two scans, two clicks.
    scan(page, box.positions[0])
    page.get_by_role("link", name="Print its label again").click()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Label torn or unreadable").click()
    assert sheet.value.suggested_filename.endswith(".pdf")
    scan(page, box.positions[3])
    band(page, "wrong", "First scan the new label")
    scan(page, first)
    band(page, "right", "Copy 2")
    with database.reading() as session:
        assert labels.copies(session, first)[0].state == LabelState.CONFIRMED
        item = queries.item(session, cast.technician, second)
        assert item.at == box.positions[3]
    refused = "409 (CONFLICT)"  # of the other code, which the browser logs
    assert [one for one in seen.violations() if refused not in one] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_box_and_inventory_fit_a_telephone_in_both_directions(
    house: House, cast: Cast, scheme: str, direction: str
) -> None:
    with house.entrance.database.transaction() as session:
        _codes, box = factories.stored(session, 3)
    small = {"width": 390, "height": 844}
    options = {"viewport": small, "color_scheme": scheme}
    seen = house.at(cast.technician, f"/places/{box.code}", **options)
    turn = f"document.documentElement.dir = '{direction}'"
    for press in ("Count what is in it", ""):
        seen.page.evaluate(turn)
        assert seen.overflows() == []
        assert seen.axe() == []
        if press:
            seen.page.get_by_role("button", name=press).click()
            seen.page.wait_for_load_state()


def test_a_position_is_chosen_without_script(house: House, cast: Cast) -> None:
    with house.entrance.database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
        box = factories.a_box(session)
    path = f"/places/{box.code}?item={code}"
    page = house.at(cast.technician, path, java_script_enabled=False).page
    page.get_by_role("button", name="Put it into A3").click()
    expect(page.get_by_label(f"A3 holds {code}")).to_be_visible()
