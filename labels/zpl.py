"""ZPL II for Zebra and compatible printers: each label one picture.

`^GFA` with a Z64 body: zlib, base64, and the CRC of ISO/IEC 13239 (CCITT, start 0)
over the base64 text (ZPL II programming guide, "^GF" and "Alternative data
compression"). A black dot is 1.
"""

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from binascii import crc_hqx
from collections.abc import Iterator, Sequence
import re
import zlib

from PIL import Image

from labels.errors import DoesNotReadBack

FORMAT = re.compile(
    rb"\^XA(?:\^MD-?\d+)?\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),"
    rb":Z64:([A-Za-z0-9+/=]+):([0-9A-F]{4})\^FS\^PQ1\^XZ\n"
)
MOST_BYTES = 4_000_000
"""Of one picture: a label of 100 x 150 mm at 600 dpi has 1.1 MB."""


def render(
    pictures: Sequence[Image.Image], darkness: Sequence[int | None] = ()
) -> bytes:
    """One format each; `^PQ1` prints each once.

    `darkness` is for each one against what the printer is set to, by `^MD`.
    """
    told = darkness or [None] * len(pictures)
    return b"".join(map(_format, pictures, told))


def pictures(content: bytes) -> Iterator[Image.Image]:
    """What the printer will burn, read from what is sent. Raises DoesNotReadBack."""
    at = 0
    while at < len(content):
        found = FORMAT.match(content, at)
        if found is None:
            raise DoesNotReadBack(f"The print job is no ZPL of ours from byte {at} on.")
        yield _picture(*found.groups())
        at = found.end()


def _format(picture: Image.Image, darkness: int | None) -> bytes:
    width, height = picture.size
    row = (width + 7) // 8
    body = b64encode(zlib.compress(black(picture), 6))
    told = "" if darkness is None else f"^MD{darkness}"
    size = row * height
    head = f"^XA{told}^PW{width}^LL{height}^LH0,0^FO0,0^GFA,{size},{size},"
    tail = f":{crc_hqx(body, 0):04X}^FS^PQ1^XZ\n"
    return f"{head}{row},:Z64:".encode() + body + tail.encode()


def black(picture: Image.Image) -> bytes:
    """Rows of whole bytes, 1 where it is black and 0 beyond the edge."""
    width, height = picture.size
    row = (width + 7) // 8
    if width % 8:
        ground = Image.new("1", (row * 8, height), 1)
        ground.paste(picture)
        picture = ground
    return picture.tobytes().translate(INVERTED)


INVERTED = bytes(255 - one for one in range(256))


def _picture(
    width: bytes,
    height: bytes,
    total: bytes,
    sent: bytes,
    row: bytes,
    body: bytes,
    check: bytes,
) -> Image.Image:
    wide, high = int(width), int(height)
    bad = DoesNotReadBack("A picture in the print job is damaged. Nothing was sent.")
    if crc_hqx(body, 0) != int(check, 16) or not total == sent:
        raise bad
    try:
        raw = zlib.decompressobj().decompress(
            b64decode(body, validate=True), MOST_BYTES
        )
    except (zlib.error, BadBase64) as error:
        raise bad from error
    if len(raw) != int(total) or len(raw) != int(row) * high or wide > int(row) * 8:
        raise bad
    drawn = Image.frombytes("1", (int(row) * 8, high), raw.translate(INVERTED))
    return drawn.crop((0, 0, wide, high))
