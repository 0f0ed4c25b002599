"""The values of a trace file's tags: texts, numbers, dates and times. Pure bytes."""

from array import array
from enum import IntEnum
import struct
import sys
from typing import TypeVar

INLINE = 4
"""Bytes that lie in the entry itself."""

MOST_TEXT = 1024
MOST_SHOWN = 64
"""Bytes of a tag that is told as text, and of one that is not a text."""

Number = TypeVar("Number", int, float)


class Kind(IntEnum):
    """How the elements of a tag are written."""

    BYTE = 1
    CHAR = 2
    WORD = 3
    SHORT = 4
    LONG = 5
    FLOAT = 7
    DOUBLE = 8
    DATE = 10
    TIME = 11
    BOOL = 13
    PASCAL = 18
    """A text after its length, which is one byte."""
    C_TEXT = 19
    """A text before a zero."""


ENCIPHERED = frozenset({28, 30, 31, 32, 33, 34})
"""Kinds of the 3500's `.hid`: blocks of eight bytes, of which no key is public."""

TEXTS = frozenset({Kind.CHAR, Kind.PASCAL, Kind.C_TEXT})
_KNOWN = frozenset(Kind)
CODES = {Kind.SHORT: "h", Kind.WORD: "H", Kind.FLOAT: "f", Kind.DOUBLE: "d"}
CODES[Kind.LONG] = "i"
INTEGERS = {int(kind): CODES[kind] for kind in (Kind.WORD, Kind.SHORT, Kind.LONG)}


def is_short(kind: int, length: int) -> bool:
    return kind in _KNOWN and length <= (MOST_TEXT if kind in TEXTS else MOST_SHOWN)


def swapped(found: "array[Number]", held: memoryview) -> "array[Number]":
    if rest := len(held) % found.itemsize:
        held = held[:-rest]
    found.frombytes(held)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def text_of(kind: int, held: bytes) -> str:
    match kind:
        case Kind.PASCAL:
            held = held[1 : 1 + held[0]] if held else b""
        case Kind.C_TEXT:
            held = held.partition(b"\0")[0]
        case Kind.CHAR:
            held = held.rstrip(b"\0")
        case _:
            return ""
    return held.decode("latin-1")


def told(kind: int, held: bytes) -> str:
    """A tag as text: a text, numbers with blanks between, a date, a time."""
    match kind:
        case Kind.CHAR | Kind.PASCAL | Kind.C_TEXT:
            return text_of(kind, held)
        case Kind.DATE if len(held) >= INLINE:
            year, month, day = struct.unpack_from(">hBB", held)
            return f"{year:04}-{month:02}-{day:02}"
        case Kind.TIME if len(held) >= INLINE:
            hour, minute, second, hundredth = held[:INLINE]
            return f"{hour:02}:{minute:02}:{second:02}.{hundredth:02}"
        case Kind.BYTE | Kind.BOOL:
            return " ".join(str(one) for one in held)
        case Kind.WORD | Kind.SHORT | Kind.LONG | Kind.FLOAT | Kind.DOUBLE:
            numbers: array[float] = array(CODES[Kind(kind)])
            shown = "{:.7g}" if kind >= Kind.FLOAT else "{}"
            found = swapped(numbers, memoryview(held))
            return " ".join(shown.format(one) for one in found)
        case _:
            return ""
