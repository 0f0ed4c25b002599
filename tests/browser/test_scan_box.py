"""The scan box: a scanner is heard wherever it types, and a hand is left alone."""

from collections.abc import Iterator
from dataclasses import dataclass
import time

from playwright.sync_api import Route, expect
import pytest

from tests.browser import keys
from tests.browser.conftest import Seen, Visit, served
from tests.browser.gallery import Heard, gallery
from tests.browser.keys import Keys

pytestmark = pytest.mark.browser
CODE = "S7K2M9QXAV"
SILENT = """() => {
window.tones = [];
window.AudioContext = class {
  currentTime = 0;
  createGain() { return {gain: {setValueAtTime() {}, exponentialRampToValueAtTime() {}},
    connect(next) { return next; }}; }
  createOscillator() { const wave = {frequency: {}, connect: (n) => n, stop() {},
    start: (from) => window.tones.push(wave.frequency.value)}; return wave; }
}; }"""


@dataclass
class Bench:
    """The gallery open in a browser, with a scanner and a keyboard at it."""

    seen: Seen
    heard: Heard
    keys: Keys

    def codes(self, number: int = 1) -> list[str]:
        """The codes that reached the server, once so many have."""
        until = time.monotonic() + 5
        while len(self.heard.scans) < number and time.monotonic() < until:
            self.seen.page.wait_for_timeout(20)
        return [scan["code"] for scan in self.heard.scans]

    def value(self, selector: str) -> str:
        return self.seen.page.input_value(selector)

    def focused(self) -> str:
        found: str = self.seen.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent"
        )
        return found.strip()


@pytest.fixture
def bench(visit: Visit) -> Iterator[Bench]:
    app, heard = gallery()
    with served(app) as address:
        seen = visit(address)
        seen.page.evaluate(SILENT)
        yield Bench(seen, heard, Keys(seen.page))
        assert seen.violations() == []


def test_the_scan_box_has_the_focus_when_a_page_opens(bench: Bench) -> None:
    assert bench.focused() == "code"


@pytest.mark.parametrize("gap", [3, 12])
@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scan_is_sent_and_answered_in_the_band(
    bench: Bench, gap: float, end: str
) -> None:
    bench.keys.scan(CODE, gap, end=end)
    expect(bench.seen.page.locator("#band")).to_contain_text(f"Bag {CODE} received")
    assert bench.codes() == [CODE]
    assert bench.heard.scans[0]["page"] == "gallery"
    assert bench.value("#code") == ""
    assert bench.focused() == "code"


@pytest.mark.parametrize("gap", [3, 12])
def test_a_scan_into_another_field_is_taken_out_of_it(bench: Bench, gap: float) -> None:
    bench.seen.page.focus("#f-seal")
    bench.keys.write("cy12", 70)
    bench.keys.press("ArrowLeft")
    bench.keys.wait(100)
    bench.keys.scan(CODE, gap)
    assert bench.codes() == [CODE]
    assert bench.value("#f-seal") == "cy12"
    assert bench.focused() == "f-seal"


def test_a_scan_while_a_list_is_walked_moves_nothing(bench: Bench) -> None:
    bench.keys.press("ArrowDown")
    assert bench.focused() == "CY-004187"
    bench.keys.scan("kjkj/7", 5)
    assert bench.codes() == ["kjkj/7"]
    bench.keys.wait(150)
    assert bench.focused() == "CY-004187"


def test_a_field_that_asks_for_a_scan_keeps_it(bench: Bench) -> None:
    bench.seen.page.focus("#f-place")
    bench.keys.scan("XA11", 5)
    bench.keys.wait(100)
    assert bench.value("#f-place") == "XA11"
    assert bench.heard.scans == []
    assert bench.focused() == "f-condition"


def test_typing_is_left_alone(bench: Bench) -> None:
    bench.seen.page.focus("#f-seal")
    bench.keys.write("fast human", 70)
    bench.keys.press("Enter", 70)
    bench.keys.wait(100)
    assert bench.value("#f-seal") == "fast human"
    assert bench.heard.scans == []


def test_a_typed_code_is_sent_with_enter(bench: Bench) -> None:
    bench.keys.write("cy-004187", 70)
    bench.keys.press("Enter")
    assert bench.codes() == ["cy-004187"]


