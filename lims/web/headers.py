"""Strict headers on every answer, refusals and errors included.

Scripts run by a nonce drawn for each request, styles from our own files alone, and a
string becomes markup through htmx's own Trusted Types policy only; the policy `nomen`
lets one address become a script, that of the service worker. ASVS 5.0, 3.4.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
import secrets
from typing import cast

from flask import Flask, Response, current_app, g, request, url_for

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'nonce-{nonce}' 'strict-dynamic'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types htmx nomen",
)
POLICY = "; ".join(DIRECTIVES)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Call first: what is registered first is applied last."""
    app.after_request(_harden)
    app.jinja_env.globals.update(asset=asset, nonce=nonce)


def nonce() -> str:
    """The nonce of this request, drawn when first asked for."""
    return cast("str", g.setdefault("nonce", secrets.token_urlsafe(16)))


def asset(name: str) -> str:
    """The address of a static file; it changes when the file does."""
    return url_for("static", filename=name, v=_fingerprint(name))


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = _keeping(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={YEAR}; includeSubDomains"
        )
    return response


def _keeping(response: Response) -> str:
    """Static files are kept for good under the address of their content."""
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004 - HTTP
        return "no-store"
    asked = request.args.get("v")
    name = str((request.view_args or {}).get("filename"))
    fresh = asked is not None and asked == _fingerprint(name)
    return f"public, max-age={YEAR}, immutable" if fresh else "no-cache"


def _fingerprint(name: str) -> str:
    path = Path(str(current_app.static_folder)) / name
    return _hash(path, path.stat().st_mtime_ns)


@cache
def _hash(path: Path, changed: int) -> str:  # noqa: ARG001 - a changed file is hashed anew
    return sha256(path.read_bytes()).hexdigest()[:12]
