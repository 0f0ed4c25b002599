"""What every page owes the eye, the ear, the keyboard and a thin line."""

from collections.abc import Iterator
import re
from typing import Any, NamedTuple

from playwright.sync_api import Response
import pytest

from tests.browser.conftest import Visit, served
from tests.browser.gallery import gallery

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "arabic": {"viewport": DESK, "cookies": {"language": "ar"}},
    "long words": {"viewport": DESK, "cookies": {"language": "en-XA"}},
    "200 % zoom": {"viewport": {"width": 640, "height": 450}},
    "tablet": {"viewport": {"width": 800, "height": 1280}, "has_touch": True},
    "tablet in Arabic": {
        "viewport": {"width": 800, "height": 1280},
        "cookies": {"language": "ar"},
    },
    "320 px": {"viewport": {"width": 320, "height": 640}},
    "print": {"viewport": {"width": 800, "height": 1100}},
}
FIRST_LOAD = 100_000
REQUESTS = 6


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(gallery()[0]) as address:
        yield address


@pytest.mark.parametrize("path", ["/", "/nowhere"])
@pytest.mark.parametrize("way", list(WAYS))
def test_axe_finds_nothing_and_nothing_overflows(
    visit: Visit, address: str, way: str, path: str
) -> None:
    seen = visit(address + path, **WAYS[way])
    if way == "print":
        seen.page.emulate_media(media="print")
    assert seen.overflows() == []
    assert seen.axe() == []
    assert [fault for fault in seen.violations() if "404" not in fault] == []


def test_the_signature_dialog_is_accessible(visit: Visit, address: str) -> None:
    for scheme in ("light", "dark"):
        seen = visit(address, color_scheme=scheme)
        seen.page.click("[data-opens=sign]")
        assert seen.axe() == []


def test_a_first_load_is_light(visit: Visit, address: str) -> None:
    sizes = first_load(visit, address)
    assert len(sizes) <= REQUESTS
    assert sum(size.wire for size in sizes) <= FIRST_LOAD


def test_the_empty_page_leaves_room_for_the_work(visit: Visit, address: str) -> None:
    """Of the 100 kB that a page may weigh, its frame takes at most 35.

    It is 85 to read: ten of them keep scans while the network is away.
    """
    sizes = first_load(visit, address + "/nowhere")
    assert sum(size.wire for size in sizes) <= 35_000
    assert sum(size.read for size in sizes) <= 85_000


class Size(NamedTuple):
    """Of one answer's body: bytes on the wire, and bytes that the browser reads."""

    wire: int
    read: int


def first_load(visit: Visit, url: str) -> list[Size]:
    seen = visit("about:blank")
    answers: list[Response] = []
    seen.page.on(
        "response",
        lambda one: answers.append(one),  # noqa: PLW0108 - no builtin can be marked by playwright
    )
    seen.page.goto(url, wait_until="networkidle")
    return [
        Size(one.request.sizes()["responseBodySize"], len(one.body()))
        for one in answers
    ]


def test_everything_that_is_pressed_at_the_bench_is_large_enough(
    visit: Visit, address: str
) -> None:
    seen = visit(address, viewport=DESK)
    small = seen.page.evaluate(
        """() => [...document.querySelectorAll(
        '.rail a, .btn, .filters a, .field input:not([type=checkbox]), .field select,' +
        '.tick label, .plate td a, .scan input, [data-list] td')].map((e) => [
        e.outerHTML.slice(0, 80), e.getBoundingClientRect()]).filter(([, r]) =>
        r.width > 0 && r.height < 43.5).map(([html, r]) => html + r.height)"""
    )
    assert small == []


def test_the_focus_is_always_seen(visit: Visit, address: str) -> None:
    seen = visit(address, viewport=DESK)
    bare = []
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        bare += seen.page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            const r = e.getBoundingClientRect();
            const seen = s.outlineStyle !== 'none' || s.boxShadow !== 'none';
            return e === document.body || (seen && r.bottom > 0 && r.top < innerHeight)
              ? [] : [e.outerHTML.slice(0, 100)]; }"""
        )
    assert bare == []


def test_nothing_shifts_while_a_page_loads_or_a_scan_is_answered(
    visit: Visit, address: str
) -> None:
    seen = visit(address, viewport=DESK)
    seen.page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver((list) => {
        for (const e of list.getEntries()) window.shift += e.value;
        }).observe({type: 'layout-shift', buffered: true}); }"""
    )
    seen.page.fill("#code", "CY-004187")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#band.right")
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.shift") <= 0.01


def test_stillness_is_respected(visit: Visit, address: str) -> None:
    seen = visit(address, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll('*')].filter((e) => {
      const s = getComputedStyle(e);
      return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0;
    }).length"""
    assert seen.page.evaluate(moving) == 0
    assert visit(address).page.evaluate(moving) > 0


def test_print_shows_the_exact_time_and_leaves_the_tools_out(
    visit: Visit, address: str
) -> None:
    seen = visit(address)
    seen.page.emulate_media(media="print")
    after = seen.page.evaluate(
        "getComputedStyle(document.querySelector('.trail time'), '::after').content"
    )
    assert "2026-10-12 07:14:03 UTC" in after
    for tool in (".rail", ".scan", ".btn"):
        assert not seen.page.locator(tool).first.is_visible()
    assert re.search(
        r"Printed .* by technician from /", seen.page.inner_text(".printed")
    )


def test_markup_that_was_slipped_in_commands_nothing(
    visit: Visit, address: str
) -> None:
    """An element without the page's nonce is stripped of what htmx would obey."""
    seen = visit(address)
    seen.page.evaluate(
        """() => { const b = document.createElement('button'); b.id = 'evil';
        b.setAttribute('hx-post', '/sign'); b.textContent = 'x';
        document.querySelector('main').append(b); htmx.process(b); }"""
    )
    assert seen.page.get_attribute("#evil", "hx-post") is None
    with pytest.raises(Exception, match="TrustedHTML"):
        seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b>x</b>')")
