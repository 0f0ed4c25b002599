"""A timestamp is taken where it proves the note's time, and otherwise told why not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from lims.anchors.authority import Authority, NoStamp
from lims.anchors.post import NoAnswer
from lims.anchors.stamping import check, roots, stamp
from tests.lims.anchors.authority import NAME, Office, an_office
from tests.lims.anchors.servers import answering, nobody, saying
from tests.lims.witness.a_log import ALog

NOTE = ALog().note(12)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("tsa") / "office")


@pytest.fixture(scope="module")
def other_query() -> bytes:
    """A request over other bytes, with another nonce."""
    return _query(b"another note")


def _query(note: bytes) -> bytes:
    builder = TimestampRequestBuilder().data(note)
    return builder.hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


def test_a_timestamp_is_had_and_checked_again_later(office: Office) -> None:
    with office.open() as url:
        had = stamp(Authority(url, office.root), NOTE)
    assert had.authority == f"CN={NAME}"
    assert abs(had.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert check(had.token, NOTE, roots(Authority(url, office.root))) == had


def test_a_timestamp_over_other_bytes_is_refused(office: Office) -> None:
    token = office.reply(_query(NOTE))
    trusted = roots(Authority("", office.root))
    assert check(token, NOTE, trusted).authority
    with pytest.raises(NoStamp, match="over other bytes"):
        check(token, NOTE + b"\n", trusted)


def test_an_answer_to_another_request_is_refused(office: Office) -> None:
    """The same note was stamped before; that answer is sent once more."""
    with (
        office.open(ask=lambda _: _query(NOTE)) as url,
        pytest.raises(NoStamp, match="nonce differs"),
    ):
        stamp(Authority(url, office.root), NOTE)


def test_an_answer_over_another_note_is_refused(
    office: Office, other_query: bytes
) -> None:
    with office.open(ask=lambda _: other_query) as url, pytest.raises(NoStamp):
        stamp(Authority(url, office.root), NOTE)


def test_an_authority_below_another_root_is_refused(
    office: Office, tmp_path: Path
) -> None:
    other = an_office(tmp_path / "other")
    with office.open() as url, pytest.raises(NoStamp, match="below the root"):
        stamp(Authority(url, other.root), NOTE)


def test_an_authority_whose_certificate_is_over_is_refused(tmp_path: Path) -> None:
    over = an_office(tmp_path / "over", until=datetime.now(UTC) - timedelta(days=1))
    with over.open() as url, pytest.raises(NoStamp, match="not valid at its time"):
        stamp(Authority(url, over.root), NOTE)


def test_a_token_outlives_its_certificate(tmp_path: Path) -> None:
    """Valid when it signed is enough: the chain is checked at the token's time."""
    until = datetime.now(UTC) + timedelta(seconds=2)
    short = an_office(tmp_path / "short", until=until)
    token = short.reply(_query(NOTE))
    sleep(3)
    trusted = roots(Authority("", short.root))
    assert check(token, NOTE, trusted).at <= until


def test_a_flipped_bit_never_changes_what_a_token_says(office: Office) -> None:
    """Some bits lie outside of what is signed; none of them is the time or the note."""
    token = office.reply(_query(NOTE))
    trusted = roots(Authority("", office.root))
    whole = check(token, NOTE, trusted)
    refused = 0
    for bit in range(0, len(token) * 8, 5):
        spoilt = bytearray(token)
        spoilt[bit // 8] ^= 1 << bit % 8
        try:
            found = check(bytes(spoilt), NOTE, trusted)
        except NoStamp:
            refused += 1
        else:
            assert (found.at, found.authority) == (whole.at, whole.authority), bit
    assert refused > len(token) * 8 // 5 * 0.9


def test_the_authoritys_own_refusal_is_told(office: Office) -> None:
    weak = (
        TimestampRequestBuilder()
        .data(NOTE)
        .hash_algorithm(HashAlgorithm.SHA512)
        .build()
        .as_bytes()
    )
    with (
        office.open(ask=lambda _: weak) as url,
        pytest.raises(NoStamp, match=r"gave no timestamp: '.*algorithm"),
    ):
        stamp(Authority(url, office.root), NOTE)


@pytest.mark.parametrize("body", [b"", b"garbage", b"0\x03\x02\x01\x00", bytes(5000)])
def test_garbage_is_no_timestamp(office: Office, body: bytes) -> None:
    with (
        answering(lambda *_: (200, "application/timestamp-reply", body)) as url,
        pytest.raises(NoStamp, match="is no timestamp"),
    ):
        stamp(Authority(url, office.root), NOTE)


def test_a_token_cut_short_is_refused(office: Office) -> None:
    token = office.reply(_query(NOTE))
    trusted = roots(Authority("", office.root))
    for length in range(0, len(token), 31):
        with pytest.raises(NoStamp):
            check(token[:length], NOTE, trusted)


def test_an_http_error_is_told(office: Office) -> None:
    with (
        answering(lambda *_: (503, "text/html", b"")) as url,
        pytest.raises(NoStamp, match="'503'"),
    ):
        stamp(Authority(url, office.root), NOTE)


def test_an_authority_that_does_not_answer_is_told(office: Office) -> None:
    with pytest.raises(NoAnswer, match="cannot be reached"):
        stamp(Authority(nobody(), office.root), NOTE)
    with saying(b"") as url, pytest.raises(NoAnswer):
        stamp(Authority(url, office.root), NOTE)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_without_a_root_nobody_is_asked(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "root.pem"
    if content is not None:
        path.write_bytes(content)
    for file in (None, path):
        with pytest.raises(NoStamp, match="root certificate"):
            stamp(Authority(nobody(), file), NOTE)


def test_a_certificate_for_something_else_is_refused(
    office: Office, tmp_path: Path
) -> None:
    """The file of trusted certificates must hold a root, not a link of the chain."""
    lone = tmp_path / "lone.pem"
    lone.write_bytes((office.folder / "tsa.pem").read_bytes())
    token = office.reply(_query(NOTE))
    with pytest.raises(NoStamp, match="holds no root"):
        check(token, NOTE, roots(Authority("", lone)))
