"""Check an evidence bundle on any computer: no network, nothing to install.

    python3 -I verify.py                     the folder that this file lies in
    python3 -I verify.py BUNDLE.zip          a bundle that is still packed
    python3 -I verify.py --key KEY BUNDLE    by the log's key that you brought
    python3 -I verify.py --policy FILE       by your own list of logs and witnesses

It answers in words and by its exit code: 0 proven; 1 broken, with what and where;
2 proven, but not witnessed or not stamped. One file, the standard library of Python
3.8 or later. Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof
and tlog-policy; RFC 6962, 8032, 8785, 3161. Whatever is read is decoded strictly and
written again for comparison, so that one meaning has one form of bytes.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    # Beside this file a forger may have laid a module of his own, such as `json.py`.
    sys.path.pop(0)

import argparse
import base64
import binascii
from collections import OrderedDict
from datetime import datetime, timezone
from functools import partial
import hashlib
import hmac
import json
from pathlib import Path
import re
import shutil
import stat
import subprocess
import tempfile
from typing import Any, Callable, Iterable, Iterator
import zipfile

PROVEN, BROKEN, UNANCHORED = 0, 1, 2
FORM = 1
GENESIS = "0" * 64
MOMENT = r"[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}\.[0-9]{6}Z"
"""How the record writes a time: text in the order of time."""
LARGEST_FILE, LARGEST_BUNDLE, MOST_FILES = 1 << 28, 4 << 30, 200000
LONGEST_WORDS, MOST_ITEMS = 400, 40
MANIFEST = "MANIFEST.sha256"
NEEDED = (
    MANIFEST,
    "VERIFY.md",
    "bundle.json",
    "certificate-signed.pdf",
    "certificate.pdf",
    "checkpoint.latest",
    "openings.json",
    "policy",
    "verify.py",
    "vkeys",
)
KNOWN = (
    r"events/[0-9]{4,}\.(?:json|tlog-proof)",
    r"checkpoints/(?:0|[1-9][0-9]*)\.(?:note|witnesses)",
    r"consistency/[1-9][0-9]*-[1-9][0-9]*",
    r"originals/[0-9a-f]{64}",
    r"tsa/[1-9][0-9]*\.[A-Za-z0-9.-]+\.tsr",
    r"tsa/[A-Za-z0-9.-]+\.pem",
    r"originals/[0-9a-f]{64}\.parts/(?:0|[1-9][0-9]*)",
)
PAPERS = "certificate.pdf", "certificate-signed.pdf"
PHOTOGRAPH, EXPORT, COPY = "photograph", "file of an instrument", "redacted copy"
NOT_PROVEN = (
    "that everything that happened was recorded: only what was recorded is shown;",
    "that the people who recorded it told the truth;",
    "anything after this checkpoint: later events of the same items are not here;",
    "what the PDF files say: the checkpoint and the digest in them must be these here;",
    "that nobody else had the log's key: witnesses and timestamps limit what he could;",
    "that a timestamp authority's certificate was not revoked: that needs a network.",
)


class Broken(Exception):
    """Something is not as it must be: in which file, and what, as a sentence."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(f"{place}: {sentence}")
        self.place = place
        self.sentence = sentence


class NotCheckedHere(Exception):
    """No code for it is in this program: it counts as no proof, and as no fault."""


# ------------------------------------------------------------------ Ed25519 (RFC 8032)

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)


def _add(one: Any, two: Any) -> Any:
    """Points of the curve in extended coordinates (X, Y, Z, T)."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: Any) -> Any:
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _same(one: Any, two: Any) -> bool:
    x = one[0] * two[2] - two[0] * one[2]
    y = one[1] * two[2] - two[1] * one[2]
    return bool(x % _P == 0 and y % _P == 0)


def _point(encoded: bytes) -> Any:
    """The point, or None where these bytes are not the one encoding of a point."""
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good, strictly: one encoding, no small-order point."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= _L:
        return False
    if any(_same(_times(8, one), (0, 1, 1, 0)) for one in (key, nonce)):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    return _same(_times(scalar, _BASE), _add(nonce, _times(challenge, key)))


# --------------------------------------------------------------- the tree (RFC 6962)


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(index: int, size: int, leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} does not exist in a log of {size} entries")
    here, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            raise ValueError("the proof is longer than it must be")
        if here & 1 or here == last:
            found = node_hash(one, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, one)
        here, last = here >> 1, last >> 1
    if last:
        raise ValueError("the proof is cut short")
    return found


def grew(old: int, new: int, was: bytes, root: bytes, proof: list[bytes]) -> None:
    """Refuse unless the new tree begins with all of the old (RFC 9162, 2.1.4.2)."""
    if not 0 < old < new or not proof:
        raise ValueError("the proof is empty or for impossible sizes")
    path = [was, *proof] if old & (old - 1) == 0 else list(proof)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            raise ValueError("the proof is longer than it must be")
        if here & 1 or here == last:
            first, second = node_hash(one, first), node_hash(one, second)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, one)
        here, last = here >> 1, last >> 1
    if last:
        raise ValueError("the proof is cut short")
    if first != was or second != root:
        raise ValueError("the newer log does not begin with the older one")


# ------------------------------------------------------- notes, checkpoints, policies

LOG_KEY, WITNESS_KEY, ML_DSA = 1, 4, 6
KEY_SIZES = {LOG_KEY: 32, WITNESS_KEY: 32, ML_DSA: 1312}


def unbase64(text: str) -> bytes:
    """Standard base64, and only its one canonical form."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise ValueError(f"'{text[:20]}' is not base64") from None
    if base64.b64encode(found).decode() != text:
        raise ValueError(f"'{text[:20]}' is not written as base64 is written")
    return found


def number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text):
        raise ValueError(f"'{text[:20]}' is not a whole number as these files write it")
    return int(text)


def a_hash(text: str) -> bytes:
    found = unbase64(text)
    if len(found) != 32:
        raise ValueError(f"'{text[:20]}' is not a SHA-256")
    return found


class Key:
    """A verifier key (C2SP vkey): name, kind and public key."""

    def __init__(self, name: str, kind: int, public: bytes) -> None:
        self.name = name
        self.kind = kind
        self.public = public
        head = f"{name}\n".encode() + bytes([kind])
        self.id = hashlib.sha256(head + public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> Key:
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise ValueError(f"'{text[:40]}' is not a key: expected NAME+ID+KEY")
        blob = unbase64(parts[2])
        if not blob or KEY_SIZES.get(blob[0]) != len(blob) - 1:
            raise ValueError(f"'{text[:40]}' is no key of a kind that is used here")
        key = cls(parts[0], blob[0], blob[1:])
        if not parts[0] or key.text != text:
            raise ValueError(f"'{text[:40]}' does not carry the ID that its key gives")
        return key

    @property
    def text(self) -> str:
        blob = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{blob}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's bytes, in groups of four."""
        return grouped(sha256_of(self.public))


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def grouped(digest: str) -> str:
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


class Note:
    """A signed note, taken apart; `text` is what the signatures are over."""

    def __init__(self, place: str, content: bytes) -> None:
        self.place = place
        self.content = content
        try:
            whole = content.decode("utf-8")
        except UnicodeDecodeError:
            raise Broken(place, "It is not text.") from None
        if any(ord(one) < 32 and one != "\n" for one in whole):
            raise Broken(place, "It has a control character that no note may have.")
        self.text, rule, rest = whole.rpartition("\n\n")
        if not rule or not rest.endswith("\n"):
            raise Broken(place, "It is cut short: no signed note stands in it.")
        self.text += "\n"
        self.lines = [self._line(one) for one in rest[:-1].split("\n")]
        try:
            self._read_text()
        except ValueError as error:
            raise Broken(place, f"It is no checkpoint: {error}.") from None

    def _line(self, line: str) -> tuple[str, bytes, bytes]:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1] or "+" in parts[1]:
            raise Broken(self.place, f"'{line[:40]}' is not a line of a signature.")
        try:
            blob = unbase64(parts[2])
        except ValueError as error:
            raise Broken(self.place, f"A signature cannot be read: {error}.") from None
        if len(blob) < 5:
            raise Broken(self.place, f"The signature of '{parts[1]}' is cut short.")
        return parts[1], blob[:4], blob[4:]

    def _read_text(self) -> None:
        lines = self.text[:-1].split("\n")
        if len(lines) != 3:
            raise ValueError(f"found {len(lines)} lines, expected origin, size, root")
        self.origin, self.size, self.root = lines[0], number(lines[1]), a_hash(lines[2])
        if not self.origin:
            raise ValueError("it names no log")

    def by(self, key: Key) -> list[bytes]:
        """The signatures that say they are by this key."""
        return [s for name, id_, s in self.lines if (name, id_) == (key.name, key.id)]


