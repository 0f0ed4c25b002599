"""An evidence bundle: frozen records to the bytes of a zip. Pure.

The same content gives the same bytes: files in order, one moment for all of them.
What each file means, and how it is checked, is told by `verify.py`, which lies in
every bundle and is the other half of this format.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import rfc8785

from lims.audit.merkle import leaf_hash

VERIFY = Path(__file__).with_name("verify.py")
GUIDE = Path(__file__).with_name("VERIFY.md")
MANIFEST = "MANIFEST.sha256"
WIDTH = 4
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip can tell; the true ones stand in the events."""


@dataclass(frozen=True)
class Entry:
    """One event with its place in the log and the hashes that prove it."""

    index: int
    body: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Anchor:
    """A checkpoint as the log signed it, and who cosigned it."""

    size: int
    note: bytes
    witnesses: tuple[str, ...] = ()
    """Lines of signatures, each ending in a newline."""
    consistency: tuple[bytes, ...] = ()
    """That the newest checkpoint's log begins with this one's."""

    @property
    def whole(self) -> bytes:
        return self.note + "".join(self.witnesses).encode()


@dataclass(frozen=True)
class Stamp:
    """An RFC 3161 timestamp of an anchor's note, as the authority answered."""

    size: int
    authority: str
    token: bytes


@dataclass(frozen=True)
class Opened:
    """What a sealed field of an event says, for those who may see it."""

    index: int
    """The event's place in the log."""
    field: str
    salt: bytes
    value: bytes
    """Canonical JSON."""


@dataclass(frozen=True)
class Item:
    """One chain of events in the bundle."""

    uid: str
    kind: str
    code: str
    first: int
    last: int


@dataclass(frozen=True)
class Content:
    """All that a bundle holds."""

    uid: str
    made: str
    """RFC 3339 in UTC."""
    asked: Mapping[str, Any]
    items: Sequence[Item]
    entries: Sequence[Entry]
    """In the log's order."""
    anchors: Sequence[Anchor]
    """By size; the last is what all proofs rest on."""
    policy: bytes
    vkeys: Sequence[str]
    certificate: bytes
    signed: bytes
    stamps: Sequence[Stamp] = ()
    roots: Mapping[str, bytes] = field(default_factory=dict)
    """Name to certificates in PEM, of the authorities that stamped."""
    openings: Sequence[Opened] = ()
    originals: Mapping[str, bytes] = field(default_factory=dict)
    """By what names them in events: a commitment, or the SHA-256."""
    parts: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    """What is left of an original of which parts were erased: its name and number."""
    left_out: Sequence[tuple[str, str]] = ()
    """Originals that events name and that are not here: name and why."""


def digest(bodies: Sequence[bytes]) -> str:
    """One number for all events: SHA-256 over their leaf hashes in order."""
    return sha256(b"".join(map(leaf_hash, bodies))).hexdigest()


def pack(content: Content) -> bytes:
    files = dict(sorted(_files(content).items()))
    listed = "".join(
        f"{sha256(inside).hexdigest()}  {name}\n" for name, inside in files.items()
    )
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, inside in sorted({**files, MANIFEST: listed.encode()}.items()):
            info = ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            packed.writestr(info, inside, ZIP_DEFLATED)
    return out.getvalue()


def manifest(packed: bytes) -> bytes:
    """The list of all files; its SHA-256 names this one bundle."""
    with ZipFile(io.BytesIO(packed)) as bundle:
        return bundle.read(MANIFEST)


def _files(content: Content) -> dict[str, bytes]:
    latest = content.anchors[-1]
    files = {
        "VERIFY.md": GUIDE.read_bytes(),
        "bundle.json": rfc8785.dumps(_about(content)),
        "certificate-signed.pdf": content.signed,
        "certificate.pdf": content.certificate,
        "checkpoint.latest": latest.whole,
        "openings.json": rfc8785.dumps(_openings(content)),
        "policy": content.policy,
        "verify.py": VERIFY.read_bytes(),
        "vkeys": "".join(f"{key}\n" for key in content.vkeys).encode(),
    }
    for one in content.anchors:
        files[f"checkpoints/{one.size}.note"] = one.note
        if one.witnesses:
            lines = "".join(one.witnesses).encode()
            files[f"checkpoints/{one.size}.witnesses"] = lines
        if one is not latest:
            files[f"consistency/{one.size}-{latest.size}"] = _lines(one.consistency)
    for stamp in content.stamps:
        files[f"tsa/{stamp.size}.{stamp.authority}.tsr"] = stamp.token
    for name, pem in content.roots.items():
        files[f"tsa/{name}.pem"] = pem
    for name, original in content.originals.items():
        files[f"originals/{name}"] = original
    for (name, number), part in content.parts.items():
        files[f"originals/{name}.parts/{number}"] = part
    for entry, name in zip(content.entries, _names(content), strict=True):
        files[f"{name}.json"] = entry.body
        files[f"{name}.tlog-proof"] = _proof(entry, latest)
    return files


def _about(content: Content) -> dict[str, Any]:
    return {
        "asked": content.asked,
        "digest": digest([one.body for one in content.entries]),
        "form": 1,
        "id": content.uid,
        "items": [
            {
                "code": one.code,
                "first": one.first,
                "kind": one.kind,
                "last": one.last,
                "uid": one.uid,
            }
            for one in content.items
        ],
        "left_out": [{"file": name, "why": why} for name, why in content.left_out],
        "made": content.made,
    }


def _openings(content: Content) -> list[dict[str, Any]]:
    names = {
        entry.index: name
        for entry, name in zip(content.entries, _names(content), strict=True)
    }
    return [
        {
            "event": f"{names[one.index]}.json",
            "field": one.field,
            "salt": one.salt.hex(),
            "value": json.loads(one.value),
        }
        for one in content.openings
    ]


def _names(content: Content) -> list[str]:
    width = max(WIDTH, len(str(len(content.entries))))
    return [f"events/{at:0{width}}" for at in range(1, len(content.entries) + 1)]


def _proof(entry: Entry, latest: Anchor) -> bytes:
    """A C2SP tlog-proof: the entry's place, the hashes, the checkpoint."""
    head = f"c2sp.org/tlog-proof@v1\nindex {entry.index}\n".encode()
    return head + _lines(entry.proof) + b"\n" + latest.whole


def _lines(hashes: Sequence[bytes]) -> bytes:
    return b"".join(b64encode(one) + b"\n" for one in hashes)
