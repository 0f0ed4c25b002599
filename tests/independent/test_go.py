"""Go's own `sumdb/note` and `sumdb/tlog` verify what our code signs and proves."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from lims.audit.merkle import consistency, inclusion
from lims.audit.notes import BadNote, Note, Verifier
from tests.independent.conftest import Verify
from tests.lims.witness.a_log import ALog

SIZES = [(1, 0), (2, 1), (3, 2), (7, 4), (8, 0), (13, 12), (1000, 613), (12_345, 77)]
GROWTH = [(1, 2), (2, 3), (4, 8), (6, 7), (8, 13), (13, 13), (1000, 12_345)]
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed \N{LATIN SMALL LETTER E WITH GRAVE} subito sera.

\N{EM DASH} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""  # noqa: E501 - the note of c2sp.org/signed-note, which gives no key for it
DOCUMENTED = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501 - the note of the documentation of Go's package note
DOCUMENTED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture(scope="session")
def log() -> ALog:
    return ALog().grow(12_345)


class Desk:
    """Files for the Go program."""

    def __init__(self, folder: Path, log: ALog) -> None:
        self.folder, self.log = folder, log
        self.vkey = self.put("vkey", log.signers[0].verifier.vkey.encode())

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def note(self, size: int) -> Path:
        return self.put(f"note-{size}", self.log.note(size))

    def entry(self, index: int) -> Path:
        return self.put("entry", f"event {index}".encode())

    def proof(self, hashes: Sequence[bytes]) -> Path:
        lines = "".join(f"{b64encode(one).decode()}\n" for one in hashes)
        return self.put("proof", lines.encode())


@pytest.fixture
def desk(tmp_path: Path, log: ALog) -> Desk:
    return Desk(tmp_path, log)


@pytest.mark.parametrize(("size", "index"), SIZES)
def test_go_finds_our_entry_in_our_tree(
    verifies: Verify, desk: Desk, size: int, index: int
) -> None:
    proof = inclusion(desk.log.tree.node, index, size)
    words = [
        "inclusion",
        desk.vkey,
        desk.note(size),
        index,
        desk.entry(index),
        desk.proof(proof),
    ]
    assert verifies(*words)
    for number in range(len(proof)):
        spoilt = [bent(one) if n == number else one for n, one in enumerate(proof)]
        assert not verifies(*words[:-1], desk.proof(spoilt))
    assert not verifies(*words[:-1], desk.proof([*proof, bytes(32)]))
    desk.proof(proof)
    desk.put("entry", f"event {index} ".encode())
    assert not verifies(*words)


@pytest.mark.parametrize(("old", "new"), GROWTH)
def test_go_sees_that_our_tree_only_grew(
    verifies: Verify, desk: Desk, old: int, new: int
) -> None:
    proof = consistency(desk.log.tree.node, old, new)
    words = ["consistency", desk.vkey, desk.note(old), desk.note(new)]
    assert verifies(*words, desk.proof(proof))
    for number in range(len(proof)):
        spoilt = [bent(one) if n == number else one for n, one in enumerate(proof)]
        assert not verifies(*words, desk.proof(spoilt))
    desk.proof(proof)
    other = ALog("a rewritten event")
    forged = desk.put("forged", other.note(old))
    assert not verifies(
        "consistency", desk.vkey, forged, words[3], desk.folder / "proof"
    )


def test_go_refuses_a_note_with_any_letter_changed(
    verifies: Verify, desk: Desk
) -> None:
    """The text and the Ed25519 line; the ML-DSA line Go does not know, and passes."""
    whole = desk.log.note(1000)
    signed = whole.index(b"\n", whole.index("\N{EM DASH}".encode()))
    assert verifies("note", desk.vkey, desk.note(1000))
    for place in range(0, signed, 3):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        assert not verifies("note", desk.vkey, desk.put("spoilt", bytes(spoilt))), place


def test_go_refuses_a_note_by_another_key(verifies: Verify, desk: Desk) -> None:
    vkey = desk.put("other", ALog(seed=b"2").signers[0].verifier.vkey.encode())
    assert not verifies("note", vkey, desk.note(1000))


def test_the_documented_note_holds_for_go_and_for_us(
    verifies: Verify, desk: Desk
) -> None:
    vkey = desk.put("documented", DOCUMENTED_KEY.encode())
    assert verifies("note", vkey, desk.put("example", DOCUMENTED.encode()))
    note, key = Note.parse(DOCUMENTED.encode()), Verifier.parse(DOCUMENTED_KEY)
    found = note.of(key)
    assert found
    assert key.check(note.text, found.blob) is None
    with pytest.raises(BadNote):
        key.check(note.text.replace("answer", "question"), found.blob)


def test_the_note_of_the_standard_is_read_as_it_stands() -> None:
    note = Note.parse(POEM.encode())
    assert note.render() == POEM.encode()
    assert [one.name for one in note.signatures] == ["quasimodo.example/salvatore"]


def bent(one: bytes) -> bytes:
    return bytes([one[0] ^ 1]) + one[1:]
