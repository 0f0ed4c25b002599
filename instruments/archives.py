"""Archives (zip) that somebody sent: what one says of itself, and each part, checked.

Small archives that unpack without end, parts that overlap and XML with a document type
are refused before a reader opens them.
"""

from collections.abc import Iterator
from io import BytesIO
import struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
import zlib

from instruments.errors import Unreadable

MOST_PARTS = 1_000
LARGEST_DIRECTORY = 128 * 1024
"""Bytes of the archive's table of contents: it is read before anything else."""
LARGEST_UNPACKED = 256 * 1024 * 1024
"""Bytes of all parts. The largest real workbook at hand unpacks to a tenth of it."""
LARGEST_RATIO = 200
"""Unpacked to packed, of a part above a megabyte. Sheets of numbers reach about 20."""
SMALL = 1024 * 1024

END = b"PK\x05\x06"
END_SIZE = 22
LONGEST_COMMENT = 0xFFFF
TYPED = ("<!DOCTYPE", "<!ENTITY")
DECLARED = tuple(
    word.encode(encoding)
    for word in TYPED
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
BROKEN = (
    BadZipFile, EOFError, IndexError, NotImplementedError, OSError, OverflowError,
    RuntimeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What the reader of archives raises where one is damaged."""


def check_archive(content: bytes) -> None:
    """Refuse an archive that would do harm when unpacked. Raises Unreadable."""
    for _ in unpacked(content):
        pass


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each part's name and bytes, checked before anybody has them. Raises Unreadable.

    Folders are none.
    """
    check_directory(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(content))
            for part in parts:
                text = _checked(archive, part)
                if not part.is_dir():
                    yield part.filename, text
    except BROKEN as error:
        raise damaged() from error


def weight(content: bytes) -> int:
    """Bytes of all parts as the archive says; none is more. Raises Unreadable."""
    check_directory(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except BROKEN as error:
        raise damaged() from error


def check_directory(content: bytes) -> None:
    """Before the table of contents is read: how long it says it is."""
    at = content.rfind(END, -END_SIZE - LONGEST_COMMENT)
    end = content[at : at + END_SIZE]
    if at < 0 or len(end) < END_SIZE:
        raise damaged()
    parts = int.from_bytes(end[10:12], "little")
    size = int.from_bytes(end[12:16], "little")
    if parts > MOST_PARTS or size > LARGEST_DIRECTORY:
        raise bomb(f"{parts} parts", f"at most {MOST_PARTS}")


def _check_sizes(parts: list[ZipInfo], length: int) -> None:
    """By what the parts say of themselves; _checked finds those that lie."""
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise bomb("more", f"at most {LARGEST_UNPACKED // SMALL} MB unpacked")
    if len({part.filename for part in parts}) < len(parts):
        raise bomb("two parts of one name", "one")
    if sum(part.compress_size for part in parts) > length:
        raise bomb("parts that overlap", "each on its own")
    for part in parts:
        if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise damaged()
        packed = max(part.compress_size, 1)
        if part.file_size > SMALL and part.file_size / packed > LARGEST_RATIO:
            raise bomb("one that grows more", f"at most {LARGEST_RATIO} times")


def _checked(archive: ZipFile, part: ZipInfo) -> bytes:
    """Unpack one, no further than it said; a wrong size or sum is an error."""
    with archive.open(part) as file:
        text = file.read(part.file_size + 1)
    if len(text) != part.file_size:
        raise damaged()
    if any(word in text for word in DECLARED):
        raise Unreadable(
            "This workbook holds XML with a document type, which can name other files "
            "or grow without end. No instrument writes one: it is not opened."
        )
    return text


def damaged() -> Unreadable:
    return Unreadable(
        "This workbook cannot be opened: it is damaged or protected by a password. "
        "Export it again."
    )


def bomb(found: str, expected: str) -> Unreadable:
    return Unreadable(
        f"This workbook is not opened, for it could fill the memory: it holds {found}.",
        expected=expected,
    )
