"""An auditor takes the proof of a trail away, and checks it without us."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import expect
import pytest

from lims.access import SYSTEM
from lims.audit.integrator import Integrator
from lims.evidence import verify
from lims.jobs import make_bundles
from lims.laboratory import Laboratory
from tests import factories
from tests.browser.conftest import House, Seen
from tests.cast import Cast

pytestmark = pytest.mark.browser


def work(house: House) -> None:
    """What the integrator and the worker do beside the pages, in their thread."""
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(_work, house.entrance.laboratory).result() == 1


def _work(one: Laboratory) -> int:
    Integrator(one.database, one.log_keys, one.log_origin).round()
    return make_bundles(one, SYSTEM)


def sound(seen: Seen) -> None:
    assert seen.violations() == []
    assert seen.axe() == []
    assert seen.overflows() == []


def test_an_auditor_takes_a_bundle_away_and_checks_it(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    with house.entrance.database.transaction() as session:
        (code,), _box = factories.stored(session, 1)
    seen = house.at(cast.auditor, f"/trail/{code}")
    page = seen.page
    page.get_by_role("button", name="Evidence bundle").click()
    expect(page.locator(".chip")).to_contain_text(["being made"])
    expect(page.get_by_text("You may leave this page")).to_be_visible()
    sound(seen)

    work(house)
    take = page.get_by_role("button", name="Take the bundle")
    expect(take).to_be_visible(timeout=10_000)
    sound(seen)
    with page.expect_download() as coming:
        take.click()
    taken = tmp_path / "taken.zip"
    coming.value.save_as(taken)
    report = verify.examine(taken, verify.Trust())
    assert (report["answer"], report["broken"]) == (verify.UNANCHORED, [])

    page.goto(f"{house.address}/evidence/")
    expect(page.get_by_role("row").nth(1)).to_contain_text("ready")
    sound(seen)


def test_the_page_teaches_while_it_is_empty_on_a_narrow_screen_too(
    house: House, cast: Cast
) -> None:
    for width in (380, 1280):
        seen = house.at(
            cast.coordinator, "/evidence/", viewport={"width": width, "height": 900}
        )
        expect(
            seen.page.get_by_text("Nobody has asked for a bundle yet.")
        ).to_be_visible()
        sound(seen)
