"""What a page weighs at its first load, with all its assets, and how many requests.

Every page of tests/authz.yaml as the first role sees it that may, and besides them the
pages that grow: full lists, a full plate and its import, a consignment of 96 bags, and
a trail of sixty events. Bytes are those of the bodies as they travel: style and scripts
compressed, as every browser asks for them, and pages as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from gzip import decompress
from html.parser import HTMLParser
import json
from pathlib import Path
import tempfile
from typing import Any

from werkzeug.test import TestResponse

from bench import large
from lims.access import Actor
from lims.audit.record import watch
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench
from tests import factories, plates
from tests.cast import PEOPLE, Cast
from tests.exports import export_of
from tests.lims.web.conftest import Browser, Entrance, app_on
from tests.lims.web.test_authz import ROWS, Row
from tests.objects import OBJECTS

CAST = Cast()
SAMPLES, BAGS, WELLS = 1_000, 96, 89
MOST_KB, MOST_REQUESTS = 100, 6
AS_BROWSERS = {"Accept-Encoding": "gzip, deflate, br"}


@dataclass(frozen=True)
class Weight:
    page: str
    bytes: int
    """On the wire."""
    read: int
    """What the browser has in the end."""
    requests: int


class Assets(HTMLParser):
    """What a browser fetches for a page by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        wanted = told.get("href") if tag == "link" else told.get("src")
        if wanted and not wanted.startswith("data:"):
            self.found.add(wanted)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = list(weights(Path(folder)))
    heaviest = max(found, key=lambda one: one.bytes)
    lightest = min(found, key=lambda one: one.bytes)
    most = max(one.requests for one in found)
    kilobytes = heaviest.bytes / 1000
    told = {
        "bench": "page-weight",
        "value": round(kilobytes, 1),
        "unit": "kB",
        "counted": "bodies on the wire: style and scripts as gzip, pages plain",
        "unpacked": round(heaviest.read / 1000, 1),
        "page": heaviest.page,
        "requests": most,
        "pages": len(found),
        "baseline": round(lightest.bytes / 1000, 1),
        "baseline_is": f"the lightest page, {lightest.page}",
        "ratio": round(heaviest.bytes / lightest.bytes, 2),
        "goal": f"at most {MOST_KB} kB in {MOST_REQUESTS} requests",
        "ok": kilobytes <= MOST_KB and most <= MOST_REQUESTS,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def weights(folder: Path) -> Iterator[Weight]:
    database = large.build(folder / "nomen.db", SAMPLES)
    watch(database.sessions)
    enter = Entrance(app_on(database, folder))
    for row in ROWS:
        if row.method == "GET" and row.answers == 200:
            actor = first_of(row)
            browser = enter(actor)
            made = OBJECTS[row.told.get("make", "unknown")](enter.laboratory)
            yield from weighed(browser, row.endpoint, address(browser, row, dict(made)))
    for actor, page in grown(enter):
        yield from weighed(enter(actor), page, page)


def first_of(row: Row) -> Actor | None:
    if row.open:
        return None
    names = (name for name, (_, role) in PEOPLE.items() if role == row.allowed[0])
    found: Actor = getattr(CAST, next(names))
    return found


def address(browser: Browser, row: Row, made: dict[str, Any]) -> str:
    adapter = browser.application.url_map.bind("localhost")
    (rule, *_) = browser.application.url_map.iter_rules(row.endpoint)
    query = {
        name: str(value).format(**made)
        for name, value in row.told.get("query", {}).items()
    }
    return adapter.build(
        row.endpoint, {**{name: made[name] for name in rule.arguments}, **query}
    )


def weighed(browser: Browser, name: str, page: str) -> Iterator[Weight]:
    """Nothing for what is no page, such as a sheet of labels or a photograph."""
    answer = browser.get(page, headers=AS_BROWSERS, buffered=True)
    assert answer.status_code == 200, f"{page} answers {answer.status_code}"
    if answer.mimetype == "text/html":
        wire, read = sizes(answer)
        assets = Assets(answer.text).found
        for one in assets:
            asset = browser.get(one, headers=AS_BROWSERS, buffered=True)
            assert asset.status_code == 200, name
            wire, read = wire + sizes(asset)[0], read + sizes(asset)[1]
        yield Weight(name, wire, read, 1 + len(assets))


def sizes(answer: TestResponse) -> tuple[int, int]:
    """Of a body: as it came, and unpacked."""
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return len(answer.data), len(decompress(answer.data) if packed else answer.data)


def grown(enter: Entrance) -> Iterator[tuple[Actor, str]]:
    """Pages of full things, each with who looks at it."""
    with enter.database.transaction() as session:
        sent = factories.a_consignment(session, BAGS)
        plate = plates.run(session, plates.extracts(session, WELLS))
        code, export = plate.code, export_of(session, plate)
    yield CAST.technician, f"/consignments/{sent.code}"
    desk = enter.laboratory
    gate = Gate(desk.database, desk.store, Bench(desk.kits, desk.rules))
    parcel = Parcel.of_bytes("full.txt", export)
    receipt = arrive(gate, CAST.instrument, parcel)
    yield CAST.technician, f"/imports/{receipt.uid}"
    yield CAST.technician, f"/batches/{code}"
    yield CAST.technician, "/samples/?stage=stored"
    yield CAST.technician, f"/samples/{large.code(0)}"
    yield CAST.technician, f"/trail/{large.code(0)}"
    yield CAST.technician, f"/trail/{large.code(0)}?every=yes"
    yield CAST.analyst, "/readings/"


if __name__ == "__main__":
    raise SystemExit(main())