class Policy:
    """Whom to believe: logs, witnesses and how many of them (C2SP tlog-policy)."""

    def __init__(self, place: str, content: bytes) -> None:
        self.place = place
        self.content = content
        self.logs = []  # type: list[Key]
        self.witnesses = OrderedDict()  # type: OrderedDict[str, Key]
        self.groups = {}  # type: dict[str, tuple[int, list[str]]]
        self.quorum = None  # type: str | None
        self._members = set()  # type: set[str]
        try:
            if not content.endswith(b"\n"):
                raise ValueError("its last line is cut short")
            if any((c < 32 and c not in b"\t\n") or c == 127 for c in content):
                raise ValueError("it has a control character")
            for line in content.decode("utf-8", "surrogateescape").split("\n"):
                self._line([word for word in re.split(r"[ \t]+", line) if word])
            if self.quorum is None:
                raise ValueError("it has no line 'quorum'")
        except ValueError as error:
            raise Broken(place, f"The policy cannot be used: {error}.") from None

    def _line(self, words: list[str]) -> None:
        if not words or words[0].startswith("#"):
            return
        kind, given = words[0], words[1:]
        if kind == "log" and len(given) in (1, 2):
            self._log(Key.parse(given[0]))
        elif kind == "witness" and len(given) in (2, 3):
            self._witness(given[0], Key.parse(given[1]))
        elif kind == "group" and len(given) >= 3:
            self._group(given[0], given[1], given[2:])
        elif kind == "quorum" and len(given) == 1:
            if self.quorum is not None:
                raise ValueError("it has two lines 'quorum'")
            if given[0] != "none" and not self._is_named(given[0]):
                raise ValueError(f"its quorum '{given[0]}' is not defined before")
            self.quorum = given[0]
        else:
            raise ValueError(f"'{' '.join(words)[:40]}' is no line of a policy")

    def _log(self, key: Key) -> None:
        if key.kind == WITNESS_KEY:
            raise ValueError(f"the log '{key.name}' has a key for witnesses")
        self._refuse_twice(key, self.logs)
        self.logs.append(key)

    def _witness(self, name: str, key: Key) -> None:
        if key.kind == LOG_KEY:
            raise ValueError(f"the witness '{name}' has a key for logs")
        self._refuse_twice(key, self.witnesses.values())
        self._refuse_name(name)
        self.witnesses[name] = key

    def _group(self, name: str, how_many: str, members: list[str]) -> None:
        needed = {"any": 1, "all": len(members)}.get(how_many) or number(how_many)
        if not 1 <= needed <= len(members):
            raise ValueError(f"the group '{name}' needs {needed} of {len(members)}")
        for one in members:
            if not self._is_named(one) or one in self._members:
                raise ValueError(f"'{one}' is unknown or stands in two groups")
            self._members.add(one)
        self._refuse_name(name)
        self.groups[name] = needed, members

    def _is_named(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _refuse_name(self, name: str) -> None:
        if name == "none" or self._is_named(name):
            raise ValueError(f"the name '{name}' is taken")

    @staticmethod
    def _refuse_twice(key: Key, others: Iterable[Key]) -> None:
        if any(key.public == one.public for one in others):
            raise ValueError(f"the key of '{key.name}' stands there twice")

    def is_met(self, names: set[str], wanted: str | None = None) -> bool:
        """Whether these witnesses make the quorum; 'none' is no witness at all."""
        wanted = self.quorum if wanted is None else wanted
        if wanted in self.groups:
            needed, members = self.groups[str(wanted)]
            return sum(self.is_met(names, one) for one in members) >= needed
        return wanted in names


# ------------------------------------------------------------- DER and certificates


class Der:
    """One DER value; strict, so that no second form of the same meaning passes."""

    def __init__(self, tag: int, body: bytes, raw: bytes) -> None:
        self.tag = tag
        self.body = body
        self.raw = raw

    @classmethod
    def first(cls, data: bytes) -> Der:
        if len(data) < 2 or data[0] & 0x1F == 0x1F:
            raise ValueError("DER is cut short")
        size, at = data[1], 2
        if size & 0x80:
            count = size & 0x7F
            at += count
            size = int.from_bytes(data[2:at], "big")
            if not 0 < count < 5 or data[2:3] == b"\x00" or size < 0x80:
                raise ValueError("a length is not in DER")
        if at + size > len(data):
            raise ValueError("DER is cut short")
        return cls(data[0], data[at : at + size], data[: at + size])

    @classmethod
    def whole(cls, data: bytes, tag: int) -> Der:
        found = cls.first(data)
        if found.raw != data or found.tag != tag:
            raise ValueError("DER holds something else than was expected")
        return found

    def parts(self) -> list[Der]:
        found, rest = [], self.body
        while rest:
            found.append(Der.first(rest))
            rest = rest[len(found[-1].raw) :]
        return found

    def is_a(self, tag: int) -> Der:
        if self.tag != tag:
            raise ValueError("DER holds something else than was expected")
        return self

    @property
    def oid(self) -> str:
        found, value = [], 0
        for one in self.is_a(0x06).body:
            value = value << 7 | one & 0x7F
            if not one & 0x80:
                found.append(value)
                value = 0
        top = min(found[0] // 40, 2)
        return ".".join(map(str, [top, found[0] - 40 * top, *found[1:]]))

    @property
    def integer(self) -> int:
        return int.from_bytes(self.is_a(0x02).body, "big", signed=True)

    @property
    def bits(self) -> bytes:
        if self.is_a(0x03).body[:1] != b"\x00":
            raise ValueError("a row of bits is not whole bytes")
        return self.body[1:]

    @property
    def moment(self) -> datetime:
        text = self.body.decode("ascii")
        if self.tag == 0x17:
            text = ("19" if text[:2] >= "50" else "20") + text
        form = r"[0-9]{14}(?:\.[0-9]{0,5}[1-9])?Z"
        if self.tag not in (0x17, 0x18) or not re.fullmatch(form, text):
            raise ValueError(f"'{text[:20]}' is not a time in DER")
        moment = datetime.strptime(text[:14] + "+0000", "%Y%m%d%H%M%S%z")
        return moment.replace(microsecond=int(text[15:-1].ljust(6, "0") or 0))


_PRIME_FIELDS = {
    "1.2.840.10045.3.1.7": (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "1.3.132.0.34": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        int(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
            "c656398d8a2ed19d2a85c8edd3ec2aef",
            16,
        ),
        int(
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
            "5502f25dbf55296c3a545e3872760ab7",
            16,
        ),
        int(
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
            "0a60b1ce1d7e819d7a431d7c90ea0e5f",
            16,
        ),
        int(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
            "581a0db248b0a77aecec196accc52973",
            16,
        ),
    ),
}
"""NIST P-256 and P-384: prime, b, base point x and y, order (a is minus three)."""

_HASHES = {
    "2.16.840.1.101.3.4.2.1": ("sha256", "3031300d060960864801650304020105000420"),
    "2.16.840.1.101.3.4.2.2": ("sha384", "3041300d060960864801650304020205000430"),
    "2.16.840.1.101.3.4.2.3": ("sha512", "3051300d060960864801650304020305000440"),
}
"""Digest OID: its name, and what stands before it in an RSA signature (RFC 8017)."""

_RSA = "1.2.840.113549.1.1."
_SHA_OF = {
    f"{_RSA}11": "2.16.840.1.101.3.4.2.1",
    f"{_RSA}12": "2.16.840.1.101.3.4.2.2",
    f"{_RSA}13": "2.16.840.1.101.3.4.2.3",
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}

_BARE = (f"{_RSA}1", "1.2.840.10045.2.1", "1.3.101.112")
"""Kinds of signature that leave the digest to be named beside."""


def digest_of(oid: str, data: bytes) -> bytes:
    if oid not in _HASHES:
        raise NotCheckedHere(f"the digest '{oid}'")
    return hashlib.new(_HASHES[oid][0], data).digest()


def is_signed(spki: Der, hash_oid: str, signature: bytes, data: bytes) -> bool:
    """Whether the holder of the public key signed these bytes: RSA, ECDSA, Ed25519."""
    algorithm, key = spki.parts()
    kinds = algorithm.parts()
    kind = kinds[0].oid
    if kind == "1.3.101.112":
        return ed25519(key.bits, data, signature)
    digest = digest_of(hash_oid, data)
    if kind == f"{_RSA}1":
        modulus, exponent = (one.integer for one in Der.whole(key.bits, 0x30).parts())
        return _rsa(modulus, exponent, signature, _HASHES[hash_oid][1], digest)
    if kind == "1.2.840.10045.2.1" and kinds[1].oid in _PRIME_FIELDS:
        return _ecdsa(_PRIME_FIELDS[kinds[1].oid], key.bits, signature, digest)
    raise NotCheckedHere(f"keys of the kind '{kind}'")


def _rsa(modulus: int, exponent: int, signed: bytes, head: str, digest: bytes) -> bool:
    """RSASSA-PKCS1-v1_5: the padded digest is built and compared, never parsed."""
    size = (modulus.bit_length() + 7) // 8
    end = b"\x00" + bytes.fromhex(head) + digest
    if modulus.bit_length() < 2048 or len(signed) != size:
        return False
    wanted = (b"\x00\x01" + b"\xff" * size)[: size - len(end)] + end
    opened = pow(int.from_bytes(signed, "big"), exponent, modulus)
    return opened.to_bytes(size, "big") == wanted


def _ecdsa(curve: Any, public: bytes, signature: bytes, digest: bytes) -> bool:
    prime, b, base_x, base_y, order = curve
    size = (prime.bit_length() + 7) // 8
    if len(public) != 1 + 2 * size or public[0] != 4:
        return False
    x = int.from_bytes(public[1 : 1 + size], "big")
    y = int.from_bytes(public[1 + size :], "big")
    if max(x, y) >= prime or (y * y - (x * x * x - 3 * x + b)) % prime:
        return False
    r, s = (one.integer for one in Der.whole(signature, 0x30).parts())
    if not (0 < r < order and 0 < s < order):
        return False
    spare = max(0, len(digest) * 8 - order.bit_length())
    value = int.from_bytes(digest, "big") >> spare
    inverse = pow(s, -1, order)
    found = _sum(
        _multiple(value * inverse % order, (base_x, base_y), prime),
        _multiple(r * inverse % order, (x, y), prime),
        prime,
    )
    return found is not None and found[0] % order == r


def _sum(one: Any, two: Any, prime: int) -> Any:
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % prime == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, prime)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, prime)
    x = (slope * slope - one[0] - two[0]) % prime
    return x, (slope * (one[0] - x) - one[1]) % prime


