"""What the server holds after a thousand requests, as its own process on loopback.

Asked over HTTP by a technician: today's work, lists, samples and trails, in turns.
Compared with the same process before the first page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
import json
import os
from pathlib import Path
import socket
from subprocess import DEVNULL, Popen
import sys
import tempfile
from time import sleep

from bench import large
from lims.audit.integrator import Integrator
from lims.people import logins
from tests.cast import Cast, user

ROOT = Path(__file__).parent.parent
SAMPLES, REQUESTS, MOST_MB = 1_000, 1_000, 120
LOG = "bench.example/log"
PATIENCE = 60
"""Seconds until the server must answer."""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        cookie = furnish(Path(folder))
        with serving(Path(folder)) as (server, port):
            idle = held(server.pid)
            for number in range(REQUESTS):
                ask(port, cookie, address(number))
            taken, most = held(server.pid), held(server.pid, "VmHWM")
    told = {
        "bench": "server-memory",
        "value": round(taken, 1),
        "unit": "MB",
        "requests": REQUESTS,
        "most_ever": round(most, 1),
        "baseline": round(idle, 1),
        "baseline_is": "the same process before the first page",
        "ratio": round(taken / idle, 2),
        "goal": f"at most {MOST_MB} MB after {REQUESTS} requests",
        "ok": taken <= MOST_MB,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def furnish(folder: Path) -> str:
    """A laboratory with samples; the technician's token of a new login.

    Its log is kept up to date, as a server leaves it that was stopped.
    """
    database = large.build(folder / "nomen.db", SAMPLES)
    Integrator(database, folder / "log-keys", LOG).work()
    with database.transaction() as session:
        technician = user(session, Cast().technician)
        token = logins.begin(session, technician, second_factor=True)
    database.close()
    return token


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Popen[bytes], int]]:
    """`lims serve` on a free port, stopped at the end."""
    port = free_port()
    settings = {
        "LIMS_DATABASE_URL": f"sqlite:///{folder / 'nomen.db'}",
        "LIMS_DATA_FOLDER": str(folder / "originals"),
        "LIMS_SECRET_KEY_FILE": str(folder / "secret.key"),
        "LIMS_LOG_KEYS": str(folder / "log-keys"),
        "LIMS_LOG_ORIGIN": LOG,
        "LIMS_SECURE_COOKIES": "false",
    }
    server = Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=DEVNULL,
    )
    try:
        await_answer(server, port)
        yield server, port
    finally:
        server.terminate()
        server.wait()


def await_answer(server: Popen[bytes], port: int) -> None:
    for _ in range(PATIENCE * 10):
        assert server.poll() is None, "the server ended by itself"
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise TimeoutError(f"The server did not answer within {PATIENCE} s.")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def address(number: int) -> str:
    code = large.code(number % SAMPLES)
    return (
        "/",
        f"/samples/?stage=stored&after={number % 900}",
        f"/samples/{code}",
        f"/trail/{code}",
        f"/trail/{large.code(0)}",
    )[number % 5]


def ask(port: int, cookie: str, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Cookie": f"nomen={cookie}"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, f"{path} answers {answer.status}"
    connection.close()


def held(process: int, name: str = "VmRSS") -> float:
    """The process's memory, in MB."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    line = next(one for one in lines if one.startswith(name))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    raise SystemExit(main())
