"""Values of rows, sealed under their subject's key and opened for who holds the row."""

from collections.abc import Mapping
import hmac
from typing import Any

from sqlalchemy.orm import Session

from lims import boxes
from lims.boxes import DoesNotOpen
from lims.sealing import keys
from lims.sealing.keys import Erased

_SIGNED = b"nomen signed\0"
"""Sets this use of a subject's key apart from the boxes that it seals."""


def keyed(session: Session, subject: str, organisation: int, plain: bytes) -> str:
    """A hash that nobody can compute or confirm without the subject's key.

    For what is signed and told in clear: once the key is destroyed, no guess of the
    signed content can be tried against it. Nothing where it was destroyed.
    """
    found = keys.of(session, [subject], organisation)
    if subject not in found:
        return ""
    return hmac.digest(found[subject].secret, _SIGNED + plain, "sha256").hex()


def opened(session: Session, where: bytes, kept: bytes) -> bytes:
    """What stands sealed in a column. What was kept before boxes is as it is."""
    if not boxes.is_box(kept):
        return kept
    subject = boxes.subject_of(kept)
    found: Mapping[str, Any] = keys.known(session, [subject])
    if subject not in found:
        raise DoesNotOpen("The key of this box is not kept here.")
    if (key := found[subject]) is None:
        raise Erased("This was erased after a withdrawal, and nobody can open it.")
    return boxes.opened(key, where, kept)
