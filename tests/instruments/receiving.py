"""A server that only receives readings: it stores each once, and loses answers."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
import random
import threading
from typing import Any

TOKEN = "the bench's own"


class Receiver:
    """Its memory. `lossy`: how many of its answers get lost after it has stored."""

    def __init__(self, lossy: float = 0.0) -> None:
        self.kept: dict[int, dict[str, Any]] = {}
        self.asked = 0
        self.commands: list[dict[str, Any]] = []
        self.outcomes: dict[str, dict[str, str]] = {}
        """By the command's uid; until one has come, its command is sent again."""
        self.devices: dict[str, str] = {}
        self.url = ""
        self._lossy = lossy
        self._chance = random.Random(5)
        self._lock = threading.Lock()

    @property
    def texts(self) -> list[str]:
        return [self.kept[seq]["text"] for seq in sorted(self.kept)]

    def take(self, content: bytes) -> dict[str, Any] | None:
        """The answer, or none: then the line breaks after all was stored."""
        with self._lock:
            self.asked += 1
            told = json.loads(content)
            for one in told["readings"]:
                body = json.loads(one["body"])
                self.kept.setdefault(body["seq"], body)
            self.outcomes |= {one["uid"]: one for one in told["outcomes"]}
            self.devices = told["devices"]
            if self._chance.random() < self._lossy:
                return None
            commands = [c for c in self.commands if c["uid"] not in self.outcomes]
        return {"received": max(self.kept, default=0), "commands": commands}


def asked(
    uid: str, device: str, does: str, content: bytes = b"", *, late: bool = False
) -> dict[str, Any]:
    """A command, as the server sends it."""
    told = {"uid": uid, "device": device, "does": does, "late": late}
    return {**told, "content": b64encode(content).decode()}


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.send_error(401)
                return
            answer = receiver.take(content)
            if answer is None:
                return
            told = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()
