"""08:10, a box of 24 bags at the door: journey 1, by the bench's scanner alone.

29 scans and 2 clicks: the plan counts 26 and 2. The three more: the badge of whoever
hands over, the seal that differs, and its bag a second time. NOMEN_PICTURES names a
folder for the film strip of the user's guide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import os
from pathlib import Path
import time

from playwright.sync_api import Page, expect
import pytest

from lims.custody import manifests
from lims.custody.tables import BagState
from lims.demo.simulated import Simulated
from lims.stations import operations, queries_scans
from tests import factories
from tests.browser.conftest import House
from tests.cast import Cast, badge_of

pytestmark = pytest.mark.browser

BAGS, ANOTHER_SEAL = 24, "CY-004168"
SCANS, CLICKS = 29, 2


@dataclass
class Hands:
    """Gloved hands at one bench: they scan, rarely click, and are counted."""

    page: Page
    bench: Simulated
    scans: int = 0
    clicks: int = 0
    pictures: int = 0

    def scan(self, text: str, state: str, told: str) -> None:
        self.bench.scan(text)
        self.scans += 1
        expect(self.page.locator(f"#band.{state}")).to_contain_text(told)

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.clicks += 1

    def look(self) -> None:
        """One picture of the film strip, where somebody wants it."""
        self.pictures += 1
        if folder := os.environ.get("NOMEN_PICTURES"):
            picture = Path(folder, f"journey-1-{self.pictures}.png")
            self.page.screenshot(path=picture, caret="initial")


@pytest.fixture
def bench(house: House, cast: Cast, tmp_path: Path) -> Iterator[Simulated]:
    with house.entrance.database.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Door")
        found = operations.enrol(session, code, "127.0.0.1")
    assert found is not None
    folder = tmp_path / "bench"
    folder.mkdir()
    made = Simulated(folder, house.address, found[1])
    made.start()
    yield made
    made.stop()


def _until_works(house: House, cast: Cast) -> None:
    """The badge has put the technician at the bench."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        with house.entrance.database.reading() as session:
            if queries_scans.here(session, cast.technician):
                return
        time.sleep(0.05)
    pytest.fail("the badge of the technician came to nothing")


def test_a_box_of_24_bags_is_received_by_scans_and_two_clicks(
    house: House, cast: Cast, bench: Simulated, tmp_path: Path
) -> None:
    with house.entrance.database.transaction() as session:
        sent = factories.a_consignment(session, BAGS)
    photograph = tmp_path / "seal.jpg"
    photograph.write_bytes(factories.a_picture())
    *bags, other = sent.bags
    bench.scan(badge_of("technician"))
    _until_works(house, cast)
    seen = house.at(cast.technician, viewport={"width": 1280, "height": 720})
    hands, page = Hands(seen.page, bench, scans=1), seen.page
    expect(page.locator("body")).to_contain_text("Door")
    hands.look()
    bench.scan(sent.code)
    hands.scans += 1
    page.wait_for_url(f"**/consignments/{sent.code}")
    hands.look()
    hands.scan(badge_of("mortuary"), "ask", "hands over")
    for number, bag in enumerate(bags, start=1):
        hands.scan(bag, "right", f"Bag {number} of {BAGS}")
        if number == BAGS // 2:
            hands.look()
    hands.scan(ANOTHER_SEAL, "ask", "stands on no line")
    hands.scan(other, "ask", f"wear the seal '{ANOTHER_SEAL}'")
    hands.look()
    hands.scan(other, "hold", "It is held.")
    page.set_input_files("input[type=file]", photograph)  # the phone's camera
    hands.click("Keep this photograph")
    expect(page.get_by_alt_text("Photograph 1")).to_be_visible()
    hands.look()
    hands.click(f"Accept all {BAGS}")
    expect(page.locator("#band.right")).to_contain_text("Every bag of the manifest")
    hands.look()

    assert (hands.scans, hands.clicks) == (SCANS, CLICKS)
    assert seen.violations() == []
    with house.entrance.database.reading() as session:
        lines = manifests.manifest(session, cast.technician, sent.code)
        mine = manifests.manifest(session, cast.mortuary, sent.code)
    states = [line.state for line in lines]
    assert states == [BagState.RECEIVED] * (BAGS - 1) + [BagState.HELD]
    assert (lines[-1].seal_found, lines[-1].photographs) == (ANOTHER_SEAL, 1)
    assert [line.state for line in mine] == states, "the sender sees it at once"
