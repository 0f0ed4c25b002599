"""A small log with its witness and its timestamp authority, and bundles of it."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
import io
from pathlib import Path
import subprocess
import tempfile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from lims.audit import merkle
from lims.audit.chain import Link, canonical, commitment, link
from lims.audit.notes import Checkpoint, Kind, Note, Signer
from lims.db import GENESIS
from lims.evidence.bundle import (
    Anchor,
    Content,
    Entry,
    Item,
    Opened,
    Stamp,
    digest,
    pack,
)
from tests.programs import program

ORIGIN = "lab.example/record"
BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
COSIGNED = 1_795_000_000
SALT = b"s" * 32
ORIGINAL = b"Sample Name\tMarker\tAllele 1\n"
PHOTOGRAPH = b"\xff\xd8\xff the seal of the bag"
COPY = b"PK\x03\x04 a workbook without a sample"
NAMED = b"Sample Name\tMarker\tAllele 1\tAllele 2\n"
NAMED_COPY = b"PK\x03\x04 another workbook without a sample"
"""Files that events name by a commitment."""
PARTS = (b"Sample Name\tMarker\n", b"Ama\tTH01\n", b"Kofi\tTH01\n")
"""Of a file that was cut; the second was erased."""
CUT, BEFORE = sha256(b"".join(PARTS)).hexdigest(), sha256(b"a workbook").hexdigest()
NAME, COPY_NAME, GONE_NAME = (
    commitment(SALT, field, sha256(content).hexdigest())
    for field, content in (
        ("original", NAMED),
        ("segment 0", NAMED_COPY),
        ("original", b"a workbook"),
    )
)
EARLY, LATE = 7, 20
"""The sizes of the log's two checkpoints."""


def log_key(seed: bytes = b"1") -> Signer:
    private = Ed25519PrivateKey.from_private_bytes(seed * 32)
    return Signer.of(ORIGIN, Kind.ED25519, private)


LOG = log_key()
SECOND = Signer.of(ORIGIN, Kind.ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(b"3" * 32))
WITNESS = Signer.of(
    "ministry.example/w",
    Kind.COSIGNATURE,
    Ed25519PrivateKey.from_private_bytes(b"2" * 32),
)


def _sha(content: bytes) -> str:
    return sha256(content).hexdigest()


def events(count: int = LATE, back_at: int = LATE) -> list[Link]:
    """Three items, in turn; one event has a sealed value, four name files.

    From one event on the clock may be a day behind.
    """
    heads: dict[str, tuple[int, str]] = {}
    found = []
    for at in range(count):
        item = f"{at % 3:032x}"
        facts: dict[str, object] = {"place": f"F-{at}", "weight": "0.5"}
        if at == 4:
            facts["name"] = {"commitment": commitment(SALT, "name", ["Ama", "Ndiaye"])}
        tag, more = NAMING.get(at, ("custody:moved", {}))
        facts |= more
        made = link(
            kind="sample",
            item=item,
            after=heads.get(item, (0, GENESIS)),
            at=BEGIN + timedelta(minutes=at, days=-(at >= back_at)),
            actor="a" * 32,
            tag=tag,
            facts=facts,
        )
        heads[item] = made.seq, made.leaf
        found.append(made)
    return found


NAMING: dict[int, tuple[str, dict[str, object]]] = {
    5: (
        "bag:photographed",
        {"sha256": sha256(PHOTOGRAPH).hexdigest(), "media": "image/jpeg"},
    ),
    6: ("import:loaded", {"sha256": sha256(ORIGINAL).hexdigest()}),
    7: (
        "import:loaded",
        {
            "sha256": CUT,
            "segments": [
                [at, [[at + 1, at + 1]], commitment(SALT, f"segment {at}", _sha(one))]
                for at, one in enumerate(PARTS)
            ],
        },
    ),
    8: (
        "import:redacted",
        {"sha256": BEFORE, "replaced": BEFORE, "redacted": sha256(COPY).hexdigest()},
    ),
    9: ("import:loaded", {"original": {"commitment": NAME}}),
    10: (
        "import:redacted",
        {
            "original": {"commitment": GONE_NAME},
            "redacted": {"commitment": COPY_NAME},
            "segments": [[0, [], COPY_NAME]],
        },
    ),
}
"""The events that name files, by their place."""
FILES = {
    **{sha256(one).hexdigest(): one for one in (PHOTOGRAPH, ORIGINAL, COPY)},
    NAME: NAMED,
    COPY_NAME: NAMED_COPY,
}
LEFT = {(CUT, at): PARTS[at] for at in (0, 2)}
LEFT_OUT = [
    (BEFORE, "It was replaced by a redacted copy."),
    (CUT, "A part is erased."),
    (GONE_NAME, "It was replaced, too."),
]


