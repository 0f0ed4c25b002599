"""A new colleague's first day, in a browser; and how the pages of people look."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

from playwright.sync_api import Page, expect
from pyotp import TOTP
import pytest

from lims.db import Database
from tests.browser.conftest import Visit, served
from tests.cast import Cast
from tests.lims.web.conftest import Entrance, app_on

pytestmark = pytest.mark.browser

NEW = "four words without sense"


@pytest.fixture
def enter(embedded: Database, tmp_path: Path) -> Entrance:
    return Entrance(app_on(embedded, tmp_path))


@pytest.fixture
def address(enter: Entrance) -> Iterator[str]:
    with served(enter.app) as address:
        yield address


def log_in(page: Page, name: str, password: str, code: str = "") -> None:
    page.get_by_label("Login name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Code of your second factor").fill(code)
    page.get_by_role("button", name="Log in").click()


def test_a_new_reviewer_comes_to_work(
    enter: Entrance, cast: Cast, visit: Visit, address: str
) -> None:
    (token,) = enter.log_in(cast.administrator)
    boss = visit(f"{address}/people", cookies={"nomen": token})
    boss.page.get_by_role("link", name=re.compile("Add a person")).click()
    boss.page.get_by_label("Name", exact=True).fill("Rosalind Example")
    boss.page.get_by_label("Login name").fill("rosalind")
    boss.page.get_by_label("technical reviewer").check()
    boss.page.get_by_role("button", name="Add this person").click()
    given = boss.page.get_by_text(re.compile(r"^([a-z2-9]{5}-){4}[a-z2-9]{5}$"))
    password = given.inner_text()

    new = visit(f"{address}/people")
    log_in(new.page, "rosalind", password)
    expect(new.page.get_by_text("Replace it to go on")).to_be_visible()
    new.page.get_by_label("Password until now").fill(password)
    new.page.get_by_label("New password").fill(NEW)
    new.page.get_by_role("button", name="Change the password").click()
    expect(new.page.get_by_text("Enrol yours to go on")).to_be_visible()
    secret = new.page.locator("figcaption bdi").inner_text()
    new.page.get_by_label("Six digits").fill("000000")
    new.page.get_by_label("Your password again").fill(NEW)
    new.page.get_by_role("button", name="Enrol").click()
    expect(new.page.get_by_text("The six digits do not fit")).to_be_visible()
    new.page.get_by_label("Six digits").fill(TOTP(secret).now())
    new.page.get_by_role("button", name="Enrol").click()
    expect(new.page.get_by_text("Your second factor is enrolled.")).to_be_visible()
    new.page.get_by_role("link", name="People").click()
    expect(new.page.get_by_role("heading", name="People")).to_be_visible()
    new.page.get_by_role("button", name="Log out").click()
    expect(new.page.get_by_role("button", name="Log in")).to_be_visible()
    assert boss.faults == []


DESK = {"width": 1280, "height": 900}
PATHS = ("/login", "/account", "/people", "/people/new", "/people/", "/organisations")
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "arabic": {"viewport": DESK, "language": "ar"},
    "long words": {"viewport": DESK, "language": "en-XA"},
    "320 px": {"viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize(
    "path",
    ["/login", "/account", "/people", "/people/new", "/people/", "/organisations"],
)
def test_axe_finds_nothing_and_nothing_overflows(
    enter: Entrance, cast: Cast, visit: Visit, address: str, path: str, way: str
) -> None:
    """At somebody's own page `/people/` the reviewer's, who has a second factor."""
    options = dict(WAYS[way])
    (token,) = enter.log_in(cast.administrator)
    cookies = {"nomen": token, "language": options.pop("language", "en")}
    if path == "/login":
        del cookies["nomen"]
    whose = cast.reviewer.uid if path.endswith("/") else ""
    seen = visit(address + path + whose, cookies=cookies, **options)
    assert seen.overflows() == []
    assert seen.axe() == []
    assert seen.violations() == []
