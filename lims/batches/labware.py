"""Labware that is used once: plates, trays, tip combs, tube strips (rule B14). Pure.

Its code is the maker's own. A tray that was used again gave one man's profile to
another (domain, source S40); so each code counts once, whatever the step.
"""

from collections.abc import Sequence
from enum import StrEnum

from lims.codes import without_aim
from lims.errors import BadInput

LONGEST = 64


class LabwareKind(StrEnum):
    PLATE = "plate"
    STRIP = "tube strip"
    TIP_COMB = "tip comb"
    TRAY = "tray"


def labware_codes(scanned: Sequence[str]) -> list[str]:
    """The codes as they are kept: without the scanner's mark, none of them twice."""
    codes = [without_aim(one.strip()).strip() for one in scanned]
    codes = [one for one in codes if one]
    if not codes:
        raise BadInput("Scan the code on the labware first.")
    for code in codes:
        if len(code) > LONGEST or not code.isprintable():
            raise BadInput(
                f"'{code[:20]}' is no code of labware: at most {LONGEST} characters "
                "that can be printed."
            )
        if codes.count(code) > 1:
            raise BadInput(f"'{code}' was scanned twice. Each piece has its own code.")
    return codes
