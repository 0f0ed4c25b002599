"""The network drops: scans are kept in the browser and arrive once. And a bench's."""

from pathlib import Path
import time

from playwright.sync_api import Page, expect
import pytest
from sqlalchemy import select

from instruments.outbox import Outbox
from instruments.posting import Server
from lims import clock
from lims.codes import Kind, draw, shown
from lims.custody import operations_holds, queries
from lims.stations import operations
from lims.stations.tables import KeptScan
from tests import factories
from tests.browser.conftest import House, Seen
from tests.browser.keys import AZERTY, Keys
from tests.cast import Cast
from tests.factories import Box

pytestmark = pytest.mark.browser


def _ready(seen: Seen) -> None:
    """The service worker has what it needs."""
    seen.page.evaluate(
        """async () => { await navigator.serviceWorker.ready;
        while (!await caches.match('/scan/offline'))
          await new Promise((right) => setTimeout(right, 50)); }"""
    )


def _states(house: House) -> list[str]:
    with house.entrance.database.reading() as session:
        return list(session.scalars(select(KeptScan.came_to).order_by(KeptScan.id)))


def _until(house: House, page: Page, number: int) -> list[str]:
    limit = time.monotonic() + 20
    while len(found := _states(house)) < number:
        assert time.monotonic() < limit, found
        page.wait_for_timeout(50)
    return found


@pytest.fixture
def things(house: House) -> tuple[list[str], Box]:
    with house.entrance.database.transaction() as session:
        codes = factories.in_the_laboratory(session, 2)
        return codes, factories.a_box(session)


def _scan(page: Page, text: str) -> None:
    Keys(page).scan(text.lower(), 5, AZERTY)
    page.wait_for_timeout(150)


def test_scans_made_offline_survive_a_reload_and_arrive_once_and_a_held_item_stays(
    house: House, cast: Cast, things: tuple[list[str], Box]
) -> None:
    (first, second), box = things
    seen = house.at(cast.technician)
    page = seen.page
    _ready(seen)
    page.context.set_offline(True)
    _scan(page, first)
    expect(page.locator("#band.ask")).to_contain_text("not yet confirmed")
    page.reload()
    expect(page.locator("h1")).to_have_text("No network")
    expect(page.locator("#kept-list li")).to_have_count(1)
    _scan(page, box.positions[0])
    with house.entrance.database.reading() as session:
        badge = queries.badge_of(session, cast.manager)
    _scan(page, second)
    _scan(page, badge)
    expect(page.locator("#kept-list li")).to_have_count(4)
    expect(page.locator("#pending b")).to_have_text("4")
    seen.faults.clear()  # the browser tells that there is no network
    with house.entrance.database.transaction() as session:
        operations_holds.hold(session, cast.quality, second, "SWAP_SUSPECTED")
    page.route("**/scan/", lambda route: (route.fetch(), route.abort()), times=1)
    page.context.set_offline(False)
    assert _until(house, page, 4) == ["unchanged", "applied", "unchanged", "held"]
    expect(page.locator("#pending")).to_be_hidden()
    with house.entrance.database.reading() as session:
        assert queries.item(session, cast.technician, first).at == box.positions[0]
        held = queries.item(session, cast.technician, second)
        assert held.offered_to is None
        assert set(held.holds) == {"SWAP_SUSPECTED", "UNAPPLIED_SCAN"}


def test_a_scan_that_is_late_and_forbidden_is_told_as_held(
    house: House, cast: Cast, things: tuple[list[str], Box]
) -> None:
    (first, _), _ = things
    seen = house.at(cast.technician)
    page = seen.page
    _ready(seen)
    page.goto(f"{house.address}/samples/{first}")
    page.context.set_offline(True)
    _scan(page, draw(Kind.PLACE))
    expect(page.locator("#band.ask")).to_contain_text("not yet confirmed")
    seen.faults.clear()
    page.context.set_offline(False)
    expect(page.locator("#band.hold")).to_contain_text(shown(first), timeout=15_000)
    assert _states(house) == ["held"]
    page.goto(f"{house.address}/here")
    expect(page.locator("body")).to_contain_text("Scans that somebody must look into")
    assert seen.axe() == []
    assert seen.violations() == []


def test_scans_and_weights_of_a_bench_come_to_the_page_within_a_breath(
    house: House, cast: Cast, things: tuple[list[str], Box], tmp_path: Path
) -> None:
    (first, _), box = things
    with house.entrance.database.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Bench 1")
        found = operations.enrol(session, code, "127.0.0.1")
        assert found is not None
    server, outbox = Server(house.address, found[1]), Outbox(tmp_path / "outbox.db")
    seen = house.at(cast.technician, "/here")
    page = seen.page
    page.get_by_role("button", name="Work at Bench 1").click()
    expect(page.locator("#band")).to_contain_text("You work at Bench 1")

    def bring(text: str, kind: str = "scan") -> None:
        outbox.put("gun", kind, text, text.encode(), clock.now())
        outbox.received(server.send(outbox.waiting()).received)

    bring("0.4123 g B123456789", "weight")
    expect(page.locator("#weight")).to_have_text("0.4123 g")
    bring(first)
    page.wait_for_url(f"**/samples/{first}")
    bring(box.positions[0])
    expect(page.locator("#band.right")).to_contain_text("stands in")
    assert _until(house, page, 2) == ["unchanged", "applied"]
    page.goto(f"{house.address}/labels/")
    page.focus("textarea >> nth=0")
    bring(first)
    expect(page.locator("textarea >> nth=0")).to_have_value(f"{first}\n")
    assert _until(house, page, 3)[2] == "unchanged"
    outbox.close()
    assert seen.violations() == []
