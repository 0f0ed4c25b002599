"""Signed notes and checkpoints, as C2SP writes them down. Pure.

Sources: c2sp.org/signed-note, tlog-checkpoint and tlog-cosignature. What is parsed is
written again and compared: two spellings of one note would be two notes to a court.
"""

from base64 import b64decode, b64encode
import binascii
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
)

DASH = "\u2014 "
KEY_ID = 4
MOST_SIGNATURES = 32
MOST_BYTES = 1 << 20


class BadNote(Exception):
    """The note cannot be read, or its signature does not hold; the text says why."""


class Kind(IntEnum):
    """The assigned byte of a signature's type."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    """Ed25519 over the checkpoint and a time: a witness."""
    ML_DSA_44 = 0x06
    """Post-quantum, over origin, size, root and a time: a log or a witness."""


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its name, its number of leaves, its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Extension lines are refused: no log of ours writes them."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[1].isdecimal():  # noqa: PLR2004 - three and the end
            raise BadNote("A checkpoint has three lines: origin, size, root.")
        found = cls(lines[0], int(lines[1]), _decoded(lines[2]))
        if (
            found.text != text
            or not found.origin
            or len(found.root) != sha256().digest_size
        ):
            raise BadNote("The checkpoint is not written as checkpoints are.")
        return found


@dataclass(frozen=True)
class Signature:
    """One line below a note. `blob` is the signature without the key's number."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        return f"{DASH}{self.name} {b64encode(self.key_id + self.blob).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        name, space, written = line.removeprefix(DASH).partition(" ")
        raw = _decoded(written.removesuffix("\n"))
        if not space or len(raw) <= KEY_ID or not _is_name(name):
            raise BadNote(f"A signature line is not readable: '{line[:60].strip()}'.")
        found = cls(name, raw[:KEY_ID], raw[KEY_ID:])
        if found.line != line:
            raise BadNote(
                f"A signature line has another spelling: '{line[:60].strip()}'."
            )
        return found


@dataclass(frozen=True)
class Note:
    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> bytes:
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}".encode()

    @classmethod
    def parse(cls, raw: bytes) -> "Note":
        if len(raw) > MOST_BYTES:
            raise BadNote(f"The note has {len(raw)} bytes; {MOST_BYTES} are the most.")
        try:
            whole = raw.decode()
        except UnicodeDecodeError as error:
            raise BadNote("The note is not UTF-8.") from error
        if any(ord(one) < ord(" ") and one != "\n" for one in whole):
            raise BadNote("The note holds a control character.")
        text, gap, below = whole.rpartition("\n\n")
        if not gap or not below.endswith("\n"):
            raise BadNote("The note has no signature below an empty line.")
        lines = below.splitlines(keepends=True)
        if len(lines) > MOST_SIGNATURES:
            raise BadNote(f"The note has more than {MOST_SIGNATURES} signatures.")
        found = cls(f"{text}\n", tuple(map(Signature.parse, lines)))
        if found.render() != raw:
            raise BadNote("The note has another spelling than notes have.")
        return found

    def of(self, verifier: "Verifier") -> Signature | None:
        """The signature by this key, whether it holds or not."""
        wanted = (verifier.name, verifier.key_id)
        found = (one for one in self.signatures if (one.name, one.key_id) == wanted)
        return next(found, None)


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under. Its one line of text is the vkey."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:KEY_ID]

    @property
    def vkey(self) -> str:
        key = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        name, _, rest = vkey.partition("+")
        raw = _decoded(rest.partition("+")[2])
        if not _is_name(name) or not raw or raw[0] not in list(Kind):
            raise BadNote(
                f"A key cannot be read: '{vkey[:60]}'. Expected: name+id+key."
            )
        found = cls(name, Kind(raw[0]), raw[1:])
        if found.vkey != vkey:
            raise BadNote(f"The key '{vkey[:60]}' does not fit its own number.")
        return found

    def check(self, text: str, blob: bytes) -> int | None:
        """Raise BadNote unless this key signed the text; the time that it states.

        The time is in seconds since 1970; None where this kind states none.
        """
        at: int | None = None
        if self.kind is not Kind.ED25519:
            at, blob = int.from_bytes(blob[:8], "big"), blob[8:]
        try:
            _public(self.kind, self.public).verify(blob, message(self, text, at or 0))
        except (InvalidSignature, ValueError) as error:
            raise BadNote(f"The signature of '{self.name}' does not hold.") from error
        return at


@dataclass(frozen=True)
class Signer:
    """A private key with the name it signs under."""

    verifier: Verifier
    private: Ed25519PrivateKey | MLDSA44PrivateKey

    @classmethod
    def of(
        cls, name: str, kind: Kind, private: Ed25519PrivateKey | MLDSA44PrivateKey
    ) -> "Signer":
        if not _is_name(name):
            raise BadNote(f"A key's name has no space and no plus, found '{name}'.")
        public = private.public_key().public_bytes_raw()
        return cls(Verifier(name, kind, public), private)

    def sign(self, text: str, at: int = 0) -> Signature:
        """Sign a checkpoint's text at a time in seconds since 1970."""
        found = self.private.sign(message(self.verifier, text, at))
        if self.verifier.kind is not Kind.ED25519:
            found = at.to_bytes(8, "big") + found
        return Signature(self.verifier.name, self.verifier.key_id, found)


def message(verifier: Verifier, text: str, at: int) -> bytes:
    """The bytes that are signed, by the kind of key."""
    match verifier.kind:
        case Kind.ED25519:
            return text.encode()
        case Kind.COSIGNATURE:
            return f"cosignature/v1\ntime {at}\n{text}".encode()
        case Kind.ML_DSA_44:
            told = Checkpoint.parse(text)
            return b"".join(
                (
                    b"subtree/v1\n\x00",
                    _short(verifier.name),
                    at.to_bytes(8, "big"),
                    _short(told.origin),
                    (0).to_bytes(8, "big"),
                    told.size.to_bytes(8, "big"),
                    told.root,
                )
            )


def _short(text: str) -> bytes:
    """Text of at most 255 bytes behind its length."""
    raw = text.encode()
    return bytes([len(raw)]) + raw


def _public(kind: Kind, raw: bytes) -> Any:
    if kind is Kind.ML_DSA_44:
        return MLDSA44PublicKey.from_public_bytes(raw)
    return Ed25519PublicKey.from_public_bytes(raw)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(one.isspace() for one in name)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"'{text[:60]}' is not base64.") from error
