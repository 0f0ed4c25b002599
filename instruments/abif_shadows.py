"""Older directories of a trace file, found outside the newest. Pure bytes.

Its software writes a file anew at its end and leaves the directory of before where it
was. See `instruments.abif`.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
import re
import struct
from typing import Any, NamedTuple

from instruments.abif_values import INLINE, Kind

MOST_ENTRIES = 10_000
MOST_SHADOWS = 16
"""Directories; five were seen."""
FEWEST_ENTRIES = 16
"""Tags of an older directory; fewer were not seen, and less may be chance."""

HEADER = struct.Struct(">4sH4sIHHIII")
ENTRY = struct.Struct(">4sIHHIII4x")
_LARGE = 1024
"""Bytes of a tag in which no older directory is looked for."""

Entry = tuple[bytes, int, int, int, int, int, int]
"""A tag as it is unpacked: most are never asked for, and are made no more of."""

Name = tuple[bytes, int]
Directory = Mapping[Name, Entry]


class Shadow(NamedTuple):
    """An older directory."""

    place: int
    entries: int
    changed: tuple[Entry, ...]
    """Those of its entries that do not stand so in the main directory."""


def gaps(
    main: Directory, start: int, count: int, whole: int
) -> Iterator[tuple[int, int]]:
    """Where the file holds neither the main directory nor anything large of it."""
    large = [
        (place, place + length)
        for *_, length, place in main.values()
        if length > _LARGE
    ]
    large.append((start, start + count * ENTRY.size))
    end = HEADER.size
    for first, last in sorted(large):
        if first > end:
            yield end, first
        end = max(end, last)
    yield end, whole


def shadows(
    content: bytes, start: int, count: int, gaps: Iterable[tuple[int, int]]
) -> Iterator[Shadow]:
    """Directories outside the main one, which begins at `start`.

    Each has an entry for the raw trace of the first dye; from there it reaches as far
    to both sides as entries hold together. Found so by OSIRIS (NCBI) since 2013.
    """
    step = ENTRY.size
    end = start + count * step
    known: dict[bytes, int] = {}
    seen, found = 0, 0
    places = (one.start() for gap in gaps for one in _RAW.finditer(content, *gap))
    for place in places:
        if place < seen or not _may_be(content, place):
            continue
        if found == MOST_SHADOWS:
            return
        known = known or {content[at : at + step]: at for at in range(start, end, step)}
        changed: list[int] = []
        first = last = place
        while first - step >= seen and _holds(content, first - step, known, changed):
            first -= step
        while _holds(content, last, known, changed):
            same = known.get(content[last : last + step])
            last += step if same is None else _alike(content, last, same, end)
        seen = last
        entries = (last - first) // step
        if FEWEST_ENTRIES <= entries <= MOST_ENTRIES:
            found += 1
            told = (ENTRY.unpack_from(content, one) for one in changed)
            yield Shadow(first, entries, tuple(_within(told, 2 * len(content))))


def _alike(content: bytes, one: int, other: int, end: int) -> int:
    """How many bytes of whole entries agree from two places on, the other until `end`.

    Compared in blocks: a shadow mostly repeats the main directory in its order.
    """
    step = ENTRY.size
    low, high = 1, (end - other) // step  # entries that agree, and that might
    while low < high:
        middle = (low + high + 1) // 2
        size = middle * step
        if content[one : one + size] == content[other : other + size]:
            low = middle
        else:
            high = middle - 1
    return low * step


def _holds(
    content: bytes, place: int, known: Container[bytes], changed: list[int]
) -> bool:
    """Whether an entry lies here; one that is not the main directory's is noted."""
    if content[place : place + ENTRY.size] in known:
        return True
    if _may_be(content, place):
        changed.append(place)
        return True
    return False


def _within(entries: Iterable[Any], most: int) -> Iterator[Entry]:
    """As many as are together no larger than `most` bytes: they are compared."""
    total = 0
    for entry in entries:
        total += entry[5]
        if total > most:
            return
        yield entry


_RAW = re.compile(re.escape(struct.pack(">4sIHH", b"DATA", 1, Kind.SHORT, 2)))
"""How the entry of the first dye's raw trace begins."""


def _may_be(content: bytes, place: int) -> bool:
    """Whether an entry may lie here: a name, and sizes that hold together."""
    if place < 0 or place + ENTRY.size > len(content):
        return False
    name, number, _, size, count, length, data = ENTRY.unpack_from(content, place)
    return bool(
        count * size == length
        and number < 1 << 24 > count
        and (length <= INLINE or data + length <= len(content))
        and name.isascii()
        and name.decode("ascii").isprintable()
    )