def _multiple(times: int, point: Any, prime: int) -> Any:
    total = None
    while times:
        if times & 1:
            total = _sum(total, point, prime)
        point = _sum(point, point, prime)
        times >>= 1
    return total


class Certificate:
    """What a chain of trust needs of an X.509 certificate (RFC 5280)."""

    UNDERSTOOD = ("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.37")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.signed, algorithm, signature = Der.whole(raw, 0x30).parts()
        fields = self.signed.parts()
        if fields[0].tag == 0xA0:
            fields = fields[1:]
        self.serial, _, self.issuer, validity, self.subject, self.spki = fields[:6]
        self.since, self.until = (one.moment for one in validity.parts())
        self.algorithm = algorithm.parts()[0].oid
        self.signature = signature.bits
        self.extensions = {}  # type: dict[str, tuple[bool, bytes]]
        for field in fields[6:]:
            if field.tag == 0xA3:
                for one in field.parts()[0].parts():
                    inside = one.parts()
                    self.extensions[inside[0].oid] = len(inside) == 3, inside[-1].body

    @property
    def common_name(self) -> str:
        for one in self.subject.parts():
            kind, value = one.parts()[0].parts()
            if kind.oid == "2.5.4.3":
                return value.body.decode("utf-8", "replace")
        return "without a name"

    @property
    def is_authority(self) -> bool:
        constraints = self.extensions.get("2.5.29.19")
        usage = self.extensions.get("2.5.29.15")
        if constraints is None or not Der.whole(constraints[1], 0x30).body:
            return False
        first = Der.whole(constraints[1], 0x30).parts()[0]
        signs = usage is None or bool(Der.whole(usage[1], 0x03).body[1] & 0x04)
        return first.tag == 0x01 and first.body == b"\xff" and signs

    @property
    def stamps_time(self) -> bool:
        """Its one purpose is to stamp times, and it says that this is binding."""
        binding, value = self.extensions.get("2.5.29.37", (False, b"\x30\x00"))
        purposes = [one.oid for one in Der.whole(value, 0x30).parts()]
        return binding and purposes == ["1.3.6.1.5.5.7.3.8"]

    def is_issued_by(self, other: Certificate) -> bool:
        if self.issuer.raw != other.subject.raw:
            return False
        hash_oid = _SHA_OF.get(self.algorithm, self.algorithm)
        return is_signed(other.spki, hash_oid, self.signature, self.signed.raw)

    def refuse_at(self, moment: datetime) -> None:
        if not self.since <= moment <= self.until:
            raise ValueError(f"the certificate '{self.common_name}' was not valid then")
        for oid, (binding, _) in self.extensions.items():
            if binding and oid not in self.UNDERSTOOD:
                raise NotCheckedHere(f"certificates with the extension '{oid}'")


def certificates_of(pem: bytes) -> list[Certificate]:
    found = re.findall(
        rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", pem
    )
    return [Certificate(base64.b64decode(b"".join(one.split()))) for one in found]


# ---------------------------------------------------------------- timestamps (RFC 3161)

_TST_INFO = "1.2.840.113549.1.9.16.1.4"


