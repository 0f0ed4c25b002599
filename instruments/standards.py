"""Size standards: the fragments that run with every sample, in base pairs.

The sizes are those of the makers, as OSIRIS (NCBI, public domain) lists them. The 250
of LIZ 500 and ROX 500 and the 340 of LIZ 500 run unlike their length and are used to
recognise the standard, never to size by.
"""

from dataclasses import dataclass
import re


@dataclass(frozen=True)
class Standard:
    name: str
    sizes: tuple[int, ...]
    """Base pairs, ascending."""
    odd: frozenset[int] = frozenset()
    """Those that run unlike their length."""
    least: int = 150
    """RFU that each fragment shows in a run to be trusted; OSIRIS's usual limit."""

    def within(self, low: int, high: int) -> "Standard":
        """The part that runs which end early still show."""
        sizes = tuple(size for size in self.sizes if low <= size <= high)
        return Standard(self.name, sizes, self.odd, self.least)


_500 = (75, 100, 139, 150, 160, 200, 250, 300, 340, 350, 400, 450, 490, 500)
_600 = (
    *(60, 80, 100, 114, 120, 140, 160, 180, 200, 214, 220, 240, 250, 260, 280, 300),
    *(314, 320, 340, 360, 380, 400, 414, 420, 440, 460, 480, 500, 514, 520, 540, 560),
    *(580, 600),
)
LIZ_500 = Standard("LIZ 500", _500, frozenset({250, 340}))
ROX_500 = Standard("ROX 500", _500, frozenset({250}))
LIZ_600 = Standard("LIZ 600", _600)
ILS_600 = Standard(
    "ILS 600",
    (*range(60, 201, 20), *range(225, 501, 25), 550, 600),
    least=80,  # the weakest dye of four: good runs of a 3100 show 110 RFU
)
ILS_500 = Standard("ILS 500", (60, 65, *range(80, 201, 20), *range(225, 501, 25)))
BTO_550 = Standard(
    "BTO 550", (60, 80, 90, *range(100, 261, 20), *range(280, 501, 20), 525, 550)
)
STANDARDS = (LIZ_600, LIZ_500, ROX_500, ILS_600, ILS_500, BTO_550)

_NAMES = (
    (re.compile(r"(liz|lz).*600|600.*liz|gs600"), LIZ_600),
    (re.compile(r"(liz|lz).*500|500.*liz"), LIZ_500),
    (re.compile(r"rox.*500|500.*rox|gs500"), ROX_500),
    (re.compile(r"(ils|cxr).*600"), ILS_600),
    (re.compile(r"(cc5|wen|ils).*500|cc5|wen"), ILS_500),
    (re.compile(r"bto"), BTO_550),
)


def named(text: str) -> Standard | None:
    """The standard that a kit or a file names, if it is known here."""
    folded = text.casefold()
    found = (one for pattern, one in _NAMES if pattern.search(folded))
    return next(found, None)
