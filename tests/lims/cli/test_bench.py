"""`lims bench` as a process of its own, on pseudo-terminals, with a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time

from click.testing import CliRunner, Result
import pytest
from sqlalchemy import select

from instruments.outbox import Outbox
from instruments.simulators import SERIAL, Balance, Sics
from lims.cli.bench import command
from lims.db import Database
from lims.stations import operations
from lims.stations.tables import StationReading
from tests.browser.conftest import served
from tests.cast import Cast
from tests.instruments.cable import Cable
from tests.lims.web.conftest import app_on

ROOT = Path(__file__).parents[3]


def _written(folder: Path, server: str, *devices: str) -> Path:
    path = folder / "bench.toml"
    path.write_text("\n".join([f'server = "{server}"', *devices]))
    return path


def _scanner(port: Path) -> str:
    return f'[[scanner]]\nname = "gun"\nport = "{port}"'


def _balance(port: Path) -> str:
    return f'[[balance]]\nname = "pan"\nport = "{port}"\ndriver = "mt-sics"'


def _run(path: Path, *words: str) -> Result:
    return CliRunner().invoke(command, ["--settings", str(path), *words])


def _until(done: Callable[[], bool], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.05)


@pytest.fixture
def cables(tmp_path: Path) -> Iterator[tuple[Cable, Cable]]:
    made = []
    for name in ("gun", "pan"):
        (tmp_path / name).mkdir()
        cable = Cable(tmp_path / name)
        cable.plug()
        made.append(cable)
    yield made[0], made[1]
    for cable in made:
        cable.pull()


@contextmanager
def _played(cable: Cable, balance: Balance) -> Iterator[None]:
    """The balance at the device's end answers until the block is over."""
    done = threading.Event()
    end = os.open(cable.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def play() -> None:
        while not done.wait(0.02):
            try:
                asked = os.read(end, 200)
            except BlockingIOError:
                continue
            for line in asked.splitlines(keepends=True):
                os.write(end, balance.hear(line))

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        os.close(end)


@contextmanager
def _bench(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Started with settings whose database is nowhere: it may not look for it."""
    nowhere = path.parent / "nowhere" / "nomen.db"
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "bench", "--settings", str(path)],
        cwd=ROOT,
        env={**os.environ, "LIMS_DATABASE_URL": f"sqlite:///{nowhere}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        assert running.stdout is not None
        running.stdout.close()
        assert not nowhere.exists()


def test_a_bench_of_two_devices_is_enrolled_and_brings_all_though_it_is_killed(
    embedded: Database, cast: Cast, tmp_path: Path, cables: tuple[Cable, Cable]
) -> None:
    gun, pan = cables
    with embedded.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Bench 1")

    def arrived() -> list[str]:
        with embedded.reading() as session:
            wanted = select(StationReading.text).order_by(StationReading.seq)
            return list(session.scalars(wanted))

    balance, weight = Sics(), f"0.4123 g {SERIAL}"
    with (
        served(app_on(embedded, tmp_path)) as url,
        _played(pan, balance),
    ):
        path = _written(tmp_path, url, _scanner(gun.host), _balance(pan.host))
        assert _run(path, "--enrol", code).exit_code == 0
        token = tmp_path / "token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        with _bench(path) as running:
            assert running.stdout is not None
            assert "Hears gun, pan" in running.stdout.readline()
            gun.send(b"A\r")
            assert running.stdout.readline() == "gun: kept A\a\n"
            _until(lambda: arrived() == ["A"])
            time.sleep(0.5)  # the balance tells its number
            pan.send(balance.line())
            _until(lambda: arrived() == ["A", weight])
            running.send_signal(signal.SIGKILL)
        with _bench(path) as running:
            assert running.stdout is not None
            running.stdout.readline()
            gun.send(b"B\r")
            _until(lambda: arrived() == ["A", weight, "B"])
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 0
    assert token.read_text() not in (tmp_path / "bench.toml").read_text()


def test_a_wrong_code_is_told_and_no_token_is_kept(
    embedded: Database, tmp_path: Path
) -> None:
    with served(app_on(embedded, tmp_path)) as url:
        path = _written(tmp_path, url, _scanner(tmp_path / "host"))
        answer = _run(path, "--enrol", "WRONG")
    assert answer.exit_code == 1
    assert "This code does not count" in answer.output
    assert not (tmp_path / "token").exists()


def test_without_a_server_the_enrolment_says_so(tmp_path: Path) -> None:
    path = _written(tmp_path, "http://127.0.0.1:9", _scanner(tmp_path / "host"))
    assert "cannot be reached" in _run(path, "--enrol", "X").output


def test_a_bench_that_is_not_enrolled_says_what_to_do(tmp_path: Path) -> None:
    path = _written(tmp_path, "http://127.0.0.1:9", _scanner(tmp_path / "host"))
    assert "lims bench --enrol CODE" in _run(path).output


def test_two_benches_cannot_share_an_outbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _written(tmp_path, "http://127.0.0.1:9", _scanner(tmp_path / "host"))
    (tmp_path / "token").write_text("x")

    def locked(_: Outbox, __: Path) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(Outbox, "__init__", locked)
    assert "Does another bench run" in _run(path).output


@pytest.mark.parametrize(
    ("devices", "told"),
    [
        ([], "at least one device"),
        (['[[scanner]]\nname = "a"\nport = "/dev/ttyUSB0"'], "by its number"),
        (['[[scanner]]\nname = "a"'], "'port'"),
        (['[[scanner]]\nname = 1\nport = "/d"'], "'name'"),
        (['[[scanner]]\nname = "a"\nport = "/d"\nframe = "x"'], "'crc', 'plain'"),
        (['[[scanner]]\nname = "a"\nport = "/d"\nbaud = "x"'], "9600"),
        (['[[scanner]]\nname = "a"\nport = "/d"\ncolour = 1'], "'colour'"),
        (['[[balance]]\nname = "a"\nport = "/d"\ndriver = "x"'], "'mt-sics'"),
        (['[[balance]]\nname = "a"\nport = "/d"\ndriver = "mt-sics"\ndue = 1'], "date"),
        ([f'[[scanner]]\nname = "{"a" * 65}"\nport = "/d"'], "at most 64"),
        (['[[scanner]]\nname = "a"\nport = "/d"'] * 2, "name of its own"),
        (["scanner = 1"], "[[scanner]]"),
        (["printer = 1"], "'printer'"),
        (["="], "cannot be read"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(
    tmp_path: Path, devices: list[str], told: str
) -> None:
    answer = _run(_written(tmp_path, "http://127.0.0.1:9", *devices))
    assert answer.exit_code == 1
    assert told in answer.output


def test_a_token_never_leaves_in_clear(tmp_path: Path) -> None:
    path = _written(tmp_path, "http://lims.example", _scanner(tmp_path / "host"))
    for words in ((), ("--enrol", "X")):
        (tmp_path / "token").write_text("x")
        assert "does not send its token there" in _run(path, *words).output
