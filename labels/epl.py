"""EPL2 for older desk printers: each label one picture by `GW`.

EPL2 programmer's manual: `q` width, `Q` length and gap in dots, `GW` left, top, bytes
a row, rows and the raw rows, in which a black dot is 0; `P1` prints one.
"""

from collections.abc import Iterator, Sequence
import re

from PIL import Image

from labels.errors import DoesNotReadBack
from labels.zpl import INVERTED, black

FORMAT = re.compile(rb"\nN\n(?:D\d+\n)?q(\d+)\nQ(\d+),(\d+)\nGW0,0,(\d+),(\d+),")
END = b"\nP1\n"


def render(
    pictures: Sequence[Image.Image], gap: int, darkness: Sequence[int | None] = ()
) -> bytes:
    """`gap` in dots; 0 on continuous paper. `darkness` of each, of 0 to 15."""
    told = darkness or [None] * len(pictures)
    return b"".join(
        _format(one, gap, dark) for one, dark in zip(pictures, told, strict=True)
    )


def pictures(content: bytes) -> Iterator[Image.Image]:
    """What the printer will burn, read from what is sent. Raises DoesNotReadBack."""
    at = 0
    while at < len(content):
        found = FORMAT.match(content, at)
        if found is None:
            raise DoesNotReadBack(f"The print job is no EPL of ours from byte {at} on.")
        wide, high, _, row, rows = map(int, found.groups())
        raw = content[found.end() : found.end() + row * rows]
        at = found.end() + len(raw) + len(END)
        if rows != high or wide > row * 8 or content[at - len(END) : at] != END:
            raise DoesNotReadBack("A picture in the print job is damaged.")
        yield Image.frombytes("1", (row * 8, high), raw).crop((0, 0, wide, high))


def _format(picture: Image.Image, gap: int, darkness: int | None) -> bytes:
    width, height = picture.size
    row = (width + 7) // 8
    told = "" if darkness is None else f"D{darkness}\n"
    head = f"\nN\n{told}q{width}\nQ{height},{gap}\nGW0,0,{row},{height},"
    return head.encode() + black(picture).translate(INVERTED) + END