def test_a_key_held_down_is_no_scan(bench: Bench) -> None:
    bench.seen.page.focus("#f-seal")
    for _ in range(12):
        bench.seen.page.keyboard.down("x")
    bench.seen.page.keyboard.up("x")
    bench.keys.press("Enter", 5)
    bench.keys.wait(100)
    assert bench.heard.scans == []


@pytest.mark.parametrize("layout", [keys.AZERTY, keys.QWERTZ])
@pytest.mark.parametrize("code", [CODE, "]d1" + CODE, "SYQ0M6WAZW"])
def test_a_scan_on_a_foreign_keyboard_layout_is_repaired(
    bench: Bench, layout: dict[str, str], code: str
) -> None:
    bench.keys.scan(code.lower(), 5, layout)
    (heard,) = bench.codes()
    assert heard.upper() == code.upper()


def test_a_scanner_set_to_the_foreign_layout_is_believed(bench: Bench) -> None:
    """Its characters come right while its keys, read as American ones, do not."""
    bench.keys.scan("szq0m6wayw", 5, keys.QWERTZ)
    assert bench.codes() == ["syq0m6wazw"]


def test_enter_never_submits_half_a_form(bench: Bench) -> None:
    bench.seen.page.focus("#f-seal")
    bench.keys.write("cy12", 70)
    bench.keys.press("Enter")
    assert bench.focused() == "f-place"
    bench.keys.press("Enter")
    assert bench.focused() == "f-condition"
    bench.seen.page.select_option("#f-condition", "dry")
    bench.keys.press("Enter")
    assert bench.focused() == "f-place"
    bench.keys.write("x1", 70)
    bench.keys.press("Enter")
    assert bench.focused() == "Save"
    assert bench.heard.forms == []
    with bench.seen.page.expect_navigation():
        bench.keys.press("Enter")
    assert bench.heard.forms == ["/describe"]


def _slowly(route: Route) -> None:
    time.sleep(0.2)
    route.continue_()


def test_a_double_click_submits_once(bench: Bench) -> None:
    page = bench.seen.page
    page.fill("#f-seal", "1")
    page.fill("#f-place", "1")
    page.select_option("#f-condition", "dry")
    page.route("**/describe", _slowly)
    page.dblclick("#describe .quiet")
    page.wait_for_timeout(600)
    assert bench.heard.forms == ["/describe"]


def test_f2_brings_the_scan_box_back_and_typing_finds_it(bench: Bench) -> None:
    bench.seen.page.focus("#f-seal")
    bench.keys.press("F2")
    assert bench.focused() == "code"
    bench.keys.press("Escape")
    assert bench.focused() != "code"
    bench.keys.write("cy9", 80)
    assert bench.focused() == "code"
    assert bench.value("#code") == "cy9"


def test_an_empty_scan_box_leads_to_the_next_action_and_does_nothing(
    bench: Bench,
) -> None:
    bench.keys.press("Enter")
    assert bench.focused().startswith("Accept 19")
    assert bench.heard.scans == []
    expect(bench.seen.page.locator("dialog")).not_to_be_visible()


def test_a_list_is_walked_with_j_k_and_opened_with_enter(bench: Bench) -> None:
    bench.keys.write("j", 80)
    bench.keys.wait(500)
    assert bench.focused() == "CY-004187"
    bench.keys.write("j", 80)
    bench.keys.wait(120)
    bench.keys.write("j", 80)
    bench.keys.wait(120)
    bench.keys.write("k", 80)
    bench.keys.wait(120)
    assert bench.focused() == "CY-004186"
    bench.keys.write("/", 80)
    bench.keys.wait(120)
    assert bench.focused() == "filter"
    bench.keys.press("Escape")
    bench.keys.press("F2")
    bench.keys.press("ArrowDown")
    with bench.seen.page.expect_navigation(url="**/bag/CY-004187"):
        bench.keys.press("Enter")
    bench.seen.faults.clear()  # the gallery has no such page


def test_a_code_that_begins_with_a_key_of_the_page_can_be_typed(bench: Bench) -> None:
    bench.keys.write("kj12", 120)
    assert bench.value("#code") == "kj12"
    bench.keys.wait(500)
    assert bench.focused() == "code"


