"""Bytes to text: encodings that can be told, line ends, and what is no text."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from instruments.errors import BadEncoding, Unreadable
from instruments.source import LARGEST, Source

TEXT = "Knöchel\tЖ\n2\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big"],
)
def test_an_encoding_that_can_be_told_is_read(content: bytes) -> None:
    assert Source("x", content).text() == TEXT
    assert Source("x", content).first_line == "Knöchel\tЖ"


def test_a_code_page_is_never_guessed() -> None:
    with pytest.raises(BadEncoding) as told:
        Source("x", "a\r\nb\r\nKnöchel".encode("cp1252")).text()
    assert told.value.line == 3
    assert "Export the file again as Unicode" in str(told.value)


def test_half_a_utf_16_file_is_refused() -> None:
    with pytest.raises(BadEncoding):
        Source("x", b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1]).text()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_three_line_ends_end_a_line(end: str) -> None:
    assert Source("x", f"a{end}b{end}".encode()).text() == "a\nb\n"


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_other_sign_ends_a_line(sign: str) -> None:
    assert Source("x", f"a{sign}b".encode()).text() == f"a{sign}b"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest", "a zip archive"),
        (b"\xd0\xcf\x11\xe0rest", "an old Office document"),
        (b"%PDF-1.7", "a PDF document"),
        (b"ABIFrest", "a trace file"),
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"Sample\x00Name", "Byte 7 of this file is zero"),
        ("Sample".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"\xff\xfe" + "Sa\0mple".encode("utf-16-le"), "a zero character"),
    ],
)
def test_what_is_no_text_is_named(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        Source("x.txt", content).text()


def test_a_file_of_200_mb_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    source = Source.from_path(path)
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        source.text()
    assert len(source.content) == LARGEST + 1


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        Source.from_path(tmp_path / "absent.txt")
    with pytest.raises(Unreadable, match="cannot be opened"):
        Source.from_path(tmp_path)


def test_the_fingerprint_is_that_of_the_bytes() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert Source("x", b"abc").sha256 == digest


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0\r", codec="utf-8"), min_size=1))
def test_any_text_comes_back(text: str) -> None:
    source = Source("x", b"\xef\xbb\xbf#" + text.encode())
    assert source.text() == "#" + text