class Token:
    """One timestamp: what it stamps, when, and the signature that says so."""

    def __init__(self, raw: bytes) -> None:
        outer = Der.whole(raw, 0x30).parts()
        if outer[0].tag == 0x30:  # an answer of an authority: a status, then the token
            if outer[0].parts()[0].integer not in (0, 1):
                raise ValueError("the authority refused the request")
            outer = outer[1].is_a(0x30).parts()
        if outer[0].oid != "1.2.840.113549.1.7.2":
            raise ValueError("it is no signed data")
        signed = outer[1].is_a(0xA0).parts()[0].is_a(0x30).parts()
        kind, content = signed[2].parts()
        if kind.oid != _TST_INFO:
            raise ValueError("it is no timestamp")
        self.content = content.is_a(0xA0).parts()[0].is_a(0x04).body
        info = Der.whole(self.content, 0x30).parts()
        algorithm, imprint = info[2].parts()
        self.imprint = algorithm.parts()[0].oid, imprint.is_a(0x04).body
        self.moment = info[4].moment
        self.certificates = [
            Certificate(one.raw)
            for part in signed[3:]
            if part.tag == 0xA0
            for one in part.parts()
            if one.tag == 0x30
        ]
        signers = signed[-1].is_a(0x31).parts()
        if len(signers) != 1:
            raise ValueError("it has more than one signature")
        self._read_signer(signers[0].parts())

    def _read_signer(self, fields: list[Der]) -> None:
        self.signer = fields[1]
        self.digest = fields[2].parts()[0].oid
        attributes = fields[3].is_a(0xA0)
        self.attributes = b"\x31" + attributes.raw[1:]
        self.told = {}  # type: dict[str, Der]
        for one in attributes.parts():
            kind, values = one.parts()
            if kind.oid in self.told or len(values.parts()) != 1:
                raise ValueError("a signed attribute stands there twice")
            self.told[kind.oid] = values.parts()[0]
        self.algorithm = fields[4].parts()[0].oid
        self.signature = fields[5].is_a(0x04).body

    def check(self, note: bytes, roots: list[Certificate]) -> Certificate:
        """Refuse unless a trusted authority stamped exactly this note."""
        if self.imprint[1] != digest_of(self.imprint[0], note):
            raise ValueError("it stamps something else than this checkpoint")
        content_type = self.told.get("1.2.840.113549.1.9.3")
        stated = self.told.get("1.2.840.113549.1.9.4")
        if content_type is None or content_type.oid != _TST_INFO or stated is None:
            raise ValueError("its signature does not say what it is over")
        if stated.is_a(0x04).body != digest_of(self.digest, self.content):
            raise ValueError("its content was changed after it was signed")
        signer = self._certificate()
        hash_oid = _SHA_OF.get(self.algorithm, self.digest)
        if self.algorithm not in _SHA_OF and self.algorithm not in _BARE:
            raise NotCheckedHere(f"signatures of the kind '{self.algorithm}'")
        if not is_signed(signer.spki, hash_oid, self.signature, self.attributes):
            raise ValueError("its signature is false")
        if not signer.stamps_time:
            raise ValueError(f"'{signer.common_name}' may not stamp times")
        self._refuse_stranger(signer, roots)
        return signer

    def _certificate(self) -> Certificate:
        """The signer's, bound to the signature by its hash (RFC 3161 2.4.2, 5816)."""
        one = self.told.get("1.2.840.113549.1.9.16.2.47")
        old = self.told.get("1.2.840.113549.1.9.16.2.12")
        bound = one or old
        if bound is None:
            raise ValueError("its signature does not name its certificate")
        named = bound.parts()[0].parts()[0].parts()
        oid = "2.16.840.1.101.3.4.2.1"
        if one is not None and named[0].tag == 0x30:
            oid, named = named[0].parts()[0].oid, named[1:]
        for known in self.certificates:
            digest = (
                hashlib.new("sha1", known.raw).digest()  # noqa: S324 - RFC 3161's own
                if one is None
                else digest_of(oid, known.raw)
            )
            if digest == named[0].is_a(0x04).body and self._is_signer(known):
                return known
        raise NotCheckedHere("tokens without their authority's certificate")

    def _is_signer(self, known: Certificate) -> bool:
        if self.signer.tag == 0x30:
            return self.signer.body == known.issuer.raw + known.serial.raw
        key = known.extensions.get("2.5.29.14", (False, b""))[1]
        return key == b"\x04" + bytes([len(self.signer.body)]) + self.signer.body

    def _refuse_stranger(self, signer: Certificate, roots: list[Certificate]) -> None:
        here = signer
        for _ in range(8):
            here.refuse_at(self.moment)
            if any(here.raw == one.raw for one in roots):
                return
            for other in [*roots, *self.certificates]:
                if other.is_authority and here.is_issued_by(other):
                    here = other
                    break
            else:
                break
        raise ValueError(
            f"'{signer.common_name}' leads to no authority that is trusted"
        )


def by_openssl(
    token: bytes, note: bytes, roots: bytes, moment: datetime
) -> bool | None:
    """What `openssl ts -verify` says; None where that program is not here."""
    program = shutil.which("openssl")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / one) for one in ("note", "token", "roots.pem")]
        for path, content in zip(paths, (note, token, roots)):
            Path(path).write_bytes(content)
        asked = [program, "ts", "-verify", "-data", paths[0], "-in", paths[1]]
        asked += ["-CAfile", paths[2], "-attime", str(int(moment.timestamp()))]
        answer = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603 - fixed words and paths of our own
        return answer.returncode == 0


# ------------------------------------------------------------------- where files lie


def refuse_name(name: str) -> None:
    """Only plain relative names: none that could leave the folder, on any system."""
    parts = name.split("/")
    if not re.fullmatch(r"[A-Za-z0-9._/-]{1,200}", name) or any(
        part in ("", ".", "..") for part in parts
    ):
        raise Broken(ascii(name)[1:81], "No file of a bundle can have such a name.")


def refuse_alike(names: list[str]) -> None:
    seen = set()  # type: set[str]
    for name in names:
        if name.lower() in seen:
            raise Broken(name, "The bundle has two files of this name.")
        seen.add(name.lower())


class Folder:
    """An unpacked bundle."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = sorted(self._walk(path, ""))
        refuse_alike(self.names)

    def _walk(self, path: Path, prefix: str) -> Iterator[str]:
        for one in path.iterdir():
            name = prefix + one.name
            refuse_name(name)
            mode = one.lstat().st_mode
            if stat.S_ISDIR(mode):
                yield from self._walk(one, f"{name}/")
            elif stat.S_ISREG(mode):
                yield name
            else:
                raise Broken(name, "It is a link or a device where a file must lie.")

    def read(self, name: str) -> bytes:
        path = self.path / name
        if path.stat().st_size > LARGEST_FILE:
            raise Broken(name, "It is larger than any file of a bundle.")
        return path.read_bytes()


class Zip:
    """A bundle as it was handed over; nothing of it is written to the disk."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except Exception as error:  # noqa: BLE001 - zipfile has many for bad bytes
            raise Broken(
                path.name, f"It is no zip that can be read: {error}."
            ) from None
        infos = self.zip.infolist()
        if len(infos) > MOST_FILES or sum(i.file_size for i in infos) > LARGEST_BUNDLE:
            raise Broken(path.name, "It would unpack to more than any bundle has.")
        for one in infos:
            self._refuse(one)
        self._refuse_overlap(path, infos)
        self.names = sorted(one.filename for one in infos)
        refuse_alike(self.names)

    @staticmethod
    def _refuse(info: zipfile.ZipInfo) -> None:
        refuse_name(info.filename if info.filename == info.orig_filename else "//")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise Broken(info.filename, "It is a link or a device in the zip.")
        if info.flag_bits & 0x1 or info.file_size > LARGEST_FILE:
            raise Broken(info.filename, "It is encrypted or larger than any file here.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(info.filename, "It is packed in a way that no bundle is.")

    def _refuse_overlap(self, path: Path, infos: list[zipfile.ZipInfo]) -> None:
        """Every byte of the zip is of a file, of the directory or of its end.

        What another program would unpack of it is then the same as what is read here.
        """
        end = 0
        for one in sorted(infos, key=lambda info: info.header_offset):
            if one.header_offset != end:
                raise Broken(path.name, f"Bytes are hidden before '{one.filename}'.")
            extra = 30 + len(one.filename.encode()) + len(one.extra)
            end = one.header_offset + extra + one.compress_size
        listed = sum(46 + len(i.filename.encode()) + len(i.extra) for i in infos)
        last = 98 if len(infos) > 65535 else 22
        if self.zip.start_dir != end or path.stat().st_size != end + listed + last:
            raise Broken(path.name, "Bytes are hidden behind the last file.")

    def read(self, name: str) -> bytes:
        try:
            return self.zip.read(name)
        except Exception as error:  # noqa: BLE001 - so have zlib and its kin
            raise Broken(name, f"It cannot be unpacked: {error}.") from None


# ---------------------------------------------------------------------- the examination


class Trust:
    """What the auditor brought himself."""

    def __init__(
        self,
        keys: Iterable[str] = (),
        policy: bytes | None = None,
        roots: bytes | None = None,
    ) -> None:
        self.policy = policy
        self.roots = roots
        self.keys = []  # type: list[Key]
        self.fingerprints = []  # type: list[str]
        for one in keys:
            bare = one.replace(" ", "").lower()
            if re.fullmatch(r"[0-9a-f]{64}", bare):
                self.fingerprints.append(grouped(bare))
            else:
                self.keys.append(Key.parse(one))


class Event:
    """One event, its place in the log and in its item's chain."""

    def __init__(self, place: str, body: bytes) -> None:
        self.place = place
        self.body = body
        self.leaf = leaf_hash(body)
        self.index = -1
        told = strict_json(place, body)
        names = ("actor", "at", "facts", "form", "item", "kind", "prev", "seq", "tag")
        if not isinstance(told, dict) or tuple(sorted(told)) != names:
            raise Broken(place, "It is not an event: fields are missing or added.")
        if told["form"] != FORM or not isinstance(told["facts"], dict):
            raise Broken(place, f"Its form is '{told['form']}', expected {FORM}.")
        self.facts = told["facts"]  # type: dict[str, Any]
        self.item, self.seq, self.prev = told["item"], told["seq"], told["prev"]
        self.kind, self.tag, self.at = told["kind"], told["tag"], told["at"]
        if type(self.seq) is not int or self.seq < 1:
            raise Broken(place, "Its number in the chain of its item is impossible.")
        if not re.fullmatch(MOMENT, str(self.at)):
            raise Broken(place, "Its time is not written as the record writes times.")


def canonical(value: Any) -> bytes:
    """RFC 8785 for text, whole numbers, lists and objects with ASCII names."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def strict_json(place: str, content: bytes) -> Any:
    """JSON in its one canonical form: no repeated name, no float, nothing loose."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in found}) != len(found):
            raise ValueError("a name stands twice")
        return dict(found)

    def refuse(text: str) -> None:
        raise ValueError(f"the number '{text}' is not whole")

    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=pairs,
            parse_float=refuse,
            parse_constant=refuse,
        )
        if canonical(value) != content:
            raise ValueError("it is not in the one form that was hashed")
    except (ValueError, RecursionError) as error:
        raise Broken(place, f"It is no record of the log: {error}.") from None
    return value


