"""A file as it arrived: its name, its bytes, its fingerprint, and its text.

The encoding is never guessed: a byte order mark, or strict UTF-8. Sample names are
identifiers, and a wrongly guessed code page changes them silently (instrument formats,
rule 5).
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
import re
from typing import Self, TypeVar

from instruments.errors import BadEncoding, Unreadable

LARGEST = 50 * 1024 * 1024
"""Bytes. A plate's export weighs less than one megabyte."""

HEAD = 64 * 1024
"""Bytes that a parser may look at before it claims a file."""

MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"ABIF": "a trace file (ABIF)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"{\\rtf": "a text processor's document (RTF)",
    b"SQLite format 3": "a database (SQLite)",
}
EXPERIMENT = b"apldbio/sds/"
"""A folder within an archive of QuantStudio, ViiA 7 or 7500 (`.eds`)."""
FILLED = re.compile(rb"\S")
ENCODINGS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}


T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Hears how many rows were read, and of how many."""
EACH = 1_000
"""Rows between two words of how far a file is read."""


def nobody(_read: int, _of: int) -> None:
    """Hears it where nobody waits."""


@dataclass(frozen=True)
class Source:
    name: str
    content: bytes
    opened: frozenset[str] = frozenset()
    """What the laboratory lets be read of a person's looks and descent: see closing."""
    tell: Tell = field(default=nobody, compare=False, repr=False)

    @classmethod
    def from_path(cls, path: Path, opened: frozenset[str] = frozenset()) -> Self:
        """Read a file; of one that is too large, no more than tells so."""
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            reason = error.strerror or "the path is no file's"
            raise Unreadable(f"This file cannot be opened: {reason}.") from error
        return cls(path.name, content, opened)

    @cached_property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @cached_property
    def head(self) -> str:
        """The beginning, for parsers to look at; empty where the file is no text."""
        if self.not_text:
            return ""
        mark, encoding = self._encoding
        return _unix(self.content[len(mark) : HEAD].decode(encoding, "replace"))

    @cached_property
    def first_line(self) -> str:
        """The first line that holds something."""
        return self.head.lstrip(" \n").partition("\n")[0]

    @cached_property
    def not_text(self) -> Unreadable | None:
        """Why this cannot be a text table, if it cannot."""
        if len(self.content) > LARGEST:
            size = LARGEST // 1024**2
            return Unreadable(
                f"This file is larger than {size} MB.", expected="the export of one run"
            )
        if not FILLED.search(self.content, len(self._encoding[0])):
            return Unreadable("This file is empty.", expected="a text table")
        if EXPERIMENT in self.content[:HEAD] and self.content.startswith(b"PK"):
            return Unreadable(
                "This file is the experiment of a real-time PCR instrument itself.",
                expected="its results, exported as text, CSV or a workbook",
            )
        for magic, kind in MAGIC.items():
            if self.content.startswith(magic):
                return Unreadable(f"This file is {kind}.", expected="a text table")
        return self._zero()

    def telling(self, rows: Iterable[T], of: int) -> Iterator[T]:
        """The rows themselves; meanwhile it is told how many of them were read."""
        for number, row in enumerate(rows):
            if not number % EACH:
                self.tell(number, of)
            yield row
        self.tell(of, of)

    def text(self) -> str:
        """The whole text, each line ended by LF alone. Not kept: a file is read once.

        CR LF, LF and CR end a line and nothing else does: `str.splitlines` also breaks
        at signs that a cell may hold.
        """
        if self.not_text:
            raise self.not_text
        text = self._decoded()
        if "\0" in text:
            raise Unreadable(
                "This file holds a zero character, which no text holds. It is damaged: "
                "export it again."
            )
        return _unix(text)

    @property
    def _encoding(self) -> tuple[bytes, str]:
        marks = (item for item in ENCODINGS.items() if self.content.startswith(item[0]))
        return next(marks, (b"", "utf-8"))

    def _decoded(self) -> str:
        mark, encoding = self._encoding
        content = self.content[len(mark) :]
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            raise BadEncoding(
                f"Byte {error.start + len(mark) + 1} is no {encoding.upper()} text. It "
                "may be of an older code page such as Windows-1252, which is not "
                "guessed, for sample names are identifiers. Export the file again as "
                "Unicode (UTF-8 or UTF-16).",
                line=_lines_in(content[: error.start].decode(encoding, "replace")),
            ) from error

    def _zero(self) -> Unreadable | None:
        _, encoding = self._encoding
        if encoding != "utf-8" or (zero := self.content.find(b"\0")) < 0:
            return None
        return Unreadable(
            f"Byte {zero + 1} of this file is zero, which no text holds. The file is "
            "damaged, or UTF-16 without its mark: export it again as Unicode with a "
            "byte order mark."
        )


def _unix(text: str) -> str:
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines_in(text: str) -> int:
    return _unix(text).count("\n") + 1
