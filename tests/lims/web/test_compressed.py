"""What is the same for everybody is compressed; what holds secrets is not."""

import gzip

import pytest

from tests.cast import Cast
from tests.lims.web.conftest import Enter

ASSETS = ("nomen.css", "scan.js", "vendor/htmx.min.js", "vendor/hx-csp.min.js")
ASKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("name", ASSETS)
def test_style_and_scripts_are_sent_at_less_than_half_their_weight(
    enter: Enter, name: str
) -> None:
    client = enter()
    plain = client.get(f"/static/{name}", buffered=True)
    packed = client.get(f"/static/{name}", headers=ASKED, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert 2 * len(packed.data) < len(plain.data)
    assert "Content-Security-Policy" in packed.headers


@pytest.mark.parametrize("asked", [{}, {"Accept-Encoding": "gzip;q=0, br"}])
def test_who_does_not_ask_for_it_gets_the_file_as_it_is(
    enter: Enter, asked: dict[str, str]
) -> None:
    answer = enter().get("/static/nomen.css", headers=asked, buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.vary


def test_a_kept_file_is_known_again_whichever_way_it_came(enter: Enter) -> None:
    client = enter()
    for asked in (ASKED, {}):
        first = client.get("/static/nomen.css", headers=asked, buffered=True)
        known = {**ASKED, "If-None-Match": first.headers["ETag"]}
        again = client.get("/static/nomen.css", headers=known, buffered=True)
        assert again.status_code == 304


def test_no_page_is_compressed(enter: Enter, cast: Cast) -> None:
    """Its length would tell of the token and the names in it."""
    client = enter(cast.technician)
    for page in ("/", "/login", "/samples/", "/nowhere"):
        answer = client.get(page, headers=ASKED)
        assert "Content-Encoding" not in answer.headers