class Examination:
    """Everything that is checked of one bundle, in the order of the report."""

    def __init__(self, source: Any, trust: Trust) -> None:
        self.source = source
        self.trust = trust
        self.broken = []  # type: list[Broken]
        self.proven = []  # type: list[str]
        self.not_checked = []  # type: list[str]
        self.rests_on = OrderedDict()  # type: OrderedDict[str, str]
        self.wanting = []  # type: list[str]
        self.about = {}  # type: dict[str, Any]
        self.events = []  # type: list[Event]
        self.notes = {}  # type: dict[int, Note]
        self.joined = set()  # type: set[int]
        self.latest = None  # type: Note | None
        self.policy = None  # type: Policy | None
        self.logs = []  # type: list[Key]
        self.witnessed = 0
        self.too_few = False
        self.stamped = 0
        self.left_out = []  # type: list[str]
        self.noted = []  # type: list[str]
        self.manifest = ""
        self._told = set()  # type: set[tuple[str, str, str]]
        self._opened = {}  # type: dict[str, tuple[str, str]]
        self._checked = {}  # type: dict[tuple[bytes, bytes, bytes], bool]

    def run(self) -> int:
        steps = [
            self._files,
            self._keys,
            self._checkpoints,
            self._consistency,
            self._read_events,
            self._proofs,
            self._chains,
            self._table,
            self._openings,
            self._originals,
            self._parts,
            self._papers,
            self._witnesses,
            self._timestamps,
        ]  # type: list[Callable[[], None]]
        for step in steps:
            self._try(step)
        if self.broken:
            return BROKEN
        self._anchors()
        return UNANCHORED if self.wanting else PROVEN

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Broken as error:
            self.broken.append(error)
        except Exception as error:  # noqa: BLE001 - a hostile bundle must not stop us
            what = f"{type(error).__name__}: {error}"
            self._fault("bundle", f"It is made as no bundle is ({what[:120]}).")

    def _fault(self, place: str, sentence: str) -> None:
        self.broken.append(Broken(place, sentence))

    def _named(self, pattern: str) -> list[str]:
        return [one for one in self.source.names if re.fullmatch(pattern, one)]

    def _read(self, name: str) -> bytes:
        if name not in self.source.names:
            raise Broken(name, "The file is missing.")
        content = self.source.read(name)
        assert isinstance(content, bytes)  # noqa: S101 - the sources are above
        return content

    # ---- files

    def _files(self) -> None:
        listed = self._manifest()
        for name in sorted(set(listed) | set(NEEDED) | set(self.source.names)):
            if name != MANIFEST:
                self._file(name, listed.get(name))
        if not self.broken:
            self.proven.append(
                f"{len(listed)} files are complete and as '{MANIFEST}' lists them."
            )

    def _file(self, name: str, digest: str | None) -> None:
        if name not in self.source.names:
            self._fault(name, "The file is missing.")
        elif name not in NEEDED and not any(re.fullmatch(k, name) for k in KNOWN):
            self._fault(name, "No bundle has such a file: somebody added it.")
        elif digest is None:
            self._fault(name, f"It is not in the list '{MANIFEST}': somebody added it.")
        else:
            found = hashlib.sha256(self._read(name)).hexdigest()
            if found != digest:
                self._fault(
                    name,
                    f"Its bytes were changed: SHA-256 is '{found[:16]}...', the list "
                    f"'{MANIFEST}' says '{digest[:16]}...'.",
                )

    def _manifest(self) -> dict[str, str]:
        listed = OrderedDict()  # type: OrderedDict[str, str]
        content = self._read(MANIFEST)
        self.manifest = sha256_of(content)
        for line in content.decode("utf-8", "replace").split("\n")[:-1]:
            digest, _, name = line.partition("  ")
            if not re.fullmatch(r"[0-9a-f]{64}", digest):
                raise Broken(MANIFEST, f"'{ascii(line)[1:41]}' is no line of the list.")
            refuse_name(name)
            listed[name] = digest
        again = "".join(f"{listed[name]}  {name}\n" for name in sorted(listed))
        if again.encode() != content:
            raise Broken(MANIFEST, "The list is not in the one order it must have.")
        return listed

    # ---- keys

    def _keys(self) -> None:
        own = Policy("policy", self._read("policy"))
        self.policy = own
        self._vkeys(own)
        if self.trust.policy is not None:
            self.policy = Policy("your policy", self.trust.policy)
            whence = "the policy that you gave"
        elif self.trust.keys or self.trust.fingerprints:
            whence = "the key that you gave; the witnesses are those the bundle names"
        else:
            whence = (
                "the bundle itself. Whoever makes a whole bundle can put a key of his "
                "own into it: compare the fingerprint with the one on your paper, or "
                "give your key with --key or your policy with --policy"
            )
        self.logs = [key for key in self.policy.logs if self._is_mine(key)]
        if self.trust.keys or self.trust.fingerprints:
            missing = [k.name for k in self.trust.keys if k.text not in self._texts()]
            missing += [
                f for f in self.trust.fingerprints if f not in self._fingerprints()
            ]
            if missing:
                raise Broken(
                    self.policy.place,
                    f"The log key that you gave ('{missing[0][:40]}') is not the one "
                    "that this bundle was made with.",
                )
        signing = [key for key in self.logs if key.kind == LOG_KEY]
        if not signing:
            raise Broken(
                self.policy.place, "It names no log key that can be used here."
            )
        self.rests_on["log"] = signing[0].name
        for at, key in enumerate(signing):
            more = f" {at + 1}" if at else ""
            self.rests_on[f"its key{more}"] = key.text
            self.rests_on[f"SHA-256 of it{more}"] = key.fingerprint
        for name, key in self.policy.witnesses.items():
            self.rests_on[f"witness {name}"] = f"{key.name}, SHA-256 {key.fingerprint}"
        self.rests_on["taken from"] = whence + "."

    def _vkeys(self, policy: Policy) -> None:
        """The file `vkeys` repeats the policy's keys, for tools that take no policy."""
        found = self._read("vkeys").decode("utf-8", "replace").split("\n")
        named = [one.text for one in [*policy.logs, *policy.witnesses.values()]]
        if found != [*named, ""]:
            self._fault("vkeys", "Its keys are not those of the policy.")

    def _is_mine(self, key: Key) -> bool:
        if not self.trust.keys and not self.trust.fingerprints:
            return True
        given = {one.text for one in self.trust.keys}
        mine = key.text in given or key.fingerprint in self.trust.fingerprints
        return mine or key.kind == ML_DSA

    def _texts(self) -> set[str]:
        return {one.text for one in self.logs}

    def _fingerprints(self) -> set[str]:
        return {one.fingerprint for one in self.logs}

    # ---- checkpoints

    def _checkpoints(self) -> None:
        for name in self._named(KNOWN[1]):
            if name.endswith(".note"):
                self._try(partial(self._checkpoint, name))
            elif name[: -len("witnesses")] + "note" not in self.source.names:
                self._fault(name, "Witnesses of a checkpoint that is not here.")
        latest = Note("checkpoint.latest", self._read("checkpoint.latest"))
        self._refuse_unsigned(latest)
        known = self.notes.get(latest.size)
        if known is None or known.content != latest.content:
            raise Broken(
                latest.place,
                f"It is not the same as 'checkpoints/{latest.size}.note' with its "
                "witnesses.",
            )
        later = [size for size in self.notes if size > latest.size]
        if later:
            raise Broken(latest.place, f"A later checkpoint, of {later[0]}, is here.")
        self.latest = latest
        self.joined.add(latest.size)
        self.proven.append(
            f"The checkpoint of {latest.size} entries is signed by the log (Ed25519)."
        )

    def _checkpoint(self, name: str) -> None:
        alone = self._read(name)
        lines = name[: -len("note")] + "witnesses"
        more = self._read(lines) if lines in self.source.names else b""
        self._refuse_unsigned(Note(name, alone))
        whole = Note(name if not more else lines, alone + more)
        if name != f"checkpoints/{whole.size}.note":
            raise Broken(name, f"It is the checkpoint of {whole.size} entries.")
        self._refuse_unsigned(whole)
        self.notes[whole.size] = whole

    def _refuse_unsigned(self, note: Note) -> None:
        """One good Ed25519 line of a trusted log key; none that is false."""
        good = 0
        for key in self.logs:
            if key.kind != LOG_KEY or key.name != note.origin:
                continue
            for signature in note.by(key):
                if not self._is_by(key, note.text.encode(), signature):
                    raise Broken(note.place, "The log's signature is false.")
                good += 1
        if not good:
            raise Broken(
                note.place,
                "It is not signed by a log key that is trusted here. (A log that "
                "changed its key needs each of its keys: give --key for each.)",
            )

    def _is_by(self, key: Key, message: bytes, signature: bytes) -> bool:
        asked = key.public, message, signature
        if asked not in self._checked:
            self._checked[asked] = ed25519(*asked)
        return self._checked[asked]

    def _consistency(self) -> None:
        latest = self._latest()
        for name in self._named(KNOWN[2]):
            old, new = (int(one) for one in name.split("/")[1].split("-"))
            if new != latest.size or old not in self.notes or old == new:
                self._fault(name, "It joins checkpoints that are not in this bundle.")
                continue
            self._try(partial(self._joined, name, old))
        for size in sorted(set(self.notes) - self.joined):
            self._fault(
                f"consistency/{size}-{latest.size}",
                f"Nothing shows that the log of {latest.size} entries begins with the "
                f"checkpoint of {size}.",
            )
        if len(self.joined) > 1 and not self.broken:
            earlier = ", ".join(str(size) for size in sorted(self.joined)[:-1])
            self.proven.append(
                f"The log only grew: it begins with its checkpoints of {earlier}."
            )

    def _joined(self, name: str, old: int) -> None:
        latest = self._latest()
        try:
            lines = self._read(name).decode("ascii", "replace").split("\n")
            if lines.pop() != "":
                raise ValueError("its last line is cut short")
            proof = [a_hash(line) for line in lines]
            grew(old, latest.size, self.notes[old].root, latest.root, proof)
        except ValueError as error:
            raise Broken(
                name, f"It does not show that the log only grew: {error}."
            ) from None
        self.joined.add(old)

    def _latest(self) -> Note:
        if self.latest is None:
            raise Broken("checkpoint.latest", "Without it no event can be checked.")
        return self.latest

    # ---- events

    def _read_events(self) -> None:
        bodies = self._named(r"events/[0-9]{4,}\.json")
        width = max(4, len(str(len(bodies))))
        for at, name in enumerate(sorted(bodies), 1):
            wanted = f"events/{at:0{width}}.json"
            if name != wanted:
                self._fault(wanted, f"The event is missing; the next is '{name}'.")
                break
        proofs = set(self._named(r"events/[0-9]{4,}\.tlog-proof"))
        for name in bodies:
            proofs.discard(name[:-4] + "tlog-proof")
            self._try(partial(self._read_event, name))
        for name in sorted(proofs):
            self._fault(name, "A proof without its event: the event was taken out.")
        if not bodies:
            raise Broken("events", "The bundle has no events.")

    def _read_event(self, name: str) -> None:
        self.events.append(Event(name, self._read(name)))

    def _proofs(self) -> None:
        latest = self._latest()
        before, whole = -1, not self.broken
        for event in self.events:
            name = event.place[:-4] + "tlog-proof"
            try:
                event.index = self._prove(name, event, latest)
            except Broken as error:
                self.broken.append(error)
                continue
            if event.index <= before:
                self._fault(event.place, "It does not stand in the order of the log.")
            before = event.index
        if whole and not self.broken:
            self.proven.append(
                f"{len(self.events)} events stand in the log, each byte for byte "
                f"(inclusion proofs in a tree of {latest.size} entries)."
            )

    def _prove(self, name: str, event: Event, latest: Note) -> int:
        head, rule, note = self._read(name).partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        if not rule or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2:
            raise Broken(name, "It is no proof of an entry, or it is cut short.")
        if note != latest.content:
            raise Broken(name, "It rests on another checkpoint than this bundle does.")
        try:
            if not lines[1].startswith("index "):
                raise ValueError("it names no index")
            index = number(lines[1][len("index ") :])
            proof = [a_hash(line) for line in lines[2:]]
            found = root_of(index, latest.size, event.leaf, proof)
        except ValueError as error:
            raise Broken(name, f"It proves nothing: {error}.") from None
        if found != latest.root:
            raise Broken(
                event.place,
                f"This is not entry {index} of the log: the event or its proof was "
                "changed, or exchanged for another.",
            )
        return index

    def _chains(self) -> None:
        chains = OrderedDict()  # type: OrderedDict[str, list[Event]]
        for event in self.events:
            chains.setdefault(event.item, []).append(event)
        before = len(self.broken)
        for chain in chains.values():
            for earlier, later in zip([None, *chain[:-1]], chain):
                self._try(partial(self._link, earlier, later))
                self._note_clock(earlier, later)
        if len(self.broken) == before:
            begun = sum(chain[0].seq == 1 for chain in chains.values())
            self.proven.append(
                f"{len(chains)} chains: none lacks an event between its first and its "
                f"last one shown; {begun} are shown from their beginning."
            )

    def _note_clock(self, earlier: Event | None, later: Event) -> None:
        """A clock that was set back is no fault: order is that of chain and log."""
        if earlier is not None and later.at < earlier.at:
            self.noted.append(
                f"'{later.place}' states {later.at}, the event before it in its chain "
                f"{earlier.at}: the laboratory's clock was set in between. The order "
                "that is proven is that of the events, whatever a clock said."
            )

    @staticmethod
    def _link(earlier: Event | None, later: Event) -> None:
        if earlier is None:
            if later.seq == 1 and later.prev != GENESIS:
                raise Broken(later.place, "It says it is the first, yet names another.")
            return
        what = f"{later.kind} {later.item[:8]}"
        if later.seq > earlier.seq + 1:
            first, last = earlier.seq + 1, later.seq - 1
            gap = f"event {first}" if first == last else f"events {first} to {last}"
            raise Broken(
                later.place,
                f"Of '{what}', {gap} of its chain should stand before this one, "
                "and is missing from the bundle.",
            )
        if later.seq != earlier.seq + 1 or later.prev != earlier.leaf.hex():
            raise Broken(
                later.place,
                f"Of '{what}', it does not follow event {earlier.seq} of its chain.",
            )

    def _table(self) -> None:
        """`bundle.json` says what was asked and what is here; it must be so."""
        about = strict_json("bundle.json", self._read("bundle.json"))
        if not isinstance(about, dict):
            raise Broken("bundle.json", "It does not say what this bundle is.")
        self.about = about
        found = OrderedDict()  # type: OrderedDict[str, list[int]]
        for event in self.events:
            found.setdefault(event.item, []).append(event.seq)
        listed = {item["uid"]: (item["first"], item["last"]) for item in about["items"]}
        for uid in sorted(set(found) | set(listed)):
            seqs = found.get(uid)
            if seqs is None or listed.get(uid) != (seqs[0], seqs[-1]):
                self._fault(
                    "bundle.json",
                    f"Of item '{str(uid)[:8]}' it names other events than are here.",
                )
        if about.get("digest") != self.digest():
            self._fault("bundle.json", "The digest of the events is another.")
        for uid, seqs in found.items():
            if about["asked"]["kind"] != "period" and seqs[0] != 1:
                self._fault(
                    "bundle.json",
                    f"Of item '{str(uid)[:8]}' the events before {seqs[0]} were taken "
                    "out: whole chains were asked for.",
                )

    def digest(self) -> str:
        """One number for all events: SHA-256 over their leaf hashes in order."""
        return hashlib.sha256(b"".join(one.leaf for one in self.events)).hexdigest()

    # ---- openings and originals

    def _openings(self) -> None:
        openings = strict_json("openings.json", self._read("openings.json"))
        if not isinstance(openings, list):
            raise Broken("openings.json", "It is not a list.")
        events = {one.place: one for one in self.events}
        for at, one in enumerate(openings, 1):
            place = f"openings.json, entry {at}"
            try:
                event, field = events[one["event"]], one["field"]
                sealed = sealed_in(event.facts, field)
                salt, value = bytes.fromhex(one["salt"]), one["value"]
            except (KeyError, TypeError, ValueError):
                self._fault(place, "It opens nothing that an event here has sealed.")
                continue
            opened = hmac.new(salt, canonical([field, value]), hashlib.sha256)
            if len(salt) != 32 or opened.hexdigest() != sealed:
                self._fault(
                    place,
                    f"The value told for '{field}' is not the one that '{event.place}' "
                    "has sealed.",
                )
                continue
            self._opened[str(sealed)] = field, str(value)
            self._told.add((file_of(event.facts), field, str(value)))
        if openings and not self.broken:
            self.proven.append(
                f"{len(openings)} sealed values are told, each as it was sealed."
            )

    def _originals(self) -> None:
        """Each file that an event names is here as it was, or it is said why not."""
        named = OrderedDict()  # type: OrderedDict[str, tuple[str, str]]
        fields = {}  # type: dict[str, str]
        for event in self.events:
            for kind, file, field in named_files(event.tag, event.facts):
                named.setdefault(file, (kind, event.place))
                fields[file] = field
        here = OrderedDict()  # type: OrderedDict[str, int]
        for name in self._named(KNOWN[3]):
            file = name.split("/")[1]
            if file not in named:
                self._fault(name, "No event in this bundle names this original.")
            elif not self._is_named(file, fields[file], sha256_of(self._read(name))):
                self._fault(name, "It is not the original: its SHA-256 is another.")
            else:
                kind = named.pop(file)[0]
                here[kind] = here.get(kind, 0) + 1
        self._refuse_silence(named)
        if here and not self.broken:
            what = ", ".join(f"{kind}: {count}" for kind, count in here.items())
            self.proven.append(
                f"The files that events name are here byte for byte ({what})."
            )

    def _is_named(self, file: str, field: str, digest: str) -> bool:
        """By its SHA-256, or by a commitment to it that is opened here."""
        if not field:
            return file == digest
        return self._opened.get(file) == (field, digest)

    def _refuse_silence(self, named: dict[str, tuple[str, str]]) -> None:
        """Of a named file that is not here the bundle must say why."""
        told = {
            one["file"] if "file" in one else one["sha256"]: one["why"]
            for one in self.about["left_out"]
        }
        for digest, (kind, place) in named.items():
            short = f"{digest[:16]}..."
            if digest not in told:
                self._fault(
                    place,
                    f"It names a {kind}, '{short}', which was taken out of the bundle.",
                )
            else:
                self.left_out.append(f"{kind} '{short}': {told[digest]}")
        if set(told) - set(named):
            self._fault(
                "bundle.json",
                "It says why files are not here that no event names, or that are here.",
            )

    def _parts(self) -> None:
        """What is left of files of which something was erased, part by part."""
        parts = self._named(KNOWN[6])
        for name in parts:
            file, _, number = name.split("/", 1)[1].partition(".parts/")
            opened = file, f"segment {number}", sha256_of(self._read(name))
            if opened not in self._told:
                self._fault(name, "It is not the part that an event has sealed.")
        if parts and not self.broken:
            self.proven.append(
                f"{len(parts)} parts of files of which others were erased are here, "
                "each as it was sealed."
            )

    def _papers(self) -> None:
        """A signature is added below a PDF, whose bytes stay as they were."""
        printed, signed = (self._read(name) for name in PAPERS)
        if len(signed) <= len(printed) or not signed.startswith(printed):
            self._fault(PAPERS[1], f"It is not '{PAPERS[0]}' with a signature below.")
        self._skip(
            f"the signature of '{PAPERS[1]}': a PDF reader shows it, `pdfsig` checks it"
        )

    # ---- anchors

    def _witnesses(self) -> None:
        for size in sorted(self.joined):
            self._witnessed(size, self.notes[size])
        for key in self.logs:
            if key.kind == ML_DSA and self.latest and self.latest.by(key):
                self._skip("the log's second signature (ML-DSA-44), for later decades")

    def _witnessed(self, size: int, note: Note) -> None:
        policy = self.policy
        if policy is None:
            return
        times = OrderedDict()  # type: OrderedDict[str, str]
        for name, key in policy.witnesses.items():
            for signature in note.by(key):
                if key.kind == ML_DSA:
                    self._skip(f"the signature of the witness '{name}' (ML-DSA-44)")
                else:
                    times[name] = self._cosigned(key, note, signature)
        seen = ", ".join(f"{name} at {moment}" for name, moment in times.items())
        if policy.is_met(set(times)):
            self.witnessed = max(self.witnessed, size)
            self.proven.append(
                f"Witnesses cosigned the checkpoint of {size} entries: {seen}."
            )
        elif times and policy.quorum != "none":
            self.too_few = True
            self._skip(
                f"{seen} cosigned the checkpoint of {size} entries; the policy's "
                f"'{policy.quorum}' asks for more"
            )

    def _skip(self, what: str) -> None:
        if what not in self.not_checked:
            self.not_checked.append(what)

    def _cosigned(self, key: Key, note: Note, signature: bytes) -> str:
        moment = int.from_bytes(signature[:8], "big")
        message = f"cosignature/v1\ntime {moment}\n{note.text}".encode()
        if moment >> 38 or not self._is_by(key, message, signature[8:]):
            raise Broken(note.place, f"The cosignature of '{key.name}' is false.")
        return told(datetime.fromtimestamp(moment, timezone.utc))

    def _timestamps(self) -> None:
        pems = [self._read(name) for name in self._named(KNOWN[5])]
        roots = self.trust.roots if self.trust.roots is not None else b"\n".join(pems)
        whence = "your file" if self.trust.roots is not None else "the bundle"
        for one in certificates_of(roots):
            self.rests_on[f"authority of time '{one.common_name}'"] = (
                f"SHA-256 {grouped(sha256_of(one.raw))}, taken from {whence}"
            )
        for name in self._named(KNOWN[4]):
            self._try(partial(self._timestamp, name, roots))

    def _timestamp(self, name: str, roots: bytes) -> None:
        size = int(name.split("/")[1].partition(".")[0])
        if size not in self.joined:
            raise Broken(name, "It stamps a checkpoint that is not in this bundle.")
        note, raw = self._read(f"checkpoints/{size}.note"), self._read(name)
        try:
            token = Token(raw)
            authority = token.check(note, certificates_of(roots)).common_name
        except NotCheckedHere as what:
            answer = self._ask_openssl(raw, note, roots)
            if answer is None:
                self._skip(f"'{name}': {what}, and the program openssl is not here")
                return
            if not answer:
                raise Broken(
                    name, "openssl says that the timestamp is false."
                ) from None
            authority = "the authority (checked by openssl)"
        except (ValueError, IndexError, OverflowError, binascii.Error) as error:
            raise Broken(name, f"The timestamp is false: {error}.") from None
        self.stamped = max(self.stamped, size)
        self.proven.append(
            f"The checkpoint of {size} entries existed at "
            f"{told(Token(raw).moment)}: stamped by '{authority}'."
        )

    @staticmethod
    def _ask_openssl(raw: bytes, note: bytes, roots: bytes) -> bool | None:
        try:
            moment = Token(raw).moment
        except (ValueError, IndexError, NotCheckedHere):
            moment = datetime.now(timezone.utc)
        return by_openssl(raw, note, roots, moment)

    def _anchors(self) -> None:
        """Which events stand in front of no outside eye: the newest ones, or all."""
        nobody = "no other organisation has cosigned the log"
        if self.too_few:
            nobody = "others cosigned the log, but fewer than the policy asks for"
        for size, word, what in (
            (self.witnessed, "witnessed", nobody),
            (self.stamped, "stamped", "no timestamp authority has stamped the log"),
        ):
            outside = [one for one in self.events if one.index >= size]
            if outside:
                some = "" if size else f": {what}"
                self.wanting.append(
                    f"{len(outside)} of {len(self.events)} events are not {word}{some}."
                )


