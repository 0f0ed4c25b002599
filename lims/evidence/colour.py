"""The colour space of an archived document: sRGB as a small ICC profile. Pure.

PDF/A-1 wants a profile of ICC version 2 inside the file. This one is computed from the
numbers of IEC 61966-2-1 (primaries adapted to D50, and its tone curve), so that no
stranger's file with its licence is shipped.
"""

from functools import cache
import struct

WHITE = (0.9642, 1.0, 0.8249)
"""D50, the white of every ICC profile."""
PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
POINTS = 1024
NAME = "sRGB IEC61966-2.1"


@cache
def srgb() -> bytes:
    """The same bytes every time."""
    curve = _curve()
    tags = {
        b"desc": _description(NAME),
        b"cprt": b"text\0\0\0\0No copyright: numbers of a standard.\0",
        b"wtpt": _xyz(WHITE),
        **{name: _xyz(value) for name, value in PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    head, body = b"", b""
    places: dict[bytes, int] = {}
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        if content not in places:
            places[content] = start + len(body)
            body += content + b"\0" * (-len(content) % 4)
        head += name + struct.pack(">II", places[content], len(content))
    whole = start + len(body)
    return _header(whole) + struct.pack(">I", len(tags)) + head + body


def _header(size: int) -> bytes:
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    return (
        struct.pack(">I", size) + b"\0\0\0\0" + bytes([2, 0x10, 0, 0])
        + b"mntrRGB XYZ " + made + b"acsp" + b"\0" * 4 + b"\0" * 4
        + b"\0" * 8 + b"\0" * 8 + b"\0" * 4
        + b"".join(map(_fixed, WHITE)) + b"\0" * 48
    )  # fmt: skip


def _fixed(value: float) -> bytes:
    """A number with sixteen binary places."""
    return struct.pack(">i", round(value * 65536))


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, value))


def _curve() -> bytes:
    levels = [round(_light(step / (POINTS - 1)) * 65535) for step in range(POINTS)]
    return b"curv\0\0\0\0" + struct.pack(f">I{POINTS}H", POINTS, *levels)


def _light(level: float) -> float:
    """From a stored level to light, both from 0 to 1 (IEC 61966-2-1)."""
    low = 0.04045
    return float(level / 12.92 if level <= low else ((level + 0.055) / 1.055) ** 2.4)


def _description(text: str) -> bytes:
    ascii_ = text.encode("ascii") + b"\0"
    return (
        b"desc\0\0\0\0" + struct.pack(">I", len(ascii_)) + ascii_
        + b"\0" * 8 + b"\0" * 3 + b"\0" * 67
    )  # fmt: skip
