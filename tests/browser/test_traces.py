"""The electropherogram in a browser: zoom, keys, a replicate beneath, and paper."""

from io import BytesIO
from pathlib import Path
import re

from playwright.sync_api import Page
import pypdfium2
import pytest

from tests.browser.conftest import House, Seen
from tests.cast import Cast
from tests.traced import injected_twice

pytestmark = pytest.mark.browser
PART = "[data-epg={}]"


def _opened(house: House, cast: Cast, query: str = "", **options: object) -> Seen:
    uid = injected_twice(house.entrance.laboratory)[0]
    return _at(house, cast, f"/readings/{uid}/trace{query}", **options)


def _at(house: House, cast: Cast, path: str, **options: object) -> Seen:
    seen = house.at(cast.analyst, path, **options)
    seen.page.locator("#epg[data-painted]").wait_for()
    return seen


def _view(page: Page) -> tuple[int, int]:
    low, high = page.inner_text(PART.format("view")).split()[0].split("–")
    return int(low), int(high)


def _noted(page: Page) -> list[str]:
    return page.locator(f"{PART.format('log')} li").all_inner_texts()


def test_a_drag_zooms_and_two_clicks_show_the_whole(house: House, cast: Cast) -> None:
    page = _opened(house, cast).page
    whole = _view(page)
    trace = page.locator(".u-over").first
    box = trace.bounding_box()
    assert box is not None
    trace.scroll_into_view_if_needed()
    trace.hover(position={"x": box["width"] * 0.25, "y": 60})
    page.mouse.down()
    trace.hover(position={"x": box["width"] * 0.5, "y": 60})
    page.mouse.up()
    low, high = _view(page)
    middle = (whole[1] - whole[0]) / 4
    assert abs(low - whole[0] - middle) < 4
    assert abs(high - whole[0] - 2 * middle) < 4
    assert page.url.endswith(f"-{page.evaluate('location.hash').partition('-')[2]}")
    page.reload()
    page.locator("#epg[data-painted]").wait_for()
    assert _view(page) == (low, high)
    page.locator(".u-over").first.dblclick(position={"x": 90, "y": 60})
    assert _view(page) == whole
    assert "#" not in page.url


def test_keys_zoom_move_and_note_what_lies_at_the_cursor(
    house: House, cast: Cast
) -> None:
    seen = _opened(house, cast)
    page = seen.page
    whole = _view(page)
    page.locator(PART.format("charts")).focus()
    page.keyboard.press("ArrowUp")
    near = _view(page)
    assert near[1] - near[0] < (whole[1] - whole[0]) * 0.6
    page.keyboard.press("ArrowRight")
    assert _view(page)[0] > near[0]
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    first, second = _noted(page)
    assert first != second
    assert "bp: B " in first
    page.keyboard.press("Home")
    assert _view(page) == whole
    page.get_by_role("button", name="Clear the notes").click()
    assert _noted(page) == []
    assert seen.violations() == []


def test_a_scan_goes_where_it_belongs_from_the_traces_too(
    house: House, cast: Cast
) -> None:
    page = _opened(house, cast).page
    page.locator(PART.format("charts")).focus()
    page.keyboard.type("S7K2M9QXA1", delay=4)
    page.keyboard.press("Enter")
    page.locator("#band.wrong, #band.ask").wait_for()
    assert _noted(page) == []


def test_who_hears_the_page_is_told_the_calls(house: House, cast: Cast) -> None:
    page = _opened(house, cast).page
    blue = page.locator("[data-epg=charts] section").first.inner_text()
    assert "D16S539 peak without a call" in blue
    assert re.search(r"TPOX \d+ 15\d\d RFU", blue)


def test_a_dye_is_put_away_and_shown_again(house: House, cast: Cast) -> None:
    page = _opened(house, cast).page
    green = page.get_by_role("button", name="G", exact=True)
    green.click()
    assert green.get_attribute("aria-pressed") == "false"
    assert page.get_by_role("heading", name="G · VIC").count() == 0
    green.click()
    assert page.get_by_role("heading", name="G · VIC").is_visible()


def test_a_replicate_stands_beneath_in_the_same_view(house: House, cast: Cast) -> None:
    seen = _opened(house, cast, "#180.0-240.0")
    page = seen.page
    words = page.locator("#beside option").all_inner_texts()
    assert [one.split(",")[0] for one in words] == [
        "nothing", "Replicate 1", "Ladder", "Positive control",
    ]  # fmt: skip
    page.select_option("#beside", index=1)
    page.wait_for_url("**beside=**")
    page.locator("#epg[data-painted]").wait_for()
    assert _view(page) == (180, 240)
    assert page.locator(".uplot").count() == 12
    page.locator(PART.format("charts")).focus()
    page.keyboard.press("Shift+ArrowRight")
    assert " | " in page.inner_text(PART.format("at"))
    assert seen.violations() == []
    assert seen.axe() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_the_page_and_axe_finds_nothing(
    house: House, cast: Cast, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    seen = _opened(house, cast, viewport=size, color_scheme=scheme)
    assert seen.overflows() == []
    assert seen.axe() == []
    assert seen.violations() == []
    assert not seen.page.locator(".paper").is_visible()


def test_without_script_the_servers_drawing_stands(house: House, cast: Cast) -> None:
    uid = injected_twice(house.entrance.laboratory)[0]
    path = f"/readings/{uid}/trace"
    seen = house.at(cast.analyst, path, java_script_enabled=False)
    assert seen.page.get_by_role("img").count() == 6
    assert not seen.page.locator("#epg").is_visible()
    seen.page.select_option("#beside", index=2)
    seen.page.get_by_role("button", name="Show").click()
    assert seen.page.get_by_role("img").count() == 12


def test_on_paper_stand_all_dyes_with_their_calls(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    page = _opened(house, cast).page
    sheet = pypdfium2.PdfDocument(BytesIO(page.pdf(path=tmp_path / "trace.pdf")))
    text = "".join(one.get_textpage().get_text_range() for one in sheet)
    assert len(sheet) <= 3
    for word in ("D16S539", "TH01", "peak without a call", "size standard"):
        assert word in text
    assert "Zoom" not in text
    assert "Taller" not in text
