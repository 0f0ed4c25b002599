"""Strict headers stand on every answer."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
import re

from flask.testing import FlaskClient
import pytest

from lims.web import headers
from tests.browser.gallery import gallery

VENDOR = Path(headers.__file__).parent / "static" / "vendor"
STATIC = re.compile(r'(?:src|href)="(/static/[^"]+)"')


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app, _heard = gallery()
    with app.test_client() as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("GET", "/static/nomen.css", 200),
        ("GET", "/static/nowhere.css", 404),
        ("POST", "/describe", 302),
    ],
)
def test_every_answer_wears_the_strict_headers(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    answer.close()
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for part in headers.DIRECTIVES:
        assert part.partition(" ")[0] in policy
    assert "unsafe" not in policy
    for name, value in headers.HEADERS.items():
        assert answer.headers[name] == value


def test_a_server_failure_wears_them_too(client: FlaskClient) -> None:
    app = client.application
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["gallery.all"] = lambda: str(1 // 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "script-src 'nonce-" in answer.headers["Content-Security-Policy"]
    assert "nothing of it was kept" in answer.text


def test_each_answer_has_its_own_nonce_and_all_scripts_wear_it(
    client: FlaskClient,
) -> None:
    nonces = set()
    for _ in range(2):
        answer = client.get("/")
        policy = answer.headers["Content-Security-Policy"]
        drawn = set(re.findall(r"'nonce-([\w-]{20,})'", policy))
        assert set(re.findall(r'<script[^>]* nonce="([^"]*)"', answer.text)) == drawn
        assert set(re.findall(r'hx-nonce="([^"]*)"', answer.text)) == drawn
        nonces |= drawn
    assert len(nonces) == 2


def test_transport_security_is_asked_for_on_secure_connections_only(
    client: FlaskClient,
) -> None:
    plain = client.get("/")
    secure = client.get("/", base_url="https://lab.example")
    assert "Strict-Transport-Security" not in plain.headers
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pages_are_never_kept_and_static_files_for_good(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/static/nowhere.css?v=1").headers["Cache-Control"] == "no-store"
    addresses = STATIC.findall(page.text)
    assert len(addresses) == 4
    for address in addresses:
        assert "immutable" in _keeping(client, address)
        assert _keeping(client, address.partition("?")[0] + "?v=other") == "no-cache"


def _keeping(client: FlaskClient, address: str) -> str:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.headers["Cache-Control"]


def test_the_vendored_files_are_those_that_the_readme_names() -> None:
    table = (VENDOR / "README.md").read_text()
    files = sorted(VENDOR.glob("*.js"))
    assert [path.name for path in files] == [
        "htmx.min.js", "hx-csp.min.js", "uPlot.esm.js",
    ]  # fmt: skip
    for path in files:
        assert f"`{path.name}`" in table
        assert sha256(path.read_bytes()).hexdigest() in table
