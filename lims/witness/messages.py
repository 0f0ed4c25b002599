"""What a log and a witness say to each other (c2sp.org/tlog-witness). Pure."""

from base64 import b64decode, b64encode
import binascii
from dataclasses import dataclass

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
"""The content type of the answer 409: the size that the witness remembers."""
MOST_PROOF_LINES = 63
MOST_BYTES = 1 << 18
"""Of a request: 63 hashes and a note with far more signatures than a note needs."""

HASH = 32


class BadMessage(Exception):
    """The message is not written as the protocol says; the text says where."""


@dataclass(frozen=True)
class Submission:
    """A checkpoint that asks to be cosigned."""

    old: int
    """The size that the witness is thought to remember; 0 for none."""
    proof: tuple[bytes, ...]
    """That the tree of the old size begins the checkpoint's; none where old is 0."""
    note: bytes

    def render(self) -> bytes:
        lines = [f"old {self.old}", *(b64encode(one).decode() for one in self.proof)]
        return "\n".join([*lines, "", ""]).encode() + self.note

    @classmethod
    def parse(cls, raw: bytes) -> "Submission":
        head, gap, note = raw.partition(b"\n\n")
        if not gap:
            raise BadMessage("Expected an empty line before the checkpoint.")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise BadMessage("The lines above the checkpoint are not ASCII.") from error
        if len(lines) > MOST_PROOF_LINES:
            raise BadMessage(f"More than {MOST_PROOF_LINES} lines of proof.")
        found = cls(_old(first), tuple(map(_hash, lines)), note)
        if found.render() != raw:
            raise BadMessage("The request has another spelling than requests have.")
        return found


def render_size(size: int) -> bytes:
    return f"{size}\n".encode()


def parse_size(raw: bytes) -> int:
    """The size in a 409; BadMessage where it is no number in one line."""
    text = raw.decode("ascii", "replace")
    digits = text.removesuffix("\n")
    if not _is_number(digits) or not text.endswith("\n"):
        raise BadMessage(f"Expected a size in one line, found '{text[:40].strip()}'.")
    return int(digits)


def _old(line: str) -> int:
    word, _, digits = line.partition(" ")
    if word != "old" or not _is_number(digits):
        raise BadMessage(f"Expected 'old SIZE' in the first line: '{line[:40]}'.")
    return int(digits)


def _is_number(digits: str) -> bool:
    """Decimal, no leading zero, and no longer than a size of 64 bits is."""
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 19  # noqa: PLR2004 - 2**63
    return plain and (digits == "0" or not digits.startswith("0"))


def _hash(line: str) -> bytes:
    try:
        found = b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != HASH:
        raise BadMessage(f"Expected a hash in base64, found '{line[:60]}'.")
    return found
