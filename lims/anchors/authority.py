"""Whom we ask for the time: an authority's address and what we trust it by."""

from dataclasses import dataclass
from pathlib import Path

from lims.errors import BadInput


class NoStamp(BadInput):
    """No usable timestamp came; the text is one sentence that can be shown."""


@dataclass(frozen=True)
class Authority:
    url: str
    root_file: Path | None
    """Its root certificate, and links of its chain where it does not send them: PEM."""