def named_files(tag: Any, facts: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each file that an event names: what it is, its name, and the field it stands in.

    The name is a commitment to its SHA-256; in older events, and of photographs, it is
    the SHA-256 itself, and the field is empty.
    """
    subject = str(tag).partition(":")[0]
    if tag == "bag:photographed":
        found = [(PHOTOGRAPH, facts.get("sha256"), "")]
    elif subject in ("import", "trace"):
        copy = facts.get("redacted")
        kept = copy.get("commitment") if isinstance(copy, dict) else None
        found = [
            (EXPORT, file_of(facts), "original" if "original" in facts else ""),
            (COPY, kept, "segment 0") if kept else (COPY, copy, ""),
        ]
    else:
        found = []
    for kind, name, field in found:
        if isinstance(name, str) and re.fullmatch(r"[0-9a-f]{64}", name):
            yield kind, name, field


def file_of(facts: dict[str, Any]) -> str:
    """What names the original of an import's event; empty where nothing does."""
    original = facts.get("original")
    if isinstance(original, dict):
        return str(original.get("commitment", ""))
    return str(facts.get("sha256", ""))


def sealed_in(facts: dict[str, Any], field: str) -> str:
    """The commitment to a field, or to a part of a file; KeyError where there is none.

    An event tells of parts as a list of number, lines and commitment.
    """
    part = re.fullmatch(r"segment (0|[1-9][0-9]*)", field)
    if part:
        sealed = {one: commitment for one, _, commitment in facts["segments"]}
        return str(sealed[int(part[1])])
    return str(facts[field]["commitment"])


def told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


# ------------------------------------------------------------------------- the answer

WORDS = {
    PROVEN: "PROVEN, witnessed and stamped.",
    BROKEN: "BROKEN. Do not rely on this bundle.",
    UNANCHORED: "PROVEN, BUT not witnessed or not stamped.",
}


def examine(path: Path, trust: Trust) -> dict[str, Any]:
    """The whole report, as words and numbers."""
    try:
        source = Folder(path) if path.is_dir() else Zip(path)  # type: Folder | Zip
    except Broken as error:
        return {
            "answer": BROKEN,
            "words": WORDS[BROKEN],
            "broken": [{"place": error.place, "sentence": error.sentence}],
        }
    seen = Examination(source, trust)
    answer = seen.run()
    latest = seen.latest
    return {
        "answer": answer,
        "words": WORDS[answer],
        "bundle": {
            name: seen.about.get(name) for name in ("id", "made", "asked", "items")
        },
        "rests_on": dict(seen.rests_on),
        "checkpoint": latest.text if latest else "",
        "events": len(seen.events),
        "digest": seen.digest(),
        "manifest": seen.manifest,
        "proven": seen.proven,
        "broken": [
            {"place": one.place, "sentence": one.sentence} for one in seen.broken
        ],
        "wanting": seen.wanting,
        "not_checked_here": seen.not_checked,
        "left_out": seen.left_out,
        "noted": seen.noted,
        "not_proven": list(NOT_PROVEN),
    }


def plain(text: str) -> str:
    """One line that says what it says: a bundle's own text may try to write an answer.

    Ends of lines, controls of terminals and of the direction of writing are escaped.
    """
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )
    return shown if len(shown) <= LONGEST_WORDS else f"{shown[:LONGEST_WORDS]}..."


