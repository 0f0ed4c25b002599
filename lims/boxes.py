"""A box: a value sealed under its subject's key, for one place alone. Pure.

`version | algorithm | length and uid of the subject | nonce | ciphertext and tag`, in
AES-256-GCM. The place (table, column, row) and the key's organisation are bound to it
as associated data: a box that is put into another row does not open.
"""

from dataclasses import dataclass, field
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
AES_256_GCM = 1
NONCE = 12
"""Bytes, drawn at random: a subject's key seals thousands of values, far below 2^32."""
KEY = 32
"""Bytes of a key."""
_HEAD = bytes((VERSION, AES_256_GCM))


class DoesNotOpen(Exception):
    """The box is damaged, of another place, or of another key; never tells which."""


@dataclass(frozen=True)
class Key:
    """The key of one subject, as it is held in memory for one piece of work."""

    subject: str
    organisation: int
    secret: bytes = field(repr=False)


def new_secret() -> bytes:
    return secrets.token_bytes(KEY)


def place(table: str, column: str, row: str) -> bytes:
    """Where a box stands. None of the three holds the sign that parts them."""
    return f"{table}|{column}|{row}".encode()


def seal(key: Key, where: bytes, plain: bytes) -> bytes:
    subject = key.subject.encode("ascii")
    head = _HEAD + bytes((len(subject),)) + subject
    return head + encrypted(key.secret, _bound(head, key, where), plain)


def opened(key: Key, where: bytes, box: bytes) -> bytes:
    """What is in the box; DoesNotOpen where it is not of this key and place."""
    subject = subject_of(box)
    head = box[: 3 + len(subject)]
    return decrypted(key.secret, _bound(head, key, where), box[len(head) :])


def is_box(kept: bytes) -> bool:
    """Whether it is sealed: canonical JSON and text never begin like this."""
    return kept[:2] == _HEAD


def subject_of(box: bytes) -> str:
    """Whose key opens it."""
    if not is_box(box) or len(box) < 3 + box[2] + NONCE:
        raise DoesNotOpen("This is no box.")
    return box[3 : 3 + box[2]].decode("ascii", "replace")


def encrypted(secret: bytes, bound: bytes, plain: bytes) -> bytes:
    """Nonce, ciphertext and tag."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, plain, bound)


def decrypted(secret: bytes, bound: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise DoesNotOpen("The box does not open with this key, here.") from error


def _bound(head: bytes, key: Key, where: bytes) -> bytes:
    return b"%s|%d|%s" % (where, key.organisation, head)
