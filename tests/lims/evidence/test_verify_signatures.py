"""The auditor's own arithmetic agrees with the libraries, and is stricter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from lims.evidence import verify
from lims.evidence.bundle import Stamp, pack
from tests.lims.evidence import bundles

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
PUBLIC = PRIVATE.public_key().public_bytes_raw()


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 511))
def test_an_ed25519_signature_holds_for_its_message_alone(
    message: bytes, bit: int
) -> None:
    signature = PRIVATE.sign(message)
    assert verify.ed25519(PUBLIC, message, signature)
    assert not verify.ed25519(PUBLIC, message + b"x", signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519(PUBLIC, message, bytes(flipped))


def test_the_same_signature_in_a_second_spelling_is_refused() -> None:
    """Adding the group's order to s gives another signature of the same message."""
    signature = PRIVATE.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify.ed25519(PUBLIC, b"m", signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "key",
    [
        b"\x01" + bytes(31),  # the neutral point
        bytes(32),  # a point of order four
        (2**255 - 19 + 1).to_bytes(32, "little"),  # the neutral point, badly written
        b"\xff" * 32,
    ],
)
def test_keys_that_would_sign_everything_are_refused(key: bytes) -> None:
    """With a small-order key, R = the neutral point and s = 0 fit many messages."""
    assert not verify.ed25519(key, b"any", b"\x01" + bytes(63))


W = [
    verify.Key(f"w{n}.example", verify.WITNESS_KEY, bytes([n]) * 32).text
    for n in range(1, 6)
]
LOG = bundles.LOG.verifier.vkey
EXAMPLE = f"""# two organisations
log {LOG} https://lab.example/
witness X1 {W[0]}
witness\tX2  {W[1]} https://x2.example/
 witness X3 {W[2]}
group X 2 X1 X2 X3

witness Y1 {W[3]}
witness Y2 {W[4]}
group Y any Y1 Y2
group X-and-Y all X Y
quorum X-and-Y
"""


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ({"X1", "X2", "Y1"}, True),
        ({"X1", "X3", "Y2"}, True),
        ({"X1", "X2"}, False),
        ({"X1", "Y1", "Y2"}, False),
        (set(), False),
    ],
)
def test_a_quorum_of_groups_is_counted(names: set[str], *, met: bool) -> None:
    assert verify.Policy("policy", EXAMPLE.encode()).is_met(names) is met


def test_a_policy_without_a_quorum_of_witnesses_is_never_met() -> None:
    policy = verify.Policy("policy", f"log {LOG}\nquorum none\n".encode())
    assert not policy.is_met(set())


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("quorum X-and-Y\n", "", "no line 'quorum'"),
        ("quorum X-and-Y\n", "quorum X-and-Y\nquorum none\n", "two lines 'quorum'"),
        ("quorum X-and-Y\n", "quorum Z\n", "'Z' is not defined before"),
        ("quorum X-and-Y\n", "quorum X-and-Y", "cut short"),
        ("group X 2 ", "group X 4 ", "needs 4 of 3"),
        ("group X 2 ", "group X 0 ", "needs 0 of 3"),
        ("group X 2 ", "group X 02 ", "'02' is not a whole number"),
        ("group Y any Y1 Y2", "group Y any Y1 X2", "stands in two groups"),
        ("group Y any Y1 Y2", "group Y any Y1 Y9", "unknown"),
        ("witness Y1", "witness X1", "the name 'X1' is taken"),
        (W[4], W[3], "stands there twice"),
        ("witness X1", f"log {LOG}\nwitness X1", "stands there twice"),
        ("group Y any", "group X any", "the name 'X' is taken"),
        ("witness Y1", "wittness Y1", "is no line of a policy"),
        (LOG, LOG.replace("+", "+0", 1), "does not carry the ID"),
        (LOG, W[0], "has a key for witnesses"),
        ("# two", "# \x07two", "control character"),
    ],
)
def test_a_policy_that_can_be_misread_is_refused(
    was: str, becomes: str, told: str
) -> None:
    with pytest.raises(verify.Broken, match=told):
        verify.Policy("policy", EXAMPLE.replace(was, becomes).encode())


def test_a_folder_with_two_names_that_some_disks_hold_for_one_is_refused(
    tmp_path: Path,
) -> None:
    for name in ("policy", "Policy"):
        (tmp_path / name).write_text(name)
    with pytest.raises(verify.Broken, match="two files of this name"):
        verify.Folder(tmp_path)


# ---- timestamps


