"""IPP against a real print server: cupsd on loopback, with a tree of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import pwd
import socket
import subprocess
import tempfile
from time import monotonic, sleep

import pytest

from labels import ipp, sheet, thermal
from labels.outcome import Came
from labels.stock import STOCKS
from labels.thermal import Language
from tests.labels.fake_printer import printer
from tests.labels.some import labels
from tests.programs import absent, program

FOLDERS = ("conf", "spool", "cache", "state", "tmp", "ssl", "log")
FILES = """User lp
Group lp
SystemGroup root
ServerRoot {root}/conf
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/state
TempDir {root}/tmp
ServerKeychain {root}/ssl
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
FileDevice Yes
FatalErrors none
"""
SERVER = """Listen 127.0.0.1:{port}
Listen {root}/state/cups.sock
LogLevel info
Browsing Off
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order allow,deny
    Allow localhost
  </Limit>
</Policy>
"""


JOBS = {
    "zpl": thermal.render(labels(3), STOCKS["roll-tube"], Language.ZPL),
    "pdf": sheet.render(labels(3), STOCKS["tube"]),
}


@dataclass(frozen=True)
class Cups:
    port: int
    root: Path

    def add(self, name: str, device: str) -> str:
        """A queue that passes on what it gets; its address."""
        where = {**os.environ, "CUPS_SERVER": f"127.0.0.1:{self.port}"}
        asked = [program("lpadmin"), "-p", name, "-E", "-v", device]
        subprocess.run(asked, env=where, check=True, capture_output=True)
        return f"ipp://127.0.0.1:{self.port}/printers/{name}"


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    server = program("cupsd")
    if os.geteuid() != 0:
        absent("cupsd needs root, to become the user lp")
    with tempfile.TemporaryDirectory(prefix="cups", dir="/tmp") as folder:
        root = Path(folder)
        root.chmod(0o755)
        _furnish(root)
        port = _free_port()
        (root / "cups-files.conf").write_text(FILES.format(root=root))
        (root / "cupsd.conf").write_text(SERVER.format(root=root, port=port))
        with _running(server, root, port):
            yield Cups(port, root)


@pytest.mark.parametrize("form", ["zpl", "pdf"])
def test_a_job_arrives_at_the_printer_unchanged(cups: Cups, form: str) -> None:
    job = JOBS[form]
    with printer(mute=True) as one:
        address = cups.add(form, f"socket://{one.address}/?waiteof=false")
        outcome = ipp.send(address, job, 3, form)
        assert outcome.came is Came.PRINTED, outcome.told
        _wait_until(lambda: len(one.printed) >= len(job))
        assert one.printed == job


def test_a_queue_that_is_not_there_has_printed_nothing(cups: Cups) -> None:
    address = f"ipp://127.0.0.1:{cups.port}/printers/nowhere"
    outcome = ipp.send(address, b"x", 1, "zpl")
    assert outcome.came is Came.FAILED
    assert "refused the job" in outcome.told


def test_a_job_that_does_not_end_is_doubtful(
    cups: Cups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipp, "FINISHED_WITHIN", 1.0)
    port = _free_port()
    address = cups.add("broken", f"socket://127.0.0.1:{port}/?waiteof=false")
    outcome = ipp.send(address, b"^XA^XZ", 1, "zpl")
    assert outcome.came is Came.DOUBTFUL
    assert "not finished" in outcome.told


def test_a_server_that_is_not_there_has_printed_nothing() -> None:
    outcome = ipp.send(f"ipp://127.0.0.1:{_free_port()}/printers/x", b"x", 1, "pdf")
    assert outcome.came is Came.FAILED
    assert "cannot be reached" in outcome.told


@pytest.mark.parametrize("answer", [b"", b"\x01\x01\x00\x00\x00\x00\x00\x01", b"GET"])
def test_what_is_no_ipp_is_told(answer: bytes) -> None:
    with pytest.raises(ipp.BadAnswer):
        ipp.read(answer)


def test_a_line_that_breaks_after_the_job_is_doubtful() -> None:
    with printer(breaks_at=1) as one:
        outcome = ipp.send(f"ipp://{one.address}/printers/x", b"x" * 9, 1, "pdf")
    assert outcome.came is Came.DOUBTFUL


def _furnish(root: Path) -> None:
    owner = pwd.getpwnam("lp")
    for name in FOLDERS:
        (root / name).mkdir()
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    (root / "tmp").chmod(0o1777)


@contextmanager
def _running(server: str, root: Path, port: int) -> Iterator[None]:
    asked: list[str | Path] = [
        server,
        "-f",
        "-c",
        root / "cupsd.conf",
        "-s",
        root / "cups-files.conf",
    ]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until(lambda: _listens(port))
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(true: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not true():
        assert monotonic() < end
        sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
