"""The program `openssl` verifies our signatures from the note's bytes and the vkey."""

from pathlib import Path
import re
from subprocess import run

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
import pytest

from lims.anchors.authority import Authority
from lims.anchors.stamping import stamp
from lims.audit.notes import Kind, Note, Signer, Verifier, message
from lims.witness.keys import draw
from tests.lims.anchors.authority import an_office
from tests.lims.witness.a_log import ALog
from tests.programs import program

AT = 1_795_000_000
KNOWS_ML_DSA = (3, 5)
"""The version of openssl that brought it."""


@pytest.fixture(scope="module")
def openssl() -> str:
    return program("openssl")


def test_openssl_verifies_each_line_of_a_note(openssl: str, tmp_path: Path) -> None:
    """The log's lines and a witness's; ML-DSA where this openssl knows it."""
    log, witness = ALog(), draw("ministry.example/w1")
    text = log.checkpoint(1000).text
    checked = 0
    for signer in (*log.signers, *witness.signers):
        if signer.verifier.kind is Kind.ML_DSA_44 and version(openssl) < KNOWS_ML_DSA:
            continue
        signed, line = _line(signer, text)
        assert _holds(openssl, tmp_path, signer.verifier, signed, line)
        assert not _holds(openssl, tmp_path, signer.verifier, signed + b" ", line)
        assert not _holds(
            openssl,
            tmp_path,
            signer.verifier,
            signed,
            line[:-1] + bytes([line[-1] ^ 1]),
        )
        checked += 1
    assert checked == (4 if version(openssl) >= KNOWS_ML_DSA else 2)


def _line(signer: Signer, text: str) -> tuple[bytes, bytes]:
    """What was signed and the bare signature, out of a whole note."""
    raw = Note(text, (signer.sign(text, AT),)).render()
    note, key = Note.parse(raw), Verifier.parse(signer.verifier.vkey)
    found = note.of(key)
    assert found is not None
    bare = found.blob if key.kind is Kind.ED25519 else found.blob[8:]
    return message(key, note.text, AT), bare


def _holds(
    openssl: str, folder: Path, key: Verifier, signed: bytes, line: bytes
) -> bool:
    for name, content in {
        "key.pem": _pem(key),
        "signed": signed,
        "signature": line,
    }.items():
        (folder / name).write_bytes(content)
    answer = run(
        [
            *(openssl, "pkeyutl", "-verify", "-rawin", "-pubin"),
            *("-inkey", "key.pem", "-sigfile", "signature", "-in", "signed"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    told = "Signature Verified Successfully" in answer.stdout
    assert told == (answer.returncode == 0), answer.stderr
    return told


def _pem(key: Verifier) -> bytes:
    found: Ed25519PublicKey | MLDSA44PublicKey = (
        MLDSA44PublicKey.from_public_bytes(key.public)
        if key.kind is Kind.ML_DSA_44
        else Ed25519PublicKey.from_public_bytes(key.public)
    )
    return found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def version(openssl: str) -> tuple[int, int]:
    told = run([openssl, "version"], capture_output=True, text=True, check=True)
    found = re.match(r"OpenSSL (\d+)\.(\d+)", told.stdout)
    assert found, told.stdout
    return int(found[1]), int(found[2])


def test_openssl_verifies_a_timestamp_of_a_checkpoint(
    openssl: str, tmp_path: Path
) -> None:
    note, office = ALog().note(12), an_office(tmp_path / "tsa")
    with office.open() as url:
        had = stamp(Authority(url, office.root), note)
    other = an_office(tmp_path / "other")
    (tmp_path / "token.tsr").write_bytes(had.token)

    def holds(note: bytes, root: Path) -> bool:
        (tmp_path / "note").write_bytes(note)
        answer = run(
            [
                *(openssl, "ts", "-verify", "-data", "note", "-in", "token.tsr"),
                *("-CAfile", str(root)),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        told = "Verification: OK" in answer.stdout
        assert told == (answer.returncode == 0), answer.stderr
        return told

    assert holds(note, office.root)
    assert not holds(note + b"\n", office.root)
    assert not holds(note, other.root)