def with_stamp(token: bytes, root: bytes) -> bytes:
    content = bundles.stamped()
    stamps = [Stamp(bundles.LATE, "tsa.example", token)]
    return pack(replace(content, stamps=stamps, roots={"tsa.example": root}))


def report(packed: bytes, folder: Path) -> dict[str, object]:
    path = folder / "b.zip"
    path.write_bytes(packed)
    return verify.examine(path, verify.Trust())


@pytest.fixture(scope="module")
def authority() -> bundles.Authority:
    return bundles.Authority("ec -pkeyopt ec_paramgen_curve:P-256")


def test_a_timestamp_by_an_elliptic_curve_is_checked_too(
    authority: bundles.Authority, tmp_path: Path
) -> None:
    for made in (authority, bundles.Authority("ec -pkeyopt ec_paramgen_curve:P-384")):
        token = made.stamp(bundles.stamped().anchors[-1].note)
        found = report(with_stamp(token, made.root), tmp_path)
        assert (found["answer"], found["broken"]) == (0, [])


def test_a_timestamp_of_something_else_is_named(
    authority: bundles.Authority, tmp_path: Path
) -> None:
    token = authority.stamp(b"another checkpoint")
    found = report(with_stamp(token, authority.root), tmp_path)
    assert "stamps something else than this checkpoint" in str(found["broken"])


def test_a_timestamp_of_an_unknown_authority_is_named(
    authority: bundles.Authority, tmp_path: Path
) -> None:
    stranger = bundles.Authority()
    token = authority.stamp(bundles.stamped().anchors[-1].note)
    found = report(with_stamp(token, stranger.root), tmp_path)
    assert "leads to no authority that is trusted" in str(found["broken"])


def test_a_kind_of_signature_without_code_here_is_left_to_openssl_or_not_counted(
    authority: bundles.Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bundles.Authority("ec -pkeyopt ec_paramgen_curve:P-521")
    token = made.stamp(bundles.stamped().anchors[-1].note)
    packed = with_stamp(token, made.root)
    assert report(packed, tmp_path)["answer"] == 0
    monkeypatch.setattr("shutil.which", lambda _: None)
    found = report(packed, tmp_path)
    assert found["answer"] == 2
    assert "the program openssl is not here" in str(found["not_checked_here"])
    monkeypatch.undo()
    wrong = with_stamp(made.stamp(b"else"), made.root)
    assert report(wrong, tmp_path)["answer"] == 1


def test_no_flipped_bit_of_a_timestamp_changes_the_time_that_is_told(
    authority: bundles.Authority,
) -> None:
    """Bytes outside of the signed part may change; what is signed may not."""
    note = bundles.stamped().anchors[-1].note
    token = authority.stamp(note)
    roots = verify.certificates_of(authority.root)
    moment = verify.Token(token).moment
    bits = Random(3).sample(range(len(token) * 8), 300)
    accepted = 0
    for bit in bits:
        flipped = bytearray(token)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            read = verify.Token(bytes(flipped))
            read.check(note, roots)
        except (ValueError, IndexError, OverflowError, verify.NotCheckedHere):
            continue
        accepted += 1
        assert read.moment == moment
    assert accepted < len(bits) / 20


def test_a_stamp_made_when_its_certificate_was_not_valid_is_refused(
    authority: bundles.Authority,
) -> None:
    note = bundles.stamped().anchors[-1].note
    token = verify.Token(authority.stamp(note))
    roots = verify.certificates_of(authority.root)
    assert token.check(note, roots).common_name == "Time stamps"
    token.moment += timedelta(days=4000)
    with pytest.raises(ValueError, match="was not valid then"):
        token.check(note, roots)


@pytest.mark.parametrize(
    ("purposes", "critical", "stamps"),
    [
        ([ExtendedKeyUsageOID.TIME_STAMPING], True, True),
        ([ExtendedKeyUsageOID.TIME_STAMPING], False, False),
        (
            [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CLIENT_AUTH],
            True,
            False,
        ),
        ([ExtendedKeyUsageOID.CLIENT_AUTH], True, False),
        ([], True, False),
    ],
)
def test_only_a_certificate_for_time_alone_stamps_times(
    purposes: list[x509.ObjectIdentifier], *, critical: bool, stamps: bool
) -> None:
    """RFC 3161, 2.3: that one purpose, and critical."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "T")])
    now = datetime(2026, 11, 24, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(PRIVATE.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    if purposes:
        usage = x509.ExtendedKeyUsage(purposes)
        builder = builder.add_extension(usage, critical=critical)
    made = builder.sign(PRIVATE, None).public_bytes(Encoding.DER)
    assert verify.Certificate(made).stamps_time is stamps
