"""Pictures of traces: drawn where the file is read, and kept sealed on the disk.

A page then opens some kilobytes and no instrument's file. A picture is sealed under the
key of the original's own subject, so that an erasure reaches both. It may be made anew
at any time: one that is not there is no loss.
"""

from dataclasses import dataclass, field
import secrets
import zlib

from sqlalchemy.orm import Session

from instruments.picture import Picture, unpacked
from lims import boxes
from lims.errors import NotFound
from lims.results import originals
from lims.results.tables import Import, Trace
from lims.sealing import keys
from lims.store import Store


@dataclass(frozen=True)
class Laid:
    """A picture as it lies on the disk, before a row names it."""

    name: str
    key: bytes = field(repr=False)


def lay(store: Store, packed: bytes) -> Laid:
    """Seal a packed picture under a key of its own, outside any transaction."""
    laid = Laid(secrets.token_hex(16), boxes.new_secret())
    sealed = boxes.encrypted(laid.key, _place(laid.name), packed)
    store.keep_parts(laid.name, [sealed])
    return laid


def enter(session: Session, trace: Trace, row: Import, laid: Laid) -> None:
    """Keep what opens a picture, with its trace; nothing of who was erased."""
    parts = originals.parts_of(session, row)
    subject = next((one.subject for one in parts if one.erased_at is None), None)
    found = keys.of(session, [subject] if subject else [], row.organisation_id)
    if subject in found:
        trace.picture = laid.name
        trace.picture_key = boxes.seal(found[subject], _key_place(laid.name), laid.key)


def opened(session: Session, store: Store, trace: Trace) -> Picture | None:
    """None where none was kept, where it was erased, and where the disk has it not."""
    if trace.picture is None or not trace.picture_key:
        return None
    key = keys.known(session, [subject := boxes.subject_of(trace.picture_key)])
    if (found := key.get(subject)) is None:
        return None
    try:
        secret = boxes.opened(found, _key_place(trace.picture), trace.picture_key)
        (lying,) = store.parts(trace.picture)
        return unpacked(boxes.decrypted(secret, _place(trace.picture), lying))
    except (boxes.DoesNotOpen, NotFound, ValueError, zlib.error):
        return None


def _place(name: str) -> bytes:
    return boxes.place("trace", "picture", name)


def _key_place(name: str) -> bytes:
    return boxes.place("trace", "picture_key", name)
