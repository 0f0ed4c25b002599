"""A barcode scanner on a serial line: bytes in, scans and refused frames out.

A frame is what a scanner sends for one symbol: `STX`, an AIM identifier such as `]d1`,
the data, `ETX`, and a line end. Everything but data and line end is a setting of the
scanner. With `Frame.CRC`, four hexadecimal digits follow the data: CRC-16/CCITT of all
that stands between STX and them; a frame that does not agree is refused.
"""

from binascii import crc_hqx
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import re
import time

from instruments.errors import LinkClosed, LinkLost
from instruments.links import Change, Link

STX, ETX = b"\x02", b"\x03"
LINE_END = re.compile(rb"[\r\n]")
FRAMED = re.compile(rb"\x02[^\x02\x03]*\x03", re.DOTALL)
AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
PRINTABLE = re.compile(rb"[\x20-\x7e\x1d]+")
"""What a label may hold; GS stands for the FNC1 of GS1 symbols."""

LONGEST = 4096
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds between two attempts to reach a scanner that was unplugged."""

SYMBOLOGIES = {
    "A": "Code 39",
    "C": "Code 128",
    "E": "UPC/EAN",
    "F": "Codabar",
    "G": "Code 93",
    "I": "ITF",
    "L": "PDF417",
    "Q": "QR",
    "X": "other",
    "d": "Data Matrix",
    "e": "GS1 DataBar",
    "z": "Aztec",
}
"""By the letter of the AIM identifier (ISO/IEC 15424)."""


class Frame(StrEnum):
    PLAIN = "plain"
    CRC = "crc"


@dataclass(frozen=True, slots=True)
class Scan:
    symbology: str
    """What the AIM identifier says was read; empty if the scanner sends none."""
    aim: str
    text: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame that cannot be trusted. The person scans once more."""

    raw: bytes
    reason: str


Heard = Scan | Damaged | Change


def listen(
    link: Link,
    frame: Frame = Frame.PLAIN,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Heard]:
    """Everything that a scanner says, until the line is closed.

    A scanner that is unplugged is waited for. What had come of a frame by then is
    refused: two halves of two scans must never become one.
    """
    ear, wait, away = _Ear(frame), SHORTEST_PAUSE, False
    while True:
        try:
            came = link.read()
        except LinkClosed:
            yield from ear.silence()
            return
        except LinkLost:
            yield from ear.silence()
            if not away:
                yield Change.LOST
            away = True
            pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE)
            continue
        if away:
            yield Change.BACK
        away, wait = False, SHORTEST_PAUSE
        yield from ear.hear(came) if came else ear.silence()


@dataclass(slots=True)
class _Ear:
    """Cuts a stream of bytes into frames."""

    frame: Frame
    _rest: bytes = field(default=b"")

    def hear(self, came: bytes) -> Iterator[Heard]:
        *whole, self._rest = LINE_END.split(self._rest + came)
        yield from (understood(raw, self.frame) for raw in whole if raw)
        if len(self._rest) > LONGEST:
            yield from self.silence()

    def silence(self) -> Iterator[Heard]:
        """After a silence nothing more comes of a frame that has no end yet."""
        begun, self._rest = self._rest, b""
        if begun:
            yield Damaged(begun, "The scan has no end: the line was silent too soon.")


def understood(raw: bytes, frame: Frame) -> Scan | Damaged:
    """One frame, without its line end."""
    data = raw
    if STX in raw or ETX in raw or frame is Frame.CRC:
        if not FRAMED.fullmatch(raw):
            return Damaged(raw, "The scan does not begin and end as it should.")
        data = raw[1:-1]
    if frame is Frame.CRC:
        data, told = data[:-4], data[-4:]
        if told != checksum(data):
            return Damaged(raw, "The scan does not agree with its checksum.")
    if not PRINTABLE.fullmatch(data):
        return Damaged(raw, "The scan holds signs that no label has.")
    return _scan(data.decode("ascii"), raw)


def checksum(data: bytes) -> bytes:
    """CRC-16/CCITT (0xFFFF) as four upper-case hexadecimal digits."""
    return b"%04X" % crc_hqx(data, 0xFFFF)


def _scan(text: str, raw: bytes) -> Scan | Damaged:
    aim = AIM.match(text)
    if aim is None:
        return Scan("", "", text, raw)
    if aim.end() == len(text):
        return Damaged(raw, "The scan has an identifier and no data.")
    return Scan(SYMBOLOGIES.get(aim[1], "other"), aim[0], text[aim.end() :], raw)