def test_the_key_on_the_button_does_the_next_action(bench: Bench) -> None:
    bench.keys.write("a", 80)
    bench.keys.wait(500)
    assert bench.focused().startswith("Accept 19")
    expect(bench.seen.page.locator("dialog")).not_to_be_visible()
    bench.keys.write("a", 80)
    expect(bench.seen.page.locator("dialog")).to_be_visible()


def test_letter_keys_can_be_switched_off(bench: Bench) -> None:
    bench.seen.page.click("[data-keys]")
    assert bench.seen.page.get_attribute("[data-keys]", "aria-pressed") == "false"
    bench.keys.write("a", 80)
    bench.keys.wait(150)
    expect(bench.seen.page.locator("dialog")).not_to_be_visible()
    bench.seen.page.reload()
    bench.keys.write("j", 80)
    bench.keys.wait(500)
    assert bench.value("#code") == "j"


@pytest.mark.parametrize(
    ("code", "state", "tones"),
    [
        (CODE, "right", [1320]),
        ("DONE0001", "again", [1320, 990]),
        ("ARMS0001", "ask", [880, 1175]),
        ("REFUSED1", "wrong", [196, 196]),
    ],
)
def test_each_answer_has_its_own_tone(
    bench: Bench, code: str, state: str, tones: list[int]
) -> None:
    bench.keys.scan(code, 5)
    expect(bench.seen.page.locator(f"#band.{state}")).to_be_visible()
    assert bench.seen.page.evaluate("window.tones") == tones
    if state == "wrong":
        bench.seen.faults.clear()  # the browser tells of the 409


def test_what_one_scan_arms_goes_with_the_next_even_when_it_comes_at_once(
    bench: Bench,
) -> None:
    bench.keys.scan("ARMS0001", 5)
    bench.keys.write(CODE, 60)
    bench.keys.press("Enter", 60)
    bench.codes(2)
    assert [scan["armed"] for scan in bench.heard.scans] == ["", "tube 1"]
    expect(bench.seen.page.locator("#armed")).to_have_value("")


def test_a_scan_that_stood_in_line_is_answered_in_the_band(bench: Bench) -> None:
    """Its band was replaced while it waited; what it disarms must be disarmed."""
    bench.keys.scan("SLOW0001", 5)
    bench.keys.scan(CODE, 5)
    expect(bench.seen.page.locator("#band")).to_contain_text(f"Bag {CODE} received")
    assert [scan["armed"] for scan in bench.heard.scans] == ["", "tube 1"]
    expect(bench.seen.page.locator("#armed")).to_have_value("")


def test_an_answer_reloads_the_parts_that_live(bench: Bench) -> None:
    expect(bench.seen.page.locator("#live")).to_have_text("Loaded 0 times")
    for _ in range(2):
        bench.keys.scan(CODE, 5)
        bench.keys.wait(300)
    expect(bench.seen.page.locator("#live")).to_have_text("again")
    assert bench.heard.live == 2


def test_a_scan_may_lead_to_another_page(bench: Bench) -> None:
    with bench.seen.page.expect_navigation(url="**/today"):
        bench.keys.scan("GOTO0001", 5)


def test_silence_of_the_server_is_told_with_the_code_and_the_scan_kept(
    bench: Bench,
) -> None:
    bench.seen.page.route("**/scan", lambda route: route.abort())
    bench.keys.scan(CODE, 5)
    band = bench.seen.page.locator("#band.ask")
    expect(band).to_contain_text("Kept on this computer, not yet confirmed")
    expect(band).to_contain_text(CODE)
    bench.seen.faults.clear()  # the browser tells of the lost request


def test_a_refused_signature_stays_open_and_an_accepted_one_leaves(
    bench: Bench,
) -> None:
    page = bench.seen.page
    page.click("[data-opens=sign]")
    page.keyboard.type("wrong one")
    page.keyboard.press("Enter")
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-answer")).to_contain_text("The password is not yours")
    assert page.locator("#band").count() == 1
    bench.seen.faults.clear()  # the browser tells of the 409
    page.fill("#sign [name=password]", "right")
    with page.expect_navigation(url="**/today"):
        page.keyboard.press("Enter")
    assert bench.heard.forms == ["/sign", "/sign"]
