"""A bench brings its readings through nginx, set up as the guide says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import re
import socket
import subprocess
import time

import pytest

from instruments.outbox import Outbox
from instruments.posting import NoAnswer, Server, enrol
from lims import clock
from lims.db import Database
from lims.stations import operations
from tests.browser.conftest import served
from tests.cast import Cast
from tests.lims.web.conftest import app_on
from tests.programs import program

GUIDE = Path(__file__).parents[3] / "docs" / "administrator.md"
AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{server}
}}
"""


def test_a_bench_is_enrolled_and_heard_through_the_proxy_of_the_guide(
    embedded: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = _certificate(tmp_path)
    with embedded.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Bench 1")
    outbox = Outbox(tmp_path / "outbox.db")
    outbox.put("gun", "scan", "S7K2M9QXAT", b"", clock.now())
    with (
        served(app_on(embedded, tmp_path)) as behind,
        _nginx(tmp_path, behind.removeprefix("http://")) as port,
    ):
        url = f"https://localhost:{port}"
        with pytest.raises(NoAnswer):
            enrol(url, code)  # nobody here knows the authority of its certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        server = Server(url, enrol(url, code))
        assert server.send(outbox.waiting()).received == 1
    outbox.close()


def _certificate(folder: Path) -> Path:
    subprocess.run(
        [
            program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
            "-keyout", folder / "lims.key", "-out", folder / "lims.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder / "lims.pem"


@contextmanager
def _nginx(folder: Path, behind: str) -> Iterator[int]:
    """The guide's own server block; but the port, the files and where it leads."""
    found = re.search(r"```nginx\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None
    port = _free_port()
    server = (
        found[1]
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("lims.example", "localhost")
        .replace("/etc/nomen", str(folder))
        .replace("127.0.0.1:5070", behind)
    )
    file = folder / "nginx.conf"
    file.write_text(AROUND.format(folder=folder, server=server))
    running = subprocess.Popen([program("nginx"), "-c", file, "-p", folder])
    try:
        _await(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def _await(port: int) -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx did not open its door")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