def sentences(report: dict[str, Any]) -> Iterator[str]:
    """The report in words, each on a line of its own."""
    yield from map(plain, _sentences(report))


def _of_bundle(about: dict[str, Any]) -> Iterator[str]:
    """What the bundle says of itself: it proves nothing, and is to be compared."""
    yield "THIS BUNDLE, BY ITS OWN WORDS"
    for name in ("id", "made", "asked"):
        yield f"  {name}: {json.dumps(about[name], sort_keys=True)}"
    items = about["items"] if isinstance(about["items"], list) else []
    for one in items[:MOST_ITEMS]:
        kind, code, first, last = map(one.get, ("kind", "code", "first", "last"))
        yield f"  {kind} {code}: events {first} to {last}"
    if len(items) > MOST_ITEMS:
        yield f"  and {len(items) - MOST_ITEMS} more items (see bundle.json)"


def _of_trust(report: dict[str, Any]) -> Iterator[str]:
    if "rests_on" in report:
        yield "RESTS ON"
        for name, value in report["rests_on"].items():
            yield f"  {name}: {value}"
    if report["broken"]:
        yield "BROKEN"
        for one in report["broken"]:
            yield f"  {one['place']}: {one['sentence']}"


def _sentences(report: dict[str, Any]) -> Iterator[str]:
    if report.get("bundle") and not report["broken"]:
        yield from _of_bundle(report["bundle"])
    yield from _of_trust(report)
    for title, name in (
        ("PROVEN", "proven"),
        ("NOT WITNESSED OR NOT STAMPED", "wanting"),
        ("NOT CHECKED HERE, AND NOT COUNTED", "not_checked_here"),
        ("TO BE NOTED", "noted"),
        ("NAMED BY EVENTS AND NOT HERE, FOR THE REASON THAT IS GIVEN", "left_out"),
        ("NOT PROVEN BY ANY OF THIS", "not_proven"),
    ):
        if report.get(name):
            yield title
            for one in report[name]:
                yield f"  {one}"
    if report.get("checkpoint"):
        yield "CHECKPOINT"
        for line in report["checkpoint"].splitlines():
            yield f"  {line}"
        yield "DIGEST OF THE EVENTS"
        yield f"  {grouped(report['digest'])}"
        yield f"SHA-256 OF '{MANIFEST}': AS THE LABORATORY PUT IT ON RECORD"
        yield f"  {grouped(report['manifest'])}"
    yield ""
    yield f"ANSWER {report['answer']}: {report['words']}"


