"""Style and scripts go out compressed, and are compressed once. Pages never are.

A page holds secrets (the form's token, names and codes) beside words that a stranger
can bring in by an address: its compressed length would tell of them (BREACH, 2013).
Our own files are the same for everybody and hold none. See
docs/decisions/0006-compressed-assets.md.
"""

from functools import lru_cache
from gzip import compress

from flask import Flask, Response, request

KINDS = frozenset({"text/css", "text/javascript", "application/javascript"})
BEST = 9


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.accept_encodings["gzip"]:  # noqa: PLR2004 - HTTP
        response.direct_passthrough = False
        response.set_data(_gzip(response.get_data()))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:  # the same file in another dress
            response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=32)
def _gzip(content: bytes) -> bytes:
    return compress(content, BEST, mtime=0)
