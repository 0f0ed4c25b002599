"""Raster commands of the Brother QL printers: 720 pins at 300 dots an inch.

Brother, "Raster Command Reference QL-800/810W/820NWB": invalidate, initialise, raster
mode, print information, then a line of 90 bytes for each row of dots, the pin on the
far right first, and a form feed. The tapes' pins and margins are of its tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import struct

from PIL import Image

from labels.errors import DoesNotFit, DoesNotReadBack
from labels.raster import shifted
from labels.zpl import INVERTED, black

DPI = 300
PINS = 720
ROW = PINS // 8
CONTINUOUS, DIE_CUT = 0x0A, 0x0B
HEAD = bytes(200) + b"\x1b@" + b"\x1bia\x01"
INFORMATION = struct.Struct("<3sBBBBIBB")
LINE = b"g\x00" + bytes([ROW])
NEXT, LAST = b"\x0c", b"\x1a"


@dataclass(frozen=True)
class Tape:
    """A roll that the printer knows: millimetres, and which pins print."""

    width: int
    length: int
    """0 on continuous tape."""
    dots: int
    """Pins that print across it."""
    right: int
    """Pins left free on the far right."""

    @property
    def feed(self) -> int:
        """Dots of blank tape before and behind the picture."""
        return 0 if self.length else 35


TAPES = (
    Tape(12, 0, 106, 29), Tape(29, 0, 306, 6), Tape(38, 0, 413, 12),
    Tape(50, 0, 554, 12), Tape(62, 0, 696, 12),
    Tape(17, 54, 165, 0), Tape(29, 90, 306, 6), Tape(62, 29, 696, 12),
)  # fmt: skip


def tape_for(width: int, *, continuous: bool) -> Tape:
    """The narrowest tape on which so many dots fit. Raises DoesNotFit."""
    for tape in TAPES:
        if width <= tape.dots and continuous == (tape.length == 0):
            return tape
    raise DoesNotFit(
        f"A label of {width} dots is wider than any tape of this printer: it prints "
        f"{max(tape.dots for tape in TAPES)} dots (58.9 mm)."
    )


def render(pictures: Sequence[Image.Image], tape: Tape) -> bytes:
    """Cut after each label."""
    parts = [HEAD]
    for number, one in enumerate(pictures):
        parts.append(_page(one, tape, first=number == 0))
        parts.append(NEXT if number + 1 < len(pictures) else LAST)
    return b"".join(parts)


def pictures(content: bytes, tape: Tape) -> Iterator[Image.Image]:
    """What the printer will burn, read from what is sent. Raises DoesNotReadBack."""
    bad = DoesNotReadBack("The print job is no raster of ours. Nothing was sent.")
    if not content.startswith(HEAD):
        raise bad
    at = len(HEAD)
    while at < len(content):
        try:
            *_, rows, _, _ = INFORMATION.unpack_from(content, at)
        except struct.error:
            raise bad from None
        at += INFORMATION.size + len(_settings(tape))
        step = len(LINE) + ROW
        lines = [content[at + n * step : at + (n + 1) * step] for n in range(rows)]
        at += rows * step
        if not all(line.startswith(LINE) for line in lines):
            raise bad
        if content[at : at + 1] not in {NEXT, LAST}:
            raise bad
        at += 1
        yield _mirrored_back(b"".join(line[len(LINE) :] for line in lines), rows, tape)


def _page(picture: Image.Image, tape: Tape, *, first: bool) -> bytes:
    media = DIE_CUT if tape.length else CONTINUOUS
    told = INFORMATION.pack(
        b"\x1biz", 0x8E if tape.length else 0x86, media, tape.width, tape.length,
        picture.height, 0 if first else 1, 0,
    )  # fmt: skip
    left = PINS - tape.right - tape.dots + (tape.dots - picture.width) // 2
    ground = shifted(picture, PINS, left)
    raw = black(ground.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    rows = (raw[at : at + ROW] for at in range(0, len(raw), ROW))
    return told + _settings(tape) + b"".join(LINE + row for row in rows)


def _settings(tape: Tape) -> bytes:
    """Cut by itself, after each one and at the end; the feed; no compression."""
    cut = b"\x1biM\x40" + b"\x1biA\x01" + b"\x1biK\x08"
    return cut + b"\x1bid" + struct.pack("<H", tape.feed) + b"M\x00"


def _mirrored_back(raw: bytes, rows: int, tape: Tape) -> Image.Image:
    drawn = Image.frombytes("1", (PINS, rows), raw.translate(INVERTED))
    seen = drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    left = PINS - tape.right - tape.dots
    return seen.crop((left, 0, left + tape.dots, rows))
