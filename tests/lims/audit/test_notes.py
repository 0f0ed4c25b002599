"""Notes are read in one spelling only, and a signature holds for one text only."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.audit.notes import (
    BadNote,
    Checkpoint,
    Kind,
    Note,
    Signature,
    Signer,
    Verifier,
)

ORIGIN = "lab.example/record"
CHECKPOINT = Checkpoint(ORIGIN, 1_203, bytes(range(32)))
SIGNERS = (
    Signer.of(ORIGIN, Kind.ED25519, Ed25519PrivateKey.from_private_bytes(b"1" * 32)),
    Signer.of(
        "ministry.example/w",
        Kind.COSIGNATURE,
        Ed25519PrivateKey.from_private_bytes(b"2" * 32),
    ),
    Signer.of(ORIGIN, Kind.ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(b"3" * 32)),
)
AT = 1_795_000_000
NOTE = Note(CHECKPOINT.text, tuple(one.sign(CHECKPOINT.text, AT) for one in SIGNERS))
SPEC = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\N{EM DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 - the checkpoint of c2sp.org/tlog-checkpoint, as it stands there


@pytest.mark.parametrize("signer", SIGNERS, ids=lambda one: one.verifier.kind.name)
def test_each_kind_of_key_signs_and_is_checked(signer: Signer) -> None:
    verifier = Verifier.parse(signer.verifier.vkey)
    found = Note.parse(NOTE.render()).of(verifier)
    assert found is not None
    told = verifier.check(CHECKPOINT.text, found.blob)
    assert told == (None if verifier.kind is Kind.ED25519 else AT)
    other = Checkpoint(ORIGIN, 1_204, CHECKPOINT.root).text
    with pytest.raises(BadNote, match="does not hold"):
        verifier.check(other, found.blob)
    for bit in range(0, len(found.blob) * 8, 7):
        raw = bytearray(found.blob)
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadNote, match="does not hold"):
            verifier.check(CHECKPOINT.text, bytes(raw))


def test_the_example_of_the_standard_is_read() -> None:
    note = Note.parse(SPEC.encode())
    assert Checkpoint.parse(note.text).size == 20_852_163
    assert note.signatures[0].name == "example.com/behind-the-sofa"


def test_a_note_is_written_as_it_was_read() -> None:
    assert Note.parse(NOTE.render()) == NOTE
    assert Checkpoint.parse(NOTE.text) == CHECKPOINT


def test_every_flipped_bit_of_a_note_is_seen() -> None:
    """It is unreadable, or another text, or a signature that no longer holds."""
    whole = NOTE.render()
    into_the_last = whole.rindex("\N{EM DASH}".encode()) + 100
    for bit in range(into_the_last * 8):
        raw = bytearray(whole)
        raw[bit // 8] ^= 1 << bit % 8
        assert not _holds(bytes(raw)), bit


def _holds(raw: bytes) -> bool:
    try:
        note = Note.parse(raw)
        for signer in SIGNERS:
            found = note.of(signer.verifier)
            if found is None:
                return False
            signer.verifier.check(note.text, found.blob)
    except BadNote:
        return False
    return True


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for prefix in (b"", NOTE.text.encode() + b"\n"):
        try:
            note = Note.parse(prefix + raw)
        except BadNote:
            continue
        assert note.render() == prefix + raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a\n01\n{'A' * 43}=\n",
        f"a\n1\n{'A' * 42}B=\n",
        f"a\n1\n{'A' * 44}\n",
        f"\n1\n{'A' * 43}=\n",
        f"a\n1\n{'A' * 43}=\nmore\n",
        f"a\n1\n{'A' * 43}=",
        f"a\n\N{ARABIC-INDIC DIGIT ONE}\n{'A' * 43}=\n",
    ],
)
def test_a_checkpoint_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "vkey", ["", "name", "name+00000000+AQ==", "a b+1+AQ==", "a+0a0a0a0a+CQ=="]
)
def test_a_key_that_does_not_fit_its_number_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


def test_a_key_is_known_by_name_and_number_together() -> None:
    stranger = Verifier("other.example", Kind.ED25519, SIGNERS[0].verifier.public)
    assert NOTE.of(stranger) is None


def test_a_name_with_a_space_signs_nothing() -> None:
    with pytest.raises(BadNote, match="no space"):
        Signer.of("my lab", Kind.ED25519, Ed25519PrivateKey.generate())


def test_a_signature_line_of_nothing_is_refused() -> None:
    with pytest.raises(BadNote):
        Signature.parse("\N{EM DASH} name AAAA\n")
