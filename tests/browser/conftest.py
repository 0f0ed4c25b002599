"""A real browser, and a server for it to look at.

`browser` is one Chromium for the whole run. `visit` opens a page in a fresh context and
keeps what went wrong in it: console errors, script errors, broken policies.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
import threading
from typing import Any, Protocol

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
import pytest
from werkzeug.serving import make_server

from lims.access import Actor
from lims.db import Database
from tests.lims.web.conftest import Entrance, app_on
from tests.programs import program

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
WATCH = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => window.broken.push(
  event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
"""


@dataclass
class Seen:
    """A page under observation."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Breaches of the Content Security Policy on this page, and other faults."""
        self.page.wait_for_load_state()
        broken: list[str] = self.page.evaluate("window.broken")
        return [*broken, *self.faults]

    def axe(self) -> list[str]:
        """What axe finds wrong, one line a node."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [
            f"{finding['id']}: {node['html'][:160]} {node['failureSummary']}"
            for finding in found
            for node in finding["nodes"]
        ]

    def overflows(self) -> list[str]:
        """What stands out of the page sideways."""
        found: list[str] = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('body *')].filter((e) => {
              const r = e.getBoundingClientRect();
              return (r.right > innerWidth + 1 || r.left < -1) &&
                !e.closest('.wide,.rail,.unseen,.skip') && r.width > 0;
            }).map((e) => e.outerHTML.slice(0, 120))"""
        )
        return found


class Visit(Protocol):
    def __call__(self, url: str, **options: Any) -> Seen: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = program("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address in a context of its own; options are the context's."""
    contexts: list[BrowserContext] = []

    def open_(url: str, **options: Any) -> Seen:
        cookies = options.pop("cookies", {})
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(WATCH)
        context.add_cookies(
            [{"name": n, "value": v, "url": url} for n, v in cookies.items()]
        )
        seen = Seen(context.new_page())
        seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on(
            "console",
            lambda said: (
                seen.faults.append(said.text) if said.type == "error" else None
            ),
        )
        seen.page.goto(url)
        return seen

    yield open_
    for context in contexts:
        context.close()


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of an app, served on this machine; on a free port unless named."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class House:
    """A laboratory that is served, and a browser for whoever comes."""

    address: str
    entrance: Entrance
    visit: Visit

    def at(self, actor: Actor, path: str = "/", **options: Any) -> Seen:
        (token,) = self.entrance.log_in(actor)
        seen = self.visit(self.address, cookies={"nomen": token}, **options)
        seen.page.goto(self.address + path)
        return seen


@pytest.fixture
def house(embedded: Database, tmp_path: Path, visit: Visit) -> Iterator[House]:
    app = app_on(embedded, tmp_path)
    with served(app) as address:
        yield House(address, Entrance(app), visit)


Serve = Callable[[Flask], str]
