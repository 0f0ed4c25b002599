"""Writes a trace file as an instrument does: made anew, nothing of it is anybody's."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import math
import struct

Value = bytes | str | int | Sequence[int]

HEADER = 128
"""Bytes before the first tag."""


def pascal(text: str) -> tuple[int, int, bytes]:
    told = text.encode("latin-1")
    return 18, 1, bytes([len(told)]) + told


def c_text(text: str) -> tuple[int, int, bytes]:
    return 19, 1, text.encode("latin-1") + b"\0"


def chars(text: str) -> tuple[int, int, bytes]:
    return 2, 1, text.encode("latin-1")


def shorts(numbers: Sequence[int]) -> tuple[int, int, bytes]:
    return 4, 2, struct.pack(f">{len(numbers)}h", *numbers)


def longs(numbers: Sequence[int]) -> tuple[int, int, bytes]:
    return 5, 4, struct.pack(f">{len(numbers)}i", *numbers)


def doubles(numbers: Sequence[float]) -> tuple[int, int, bytes]:
    return 8, 8, struct.pack(f">{len(numbers)}d", *numbers)


def date(year: int, month: int, day: int) -> tuple[int, int, bytes]:
    return 10, 4, struct.pack(">hBB", year, month, day)


def time(*parts: int) -> tuple[int, int, bytes]:
    return 11, 4, bytes(parts)


def trace(points: int, tops: Mapping[int, int], width: float = 4.0) -> list[int]:
    """A trace with peaks: the scan of each top to its height in RFU."""
    found = [(scan * 7) % 5 for scan in range(points)]
    for top, height in tops.items():
        reach = int(width * 5)
        for scan in range(max(0, top - reach), min(points, top + reach + 1)):
            shape = math.exp(-((scan - top) ** 2) / (2 * width * width))
            found[scan] = min(32_767, found[scan] + round(height * shape))
    return found


Tags = dict[tuple[str, int], tuple[int, int, bytes]]


def run_tags(sample: str, dyes: Sequence[Sequence[int]], **texts: str) -> Tags:
    """The tags that an instrument writes of every run."""
    raw = dict(zip(range(1, 7), (1, 2, 3, 4, 105, 106), strict=True))
    names = ("6-FAM", " VIC", " NED", " PET", " LIZ", " SID")
    found: Tags = {("DATA", raw[n]): shorts(one) for n, one in enumerate(dyes, 1)}
    found |= {("DyeN", n): pascal(names[n - 1]) for n in range(1, len(dyes) + 1)}
    found |= {
        ("Dye#", 1): shorts([len(dyes)]),
        ("SpNm", 1): pascal(sample),
        ("SMPL", 1): pascal("Sample"),
        ("MODL", 1): chars("3500"),
        ("HCFG", 3): c_text("3500"),
        ("MCHN", 1): pascal("bench 2"),
        ("RUND", 1): date(2026, 10, 5),
        ("RUNT", 1): time(9, 30, 15, 0),
        ("TUBE", 1): pascal("A1"),
        ("CTID", 1): c_text("PL0000001"),
        ("StdF", 1): pascal("GS600LIZ"),
        ("SVER", 1): pascal("3.0"),
        ("CkSm", 1): c_text("AAAA"),
    }
    return found | {(name, 1): pascal(text) for name, text in texts.items()}


@dataclass
class Made:
    """A file with a main directory and older ones before it."""

    tags: Tags
    shadows: Sequence[Tags] = ()
    version: int = 101
    closed: frozenset[str] = field(default_factory=frozenset)
    """Names of tags that the main directory holds enciphered."""

    def content(self) -> bytes:
        held = bytearray(HEADER)
        places: dict[bytes, int] = {}
        for older in self.shadows:
            directory = _directory(held, older, places)
            held += directory
            held += b"\0" * 64
        main = {
            name: _closed(tag) if name[0] in self.closed else tag
            for name, tag in self.tags.items()
        }
        directory = _directory(held, main, places)
        start = len(held)
        held += directory
        size = len(directory)
        held[: 4 + 2 + 28] = struct.pack(
            ">4sH4sIHHIII4x",
            *(b"ABIF", self.version, b"tdir", 1, 1023, 28, size // 28, size, start),
        )
        return bytes(held)


def _directory(held: bytearray, tags: Tags, places: dict[bytes, int]) -> bytes:
    """Lays down what does not lie yet; the entries, in the order of their names."""
    entries = []
    for (name, number), (kind, size, value) in sorted(tags.items()):
        if len(value) <= 4:
            data = value.ljust(4, b"\0")
        else:
            if value not in places:
                places[value] = len(held)
                held += value
            data = struct.pack(">I", places[value])
        told = (name.encode(), number, kind, size, len(value) // size, len(value))
        entries.append(struct.pack(">4sIHHII4s4x", *told, data))
    return b"".join(entries)


def _closed(tag: tuple[int, int, bytes]) -> tuple[int, int, bytes]:
    """As the 3500 does: another kind, and blocks of eight bytes."""
    kinds = {4: 28, 2: 30, 5: 31, 8: 32, 19: 33, 18: 34}
    kind, _, value = tag
    full = value + b"\0" * (-len(value) % 8)
    return kinds[kind], 1, bytes(byte ^ 0xA5 for byte in full)


def points_of(numbers: Sequence[int]) -> "array[int]":
    return array("h", numbers)


def peak_table(peaks: Sequence[tuple[int, int, int, float]]) -> Tags:
    """The 3500's table: dye, scan, height and size of each peak."""
    dyes, scans, heights, sizes = (list(one) for one in zip(*peaks, strict=True))
    flat = c_text(",".join("0" for _ in peaks))
    return {
        ("Peak", 1): shorts(dyes),
        ("Peak", 2): longs(scans),
        ("Peak", 3): longs([scan - 9 for scan in scans]),
        ("Peak", 4): longs([scan + 9 for scan in scans]),
        ("Peak", 7): longs(heights),
        ("Peak", 10): longs([height * 10 for height in heights]),
        ("Peak", 12): doubles(sizes),
        **{("Peak", column): flat for column in (20, 22, 23, 24, 25)},
    }


