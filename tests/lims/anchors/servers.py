"""Small servers on this machine that answer as a test wants them to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import socket
from threading import Event, Thread
from time import sleep

Answerer = Callable[[str, bytes], tuple[int, str, bytes]]
"""Path and body to status, content type and body."""


@contextmanager
def answering(answer: Answerer) -> Iterator[str]:
    """The address of a server that answers every POST so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            status, kind, body = answer(self.path, self.rfile.read(size))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dripping(drops: bytes) -> Iterator[str]:
    """The address of a server that sends a beginning, then a byte now and then."""
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            visitor, _ = door.accept()
            with visitor:
                try:
                    visitor.sendall(drops)
                    while not stop.is_set():
                        visitor.sendall(b"x")
                        sleep(0.02)
                except OSError:
                    return

        thread = Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


@contextmanager
def saying(whole: bytes) -> Iterator[str]:
    """The address of a server that sends these bytes to the first and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def say() -> None:
            visitor, _ = door.accept()
            with visitor:
                visitor.recv(1 << 16)
                visitor.sendall(whole)

        thread = Thread(target=say, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join()


def nobody() -> str:
    """An address where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return f"http://127.0.0.1:{door.getsockname()[1]}"
