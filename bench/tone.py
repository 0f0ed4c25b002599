"""From the end of a scan to the tone and the band, in Chromium, the server on loopback.

A scanner types at its own speed on the page of a sample; the time runs from its Enter
to the tone, which sounds when the band is there. Compared with the same request alone.
"""

from http.client import HTTPConnection
import json
from pathlib import Path
from statistics import median, quantiles
import tempfile
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from bench import large
from bench.server_memory import furnish, serving
from tests.browser.conftest import ARGUMENTS
from tests.browser.keys import Keys
from tests.programs import program

SCANS, WARM, MOST_MS = 60, 5, 150
GAP = 3.0
"""Milliseconds between two characters of a scanner."""
WATCH = """
window.took = [];
let enter = 0;
addEventListener("keydown", (event) => {
  if (event.key === "Enter") enter = performance.now();
}, true);
window.AudioContext = class {
  currentTime = 0;
  createGain() {
    const still = () => {};
    return {gain: {setValueAtTime: still, exponentialRampToValueAtTime: still},
      connect: (next) => next};
  }
  createOscillator() {
    return {frequency: {}, connect: (next) => next, stop() {},
      start() { if (enter) took.push(performance.now() - enter); enter = 0; }};
  }
};
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cookie = furnish(folder)
        with serving(folder) as (_, port), sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=program("chromium"), args=ARGUMENTS
            )
            page = opened(chromium.new_page(), port, cookie)
            took = scanned(page)
            alone = [asked(port, cookie) for _ in range(SCANS)]
            chromium.close()
    p95 = quantiles(took, n=20)[-1]
    told = {
        "bench": "tone",
        "value": round(p95, 1),
        "unit": "ms",
        "median": round(median(took), 1),
        "scans": len(took),
        "baseline": round(quantiles(alone, n=20)[-1], 1),
        "baseline_is": "p95 of a request of the sample's page, without a browser",
        "ratio": round(p95 / quantiles(alone, n=20)[-1], 2),
        "goal": f"p95 at most {MOST_MS} ms",
        "ok": p95 <= MOST_MS,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def opened(page: Page, port: int, cookie: str) -> Page:
    url = f"http://127.0.0.1:{port}"
    page.context.add_cookies([{"name": "nomen", "value": cookie, "url": url}])
    page.context.add_init_script(WATCH)
    page.goto(f"{url}/samples/{large.code(0)}")
    return page


def scanned(page: Page) -> list[float]:
    """Milliseconds of each scan of the sample in front: it is there, and waits."""
    keys = Keys(page)
    for number in range(1, WARM + SCANS + 1):
        keys.scan(large.code(0), GAP)
        while page.evaluate("took.length") < number:
            page.wait_for_timeout(10)
    return list(page.evaluate("took")[WARM:])


def asked(port: int, cookie: str) -> float:
    before = perf_counter()
    line = HTTPConnection("127.0.0.1", port)
    path = f"/samples/{large.code(0)}"
    line.request("GET", path, headers={"Cookie": f"nomen={cookie}"})
    line.getresponse().read()
    line.close()
    return (perf_counter() - before) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
