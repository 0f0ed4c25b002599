"""The container of trace files, ABIF: `.fsa`, `.hid` and `.ab1`. Pure bytes.

Big-endian. A header, and a directory of entries of 28 bytes: name, number, kind, size
of one element, their count, size of all, and where they lie; what fits in four bytes
lies in the entry itself (Applied Biosystems, ABIF File Format Specification 2006).

A `.hid` of the 3500 holds its traces twice: under a directory whose kinds from 28 on
are enciphered, and in the open under older "shadow" directories, which its software
left where they were when it wrote the file again. Other files written more than once
hold such directories, too. What both tell must agree: the format has no signature.
"""

from array import array
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from instruments.abif_shadows import (
    ENTRY,
    HEADER,
    MOST_ENTRIES,
    Directory,
    Entry,
    Shadow,
    gaps,
    shadows,
)
from instruments.abif_values import (
    CODES,
    ENCIPHERED,
    INLINE,
    INTEGERS,
    Kind,
    is_short,
    swapped,
    text_of,
    told,
)
from instruments.errors import Unreadable

MAGIC = b"ABIF"
MOST_POINTS = 200_000
"""Of one trace. The longest run seen has 24,959."""


_EXPECTED = "the file as the instrument's software wrote it"

TOLERATED = frozenset({(b"CkSm", 1), (b"SVER", 1)})
"""Tags that the software itself writes anew: a checksum of unknown make, and its
version, which the first of the directories does not yet know in full."""

DIFFERENCES = 20
"""Tags that are named at most."""


class Tag(NamedTuple):
    """One entry of a directory."""

    name: bytes
    number: int
    kind: int
    size: int
    """Bytes of one element."""
    elements: int
    length: int
    """Bytes of all elements."""
    place: int
    """Where they begin in the file; up to four bytes are themselves this number."""


_KIND = itemgetter(2)