def main(given: list[str] | None = None) -> int:
    ask = argparse.ArgumentParser(
        description="Check an evidence bundle: 0 proven, 1 broken, 2 proven but not "
        "witnessed or not stamped."
    )
    ask.add_argument("bundle", nargs="?", help="folder or zip; else where this lies")
    ask.add_argument("--key", action="append", default=[], help="log key or SHA-256")
    ask.add_argument("--policy", help="your own policy (C2SP tlog-policy)")
    ask.add_argument("--roots", help="your own authorities for timestamps (PEM)")
    ask.add_argument("--json", action="store_true", help="answer as JSON")
    asked = ask.parse_args(given)
    path = Path(asked.bundle) if asked.bundle else Path(__file__).resolve().parent
    try:
        trust = Trust(
            asked.key,
            Path(asked.policy).read_bytes() if asked.policy else None,
            Path(asked.roots).read_bytes() if asked.roots else None,
        )
    except (OSError, ValueError) as error:
        ask.error(str(error))
    if not path.exists():
        ask.error(f"'{path}' is not there.")
    report = examine(path, trust)
    lines = [json.dumps(report)] if asked.json else list(sentences(report))
    # A bundle's text may hold signs that this terminal cannot show.
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return int(report["answer"])


if __name__ == "__main__":
    sys.exit(main())
