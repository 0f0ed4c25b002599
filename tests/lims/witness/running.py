"""A witness in a process of its own, as a partner organisation runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import socket
from socketserver import ThreadingMixIn
from subprocess import PIPE, Popen
import sys
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from lims.audit.notes import Verifier
from lims.witness.service import door
from lims.witness.witness import Witness

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

PATIENCE = 200


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def a_witness(
    folder: Path, keys: list[Verifier], port: int = 0
) -> Iterator[tuple[str, "Popen[str]"]]:
    """Its address and its process, once it answers."""
    port = port or a_free_port()
    named = [word for key in keys for word in ("--key", key.vkey)]
    command = [sys.executable, "-m", "tests.lims.witness.alone", "--folder"]
    process = Popen(
        [
            *command,
            str(folder),
            "--name",
            "ministry.example/w1",
            *named,
            "--port",
            str(port),
        ],
        stdout=PIPE,
        text=True,
    )
    try:
        for _ in range(PATIENCE):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the witness ended"
            sleep(0.05)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    """The address of a witness that answers from a thread of this process."""
    server = make_server(
        "127.0.0.1", 0, cast("WSGIApplication", door(witness)), _Server, _Quiet
    )
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