@dataclass(frozen=True)
class Log:
    """What signs, and what is in the log."""

    links: tuple[Link, ...]
    key: Signer = LOG

    @property
    def tree(self) -> merkle.Tree:
        tree = merkle.Tree()
        for one in self.links:
            tree.append(bytes.fromhex(one.leaf))
        return tree

    def text(self, size: int) -> str:
        return Checkpoint(ORIGIN, size, merkle.root(self.tree.node, size)).text

    def note(self, size: int) -> bytes:
        text = self.text(size)
        return Note(text, (self.key.sign(text), SECOND.sign(text, COSIGNED))).render()

    def anchor(self, size: int, *, witnessed: bool) -> Anchor:
        line = WITNESS.sign(self.text(size), COSIGNED).line
        proof = merkle.consistency(self.tree.node, size, len(self.links))
        return Anchor(size, self.note(size), (line,) if witnessed else (), tuple(proof))

    def content(self, *, witnessed: bool = True) -> Content:
        tree, size = self.tree, len(self.links)
        made = [
            Entry(at, one.body, tuple(merkle.inclusion(tree.node, at, size)))
            for at, one in enumerate(self.links)
        ]
        keys = [one.verifier.vkey for one in (self.key, SECOND)]
        policy = "".join(f"log {key}\n" for key in keys)
        policy += f"witness ministry {WITNESS.verifier.vkey}\nquorum ministry\n"
        sizes = [EARLY, size] if size > EARLY else [size]
        return Content(
            uid="b" * 32,
            made="2026-11-24T09:00:00.000000Z",
            asked={"kind": "codes", "for": ["S7K2M9QXAT"]},
            items=items(self.links),
            entries=made,
            anchors=[self.anchor(one, witnessed=witnessed) for one in sizes],
            policy=policy.encode(),
            vkeys=[*keys, WITNESS.verifier.vkey],
            certificate=b"%PDF-1.4 a certificate\n",
            signed=b"%PDF-1.4 a certificate\n and a signature below\n",
            openings=[
                Opened(4, "name", SALT, canonical(["Ama", "Ndiaye"])),
                *(
                    Opened(7, f"segment {at}", SALT, canonical(_sha(one)))
                    for (_, at), one in LEFT.items()
                ),
                Opened(9, "original", SALT, canonical(_sha(NAMED))),
                Opened(10, "segment 0", SALT, canonical(_sha(NAMED_COPY))),
            ],
            originals=FILES,
            parts=LEFT,
            left_out=LEFT_OUT,
        )


def items(links: tuple[Link, ...]) -> list[Item]:
    seqs: dict[str, list[int]] = {}
    for one in links:
        seqs.setdefault(one.item, []).append(one.seq)
    return [
        Item(uid, "sample", f"CODE{number}", found[0], found[-1])
        for number, (uid, found) in enumerate(seqs.items())
    ]


def log(count: int = LATE) -> Log:
    return Log(tuple(events(count)))


@cache
def stamped() -> Content:
    """A whole bundle: witnessed, and stamped by an authority of our own."""
    return anchored(LATE)


def anchored(count: int) -> Content:
    content = log(count).content()
    authority = Authority()
    stamps = [
        Stamp(one.size, "tsa.example", authority.stamp(one.note))
        for one in content.anchors
    ]
    return replace(content, stamps=stamps, roots={"tsa.example": authority.root})


@cache
def whole() -> bytes:
    return pack(stamped())


class Authority:
    """A timestamp authority by `openssl ts`."""

    def __init__(self, kind: str = "rsa:2048") -> None:
        self.openssl = program("openssl")
        self.folder = Path(tempfile.mkdtemp())
        self._write_settings()
        new = ("-newkey", *kind.split(" "), "-nodes", "-config", "ca.conf")
        self._run(
            "req", "-x509", *new, "-extensions", "root", "-days", "3650",
            "-subj", "/CN=Time root", "-keyout", "root.key", "-out", "root.pem",
        )  # fmt: skip
        self._run(
            "req", *new, "-subj", "/CN=Time stamps",
            "-keyout", "tsa.key", "-out", "tsa.csr",
        )  # fmt: skip
        self._run(
            "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-set_serial", "2", "-days", "3000", "-extfile", "ca.conf",
            "-extensions", "stamps", "-out", "tsa.pem",
        )  # fmt: skip
        self.root = (self.folder / "root.pem").read_bytes()

    def stamp(self, content: bytes) -> bytes:
        (self.folder / "note").write_bytes(content)
        self._run(
            "ts", "-query", "-data", "note", "-sha256", "-cert", "-out", "asked.tsq"
        )
        self._run(
            "ts", "-reply", "-config", "ca.conf", "-queryfile", "asked.tsq",
            "-out", "answer.tsr",
        )  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()

    def _run(self, *words: str) -> None:
        subprocess.run(
            [self.openssl, *words], cwd=self.folder, check=True, capture_output=True
        )

    def _write_settings(self) -> None:
        (self.folder / "serial").write_text("01\n")
        (self.folder / "ca.conf").write_text(
            "[req]\ndistinguished_name=dn\n[dn]\n"
            "[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
            "[stamps]\nextendedKeyUsage=critical,timeStamping\n"
            "[tsa]\ndefault_tsa=t\n"
            "[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n"
            "accuracy=secs:1\nordering=yes\ness_cert_id_alg=sha256\n"
        )


def files(packed: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(packed)) as bundle:
        return {one: bundle.read(one) for one in bundle.namelist()}


def repacked(inside: Mapping[str, bytes], *, listed: bool = False) -> bytes:
    """A zip of these files; `listed`: as a forger who also mends the manifest."""
    inside = dict(inside)
    if listed:
        names = sorted(set(inside) - {"MANIFEST.sha256"})
        inside["MANIFEST.sha256"] = "".join(
            f"{sha256(inside[one]).hexdigest()}  {one}\n" for one in names
        ).encode()
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name in sorted(inside):
            packed.writestr(ZipInfo(name), inside[name], ZIP_DEFLATED)
    return out.getvalue()


def forged(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The whole bundle with something changed, and the manifest to match."""
    inside = files(whole())
    change(inside)
    return repacked(inside, listed=True)


def hashes(found: list[bytes]) -> bytes:
    return b"".join(b64encode(one) + b"\n" for one in found)


def numbered(inside: Mapping[str, bytes]) -> list[str]:
    """The events' names without their endings."""
    return sorted(
        {one.rpartition(".")[0] for one in inside if one.startswith("events/")}
    )


def refolded(inside: Mapping[str, bytes], folder: Path) -> Path:
    for name, content in inside.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def about(content: Content) -> str:
    return digest([one.body for one in content.entries])