@dataclass(frozen=True)
class Abif:
    """A container that holds together: each tag of each directory lies in the file."""

    content: bytes
    version: int
    """101 for older instruments, 300 from the 3500 on."""
    main: Directory
    shadows: tuple[Shadow, ...]
    """Older directories, in the order of their places."""

    @cached_property
    def enciphered(self) -> bool:
        return not ENCIPHERED.isdisjoint(map(_KIND, self.main.values()))

    @cached_property
    def open(self) -> Directory:
        """What can be read: of an enciphered file, its second shadow first.

        The first knows only half of the software's version. What is not enciphered is
        the main directory's.
        """
        if not self.enciphered:
            return self.main
        plain = {
            name: entry
            for name, entry in self.main.items()
            if entry[2] not in ENCIPHERED
        }
        if not self.shadows:
            return plain
        place, count, _ = self.shadows[:2][-1]
        return {**_directory(self.content, place, count), **plain}

    def tag(self, name: str, number: int = 1) -> Tag | None:
        """A tag that stands in the open."""
        entry = self.open.get((name.encode(), number))
        return None if entry is None else Tag(*entry)

    def has(self, name: str, number: int = 1) -> bool:
        """Whether the newest directory has a tag, enciphered or not."""
        return (name.encode(), number) in self.main

    def bytes_of(self, name: str, number: int = 1) -> bytes:
        """The bytes of a tag; none where it is not there."""
        entry = self.open.get((name.encode(), number))
        return b"" if entry is None else self.held(entry)

    def text(self, name: str, number: int = 1) -> str:
        """A text as it was written; empty where the tag is none, or not there.

        ABIF's texts are ASCII. Signs beyond are read as Latin-1.
        """
        entry = self.open.get((name.encode(), number))
        return "" if entry is None else text_of(entry[2], self.held(entry))

    def line(self, name: str, number: int = 1) -> str:
        """Any short tag as text; empty where it is not there, or long."""
        tag = self.tag(name, number)
        if tag is None or not is_short(tag.kind, tag.length):
            return ""
        return told(tag.kind, self.held(tag))

    def integers(self, name: str, number: int = 1) -> "array[int]":
        """Whole numbers; none where the tag holds something else, or is not there."""
        entry = self.open.get((name.encode(), number))
        return array("h") if entry is None else self.numbers_of(entry)

    def numbers_of(self, entry: Entry) -> "array[int]":
        """The whole numbers of one entry; none where it holds something else."""
        code = INTEGERS.get(entry[2])
        if code is None:
            return array("h")
        found: array[int] = array(code)
        return swapped(found, self.view(entry))

    def numbers(self, name: str, number: int = 1) -> "array[float]":
        """Numbers with fractions; none where the tag is not there."""
        entry = self.open.get((name.encode(), number))
        if entry is None or entry[2] not in {Kind.FLOAT, Kind.DOUBLE}:
            return array("d")
        found: array[float] = array(CODES[Kind(entry[2])])
        return swapped(found, self.view(entry))

    def altered(self) -> list[str]:
        """The tags of which two directories tell different things."""
        found: dict[str, None] = {}
        for _, _, changed in self.shadows:
            for older in changed:
                newer = self.open.get(older[:2])
                if newer is None or older[:2] in TOLERATED or newer[2] != older[2]:
                    continue
                if newer != older and self.held(newer) != self.held(older):
                    found[f"{older[0].decode('latin-1')} {older[1]}"] = None
        return list(found)[:DIFFERENCES]

    def recut(self) -> list[str]:
        """Enciphered tags whose size is not that of what lies in the open.

        Blocks have eight bytes: what is enciphered is at most eight bytes longer.
        """
        if not self.enciphered:
            return []
        found = []
        for name, entry in self.main.items():
            plain = self.open.get(name)
            if entry[2] in ENCIPHERED and plain is not None:
                full = -(-plain[5] // 8) * 8
                if entry[5] not in {full, full + 8}:
                    found.append(f"{name[0].decode('latin-1')} {name[1]}")
        return found[:DIFFERENCES]

    def told(self) -> dict[str, str]:
        """Every tag that a line can tell: name and number to what was written."""
        return {
            f"{name.decode('latin-1')} {number}": told(kind, self.held(entry))
            for (name, number), entry in self.open.items()
            if is_short(kind := entry[2], entry[5])
        }

    def long(self) -> dict[str, int]:
        """The other tags, and how many bytes each is."""
        return {
            f"{name.decode('latin-1')} {number}": entry[5]
            for (name, number), entry in self.open.items()
            if not is_short(entry[2], entry[5])
        }

    def held(self, entry: Entry) -> bytes:
        """The bytes of one entry, which lie in the file or in the entry itself."""
        length, place = entry[5:]
        if length <= INLINE:
            return place.to_bytes(4, "big")[:length]
        return self.content[place : place + length]

    def view(self, entry: Entry) -> memoryview:
        """The same without a copy, for what is large."""
        length, place = entry[5:]
        if length <= INLINE:
            return memoryview(self.held(entry))
        return self._whole[place : place + length]

    @cached_property
    def _whole(self) -> memoryview:
        return memoryview(self.content)


def read(content: bytes) -> Abif:
    """The container in these bytes.

    Raises Unreadable where they are no ABIF, or do not hold together.
    """
    if not content.startswith(MAGIC):
        raise Unreadable("This file is no trace file (ABIF).", expected=_EXPECTED)
    if len(content) < HEADER.size:
        raise _cut()
    header = HEADER.unpack_from(content)
    _, version, name, _, _, size, count, _, place = header
    if name != b"tdir" or size != ENTRY.size:
        raise Unreadable(
            "The header of this trace file names no directory of tags: no instrument "
            "writes such a file.",
            expected=_EXPECTED,
        )
    if not 0 < count <= MOST_ENTRIES:
        raise Unreadable(
            f"The directory of this trace file is said to have {count} tags.",
            expected=f"1 to {MOST_ENTRIES}",
        )
    if place + count * ENTRY.size > len(content):
        raise _cut()
    main = _directory(content, place, count)
    found = gaps(main, place, count, len(content))
    return Abif(content, version, main, tuple(shadows(content, place, count, found)))


def _directory(content: bytes, start: int, count: int) -> Directory:
    whole = len(content)
    span = memoryview(content)[start : start + count * ENTRY.size]
    entries = list(ENTRY.iter_unpack(span))
    total = 0
    for name, number, _, size, elements, length, place in entries:
        if elements * size != length or (length > INLINE and place + length > whole):
            raise _broken(name, number)
        total += length
    if total > 2 * whole:
        raise Unreadable(
            "The tags of this trace file overlap: together they are said to be larger "
            "than the file.",
            expected=_EXPECTED,
        )
    return {entry[:2]: entry for entry in entries}


def _cut() -> Unreadable:
    return Unreadable(
        "This trace file ends before the directory of its tags: it was cut.",
        expected=_EXPECTED,
    )


def _broken(name: bytes, number: int) -> Unreadable:
    shown = name.decode("latin-1")
    safe = shown if shown.isascii() and shown.isprintable() else "????"
    return Unreadable(
        f"The tag '{safe} {number}' of this trace file does not lie in the file, or its"
        " size is not that of its elements. The file is damaged or was not written by"
        " an instrument.",
        expected=_EXPECTED,
    )