CLOSED = frozenset({"DATA", "DyeN", "MODL", "HCFG", "Peak"})


def hid(sample: str = "S0000001") -> Made:
    """A six-dye injection as the 3500 keeps it: closed, with three older directories.

    The first of them does not know the software's version in full, and the last has
    one tag more.
    """
    tops: list[dict[int, int]] = [{120: 900}, {200: 700}, {260: 800}, {320: 650}]
    dyes = [
        trace(600, one) for one in [*tops, {100: 500, 300: 500, 500: 500}, {400: 0}]
    ]
    found = run_tags(sample, dyes)
    analysed = dict(zip(range(1, 7), (9, 10, 11, 12, 205, 206), strict=True))
    for number, points in enumerate(dyes, 1):
        found["DATA", analysed[number]] = shorts(points)
    at = [(1, 120), (2, 200), (3, 260), (4, 320), (5, 100), (5, 300), (5, 500)]
    found |= peak_table(
        [(dye, scan, dyes[dye - 1][scan], scan / 2 - 30) for dye, scan in at]
    )
    full: Tags = {**found, ("SVER", 1): pascal("3500 Data Collection Version 1.0")}
    last: Tags = {**full, ("AAct", 1): (13, 1, b"\1"), ("CkSm", 1): c_text("BBBB")}
    main: Tags = {**last, ("CkSm", 1): c_text("CCCC")}
    return Made(main, (found, full, last), version=300, closed=CLOSED)


def fsa(sample: str = "+PC", *, standard: str = "GS500LIZ") -> Made:
    """A four-dye injection as a 3100 keeps it."""
    tops: list[dict[int, int]] = [{120: 900}, {200: 700}, {260: 800}]
    dyes = [trace(500, one) for one in [*tops, {100: 500, 300: 500, 450: 500}]]
    found = run_tags(sample, dyes, StdF=standard)
    found |= {("MODL", 1): chars("3100"), ("DyeN", 4): pascal("ROX")}
    found["DyeB", 4] = chars("S")
    return Made(found)
