"""A balance that speaks MT-SICS (Mettler Toledo, and Kern's KCP, which is like it).

`S` asks for a stable weight: `S S     0.4123 g`. `S D` is a weight in motion, `S I` not
possible now, `S +` and `S -` over and under range. `I4` tells the serial number.
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

STABLE = re.compile(r"S S (?=.{10} ) *([+-]?\d+(?:\.\d+)?) ([A-Za-z%]{1,5})")
"""The number is written to the right in ten characters: a lost digit is seen."""
MOVING = re.compile(r"S (?:D .*|I)")
NAME = re.compile(r'I4 A "([^"]*)"')
ACKNOWLEDGED = re.compile(r"(?:T|TI|Z|ZI) [A-Z]\b.*|TA .*")
FAULTS = {
    "S +": OVER,
    "S -": UNDER,
    "ES": "The balance does not know this command. Is it set to MT-SICS?",
    "ET": "The line to the balance was disturbed. Weigh again.",
    "EL": "The balance cannot do this now. Close its menu and weigh again.",
}


def understood(raw: bytes) -> Said | None:
    if not raw.isascii():
        return Refused(raw, UNKNOWN)
    line = raw.decode("ascii").rstrip(" ")
    if stable := STABLE.fullmatch(line):
        return weight(raw, stable[1], stable[2])
    if (name := NAME.fullmatch(line)) and SERIAL.fullmatch(name[1]):
        return Named(name[1])
    if MOVING.fullmatch(line):
        return Refused(raw, UNSTABLE)
    if ACKNOWLEDGED.fullmatch(line):
        return None
    return Refused(raw, FAULTS.get(line, UNKNOWN))


DRIVER = Driver("MT-SICS", b"S\r\n", b"T\r\n", b"I4\r\n", understood)
