"""The witness's one door: POST /add-checkpoint, as plain WSGI."""

from collections.abc import Callable, Iterable
import logging
from typing import Any

import waitress

from lims.witness.messages import MOST_BYTES, PATH, SIZE_TYPE, render_size
from lims.witness.witness import Fork, OtherSize, Refused, Witness

log = logging.getLogger("lims.witness")

THREADS = 4
TEXT = "text/plain; charset=utf-8"
REASONS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
    422: "Unprocessable Entity",
}  # fmt: skip

Answer = tuple[int, str, bytes]
"""Status, content type, body."""
Start = Callable[[str, list[tuple[str, str]]], Any]
Door = Callable[[dict[str, Any], Start], Iterable[bytes]]


def door(witness: Witness) -> Door:
    def answer(request: dict[str, Any], start: Start) -> Iterable[bytes]:
        status, kind, body = _answer(witness, request)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start(f"{status} {REASONS[status]}", headers)
        return [body]

    return answer


def serve(witness: Witness, host: str, port: int) -> None:
    """Answer until the process ends."""
    server(witness, host, port).run()


def server(witness: Witness, host: str, port: int) -> Any:
    """Waitress, ready to run; port 0 takes a free one (`effective_port`)."""
    return waitress.create_server(
        door(witness),
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=MOST_BYTES,
        ident="",
    )


def _answer(witness: Witness, request: dict[str, Any]) -> Answer:
    if request["PATH_INFO"] != PATH:
        return 404, TEXT, b"There is only POST /add-checkpoint here.\n"
    if request["REQUEST_METHOD"] != "POST":
        return 405, TEXT, b"Expected a POST.\n"
    length = int(request.get("CONTENT_LENGTH") or 0)
    if length > MOST_BYTES:
        return 413, TEXT, f"A request has at most {MOST_BYTES} bytes.\n".encode()
    try:
        return 200, TEXT, witness.cosign(request["wsgi.input"].read(length)).encode()
    except Refused as error:
        return _refusal(error)


def _refusal(error: Refused) -> Answer:
    if isinstance(error, Fork):
        log.error("A log signed two trees of one size; both notes are kept.")
    if isinstance(error, OtherSize):
        return error.status, SIZE_TYPE, render_size(error.remembered)
    return error.status, TEXT, f"{error}\n".encode()
