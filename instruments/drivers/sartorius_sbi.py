"""A Sartorius balance with its own interface (SBI): the line that its print key sends.

Sixteen characters, `+   123.4567 g  `; with twenty-two, six that say what it is stand
before. The unit is blank while the balance is not at rest. `ESC P` asks for a line,
`ESC x2_` for the serial number.
"""

import re

from instruments.weighing import (
    OVER,
    SERIAL,
    UNDER,
    UNKNOWN,
    UNSTABLE,
    Driver,
    Named,
    Refused,
    Said,
    weight,
)

LINE = re.compile(r"(?:[A-Z][A-Za-z0-9 #]{5})?([+-]) *(\d+(?:\.\d+)?) ?([A-Za-z%]*)")
WIDTHS = {14, 20}
"""Of a line without its end: a digit that was lost or doubled is seen."""
STATE = re.compile(r"(?:Stat)? *(H|High|L|Low|Err *\d+|--|Cal\.?)")
FAULTS = {"H": OVER, "High": OVER, "L": UNDER, "Low": UNDER}
NAME = re.compile(r"(?:Ser\.no\.|SN:?) +(.+)")


def understood(raw: bytes) -> Said | None:
    if not raw.isascii():
        return Refused(raw, UNKNOWN)
    line = raw.decode("ascii").strip(" ")
    if (name := NAME.fullmatch(line)) and SERIAL.fullmatch(name[1]):
        return Named(name[1])
    if (told := LINE.fullmatch(line)) and len(raw) in WIDTHS:
        if not told[3]:
            return Refused(raw, UNSTABLE)
        sign = "-" if told[1] == "-" else ""
        return weight(raw, sign + told[2], told[3])
    if state := STATE.fullmatch(line):
        return Refused(raw, FAULTS.get(state[1], UNKNOWN))
    return Refused(raw, UNKNOWN)


DRIVER = Driver("Sartorius SBI", b"\x1bP\r\n", b"\x1bT\r\n", b"\x1bx2_\r\n", understood)
