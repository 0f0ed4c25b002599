"""Send bytes to another organisation's server and take a short answer.

No redirect is followed and no cookie kept. What comes back is trusted only for the
signature that it holds, so plain http is as good as https where a wall stands around.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    LineTooLong,
)
import socket
import ssl
from threading import Timer
from urllib.parse import SplitResult, urlsplit

WAIT = 5.0
"""Seconds that one step may take: to connect, to send, to hear more."""
LONGEST = 10.0
"""Seconds that the whole may take, also where the other side drips."""
MOST_BYTES = 1 << 18


class NoAnswer(Exception):
    """Nothing usable came back; the text is one sentence that can be shown."""


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    """The content type, without parameters."""
    body: bytes


def post(url: str, body: bytes, kind: str, longest: float = LONGEST) -> Answer:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoAnswer(f"'{url[:200]}' is no address. Expected http:// or https://.")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        with _open(parts, longest) as connection:
            connection.request("POST", path, body, {"Content-Type": kind})
            heard = connection.getresponse()
            told = heard.getheader("Content-Type", "").partition(";")[0]
            return Answer(heard.status, told.strip().lower(), _whole(heard))
    except TimeoutError as error:
        raise NoAnswer(f"'{parts.netloc}' did not answer in time.") from error
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise NoAnswer(f"'{parts.netloc}' cannot be reached: {why}.") from error


@contextmanager
def _open(parts: SplitResult, longest: float) -> Iterator[HTTPConnection]:
    """A connection that is cut off when its time is over, whatever it waits for."""
    host = parts.hostname or ""
    connection = (
        HTTPSConnection(
            host, parts.port, timeout=WAIT, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=WAIT)
    )
    connection.connect()
    held = connection.sock
    over: list[bool] = []

    def cut() -> None:
        over.append(True)
        with suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)

    timer = Timer(longest, cut)
    timer.daemon = True
    timer.start()
    try:
        yield connection
        if over:  # what was heard until then may look like an answer
            raise TimeoutError
    except (OSError, HTTPException) as error:
        if over:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()


def _whole(heard: HTTPResponse) -> bytes:
    found = bytearray()
    while piece := heard.read1(1 << 14):
        found += piece
        if len(found) > MOST_BYTES:
            raise LineTooLong(f"body of more than {MOST_BYTES} bytes")
    if heard.length:  # what is still due by its own Content-Length: it was cut short
        raise IncompleteRead(bytes(found), heard.length)
    return bytes(found)
