"""The log's signed state on paper: whoever keeps the sheet can hold us to it later."""

from dataclasses import dataclass

from flask import g

from lims.evidence import anchoring
from lims.web.symbols import qr


@dataclass(frozen=True)
class Printed:
    """The state's lines, and its QR code as an SVG path with the code's side."""

    lines: tuple[str, ...]
    fingerprint: str
    path: str
    side: int


def log_state() -> Printed | None:
    """As of this page; None before the log's first checkpoint."""
    found = anchoring.state(g.session)
    if found is None:
        return None
    text = f"{found.text}\n{found.line}"
    path, side = qr(text)
    lines = (*found.text.splitlines(), found.line)
    return Printed(lines, found.fingerprint, path, side)
