"""An auditor walks the desk: search, line, draw, requirements, finding."""

from pathlib import Path
import re

from playwright.sync_api import Page, expect
import pytest

from lims import jobs
from lims.access import SYSTEM
from lims.audit import verification
from lims.audit.integrator import Integrator
from lims.codes import shown
from lims.db import Database
from lims.desk.evidence import ANSWERED
from tests.browser.conftest import Seen, Visit, served
from tests.cast import Cast
from tests.factories import stored
from tests.lims.web.conftest import Entrance, app_on

pytestmark = pytest.mark.browser
SIZE = {"width": 1280, "height": 900}


def looked_at(seen: Seen) -> None:
    """Nothing is broken on this page, and axe finds nothing."""
    assert seen.violations() == []
    assert seen.axe() == []
    assert seen.overflows() == []


def follow(page: Page, link: str) -> None:
    page.get_by_role("link", name=link).first.click()


def test_an_auditor_walks_the_desk(
    embedded: Database, tmp_path: Path, visit: Visit, cast: Cast
) -> None:
    enter = Entrance(app_on(embedded, tmp_path))
    with embedded.transaction() as session:
        (code, _), box = stored(session, 2)
    Integrator(embedded, tmp_path / "keys", "test.example/log").round()
    assert jobs.follow_mentions(enter.laboratory, SYSTEM) > 0
    with embedded.transaction() as session:
        verification.tell(session, verification.verify(session))
    (token,) = enter.log_in(cast.auditor)
    with served(enter.app) as address:
        seen = visit(address, cookies={"nomen": token}, viewport=SIZE)
        page = seen.page
        page.goto(f"{address}/desk/")
        expect(page.locator("#log-tile")).to_contain_text("it was whole")
        looked_at(seen)

        _search(seen, box.positions[0])
        follow(page, "Stored")
        expect(page.get_by_role("heading", level=1)).to_contain_text(shown(code))
        expect(page.locator(".chip.done")).to_contain_text("without gaps")
        looked_at(seen)

        _draw(seen, address)
        _answer(seen, address, enter)
        _find(seen, address, code)


def _search(seen: Seen, place: str) -> None:
    page = seen.page
    page.get_by_label("Code or bag number").first.fill(shown(place).lower())
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    looked_at(seen)
    page.get_by_label("Name").fill("What the first position held")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="What the first position held").click()
    expect(page.locator("main")).to_contain_text("Nothing new since then.")
    looked_at(seen)
    follow(page, "All that fits")


def _draw(seen: Seen, address: str) -> None:
    page = seen.page
    page.goto(f"{address}/desk/draws/")
    looked_at(seen)
    page.get_by_label("Title").fill("Yearly review")
    page.get_by_label("How many").fill("2")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator("main")).to_contain_text("0 of 2 cases looked at")
    looked_at(seen)
    page.get_by_role("button", name="Looked at").first.click()
    page.get_by_label("What was found").fill("The photograph is missing.")
    page.get_by_label("Answer due").fill("2027-01-31")
    page.get_by_role("button", name="Looked at").click()
    expect(page.locator("main")).to_contain_text("2 of 2 cases looked at")


def _answer(seen: Seen, address: str, enter: Entrance) -> None:
    page = seen.page
    page.goto(f"{address}/desk/requirements/")
    page.get_by_role("button", name="Check them all").click()
    expect(page.locator("main")).to_contain_text("still being checked")
    assert jobs.check_requirements(enter.laboratory, SYSTEM) == len(ANSWERED)
    expect(page.locator("main")).to_contain_text("All checks that were asked for")
    follow(page, "Show them")
    expect(page.locator(".head .sub")).to_contain_text(
        re.compile(
            rf"0 fail · [0-9]+ pass, of them [0-9]+ in part · {len(ANSWERED)} can"
        )
    )
    looked_at(seen)
    follow(page, "At no time was an item without a holder or place.")
    expect(page.locator("main")).to_contain_text("Nothing fails.")
    looked_at(seen)


def _find(seen: Seen, address: str, code: str) -> None:
    page = seen.page
    page.goto(f"{address}/desk/line/{code}")
    follow(page, "Record a finding")
    looked_at(seen)
    page.get_by_label("What was found").fill("The seal is not readable.")
    page.get_by_label("Answer due").fill("2027-01-31")
    page.get_by_role("button", name="Record").click()
    expect(page.locator("main")).to_contain_text("The seal is not readable.")
    looked_at(seen)
    page.get_by_label("The evidence that it is mended").fill(
        "Seen on a new photograph."
    )
    page.get_by_role("button", name="Close the finding").click()
    expect(page.locator(".chip.done").first).to_contain_text("closed")
    page.goto(f"{address}/findings/")
    expect(page.locator("tbody tr")).to_have_count(1)
    looked_at(seen)
