"""An Ohaus or Kern balance that writes one line after the other, asked or not.

Number, unit, and `?` while it is not at rest (Ohaus), or no unit while it is not at
rest (Kern). Not every one can tell its serial number: then the bench's settings do.
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

LINE = re.compile(r"([+-]?) *(\d+(?:\.\d+)?) *([A-Za-z%]*) *(\?)? *(?:G|N|NET)?")
FAULTS = {
    "OL": OVER,
    "OVERLOAD": OVER,
    "Err 8.3": OVER,
    "UL": UNDER,
    "UNDERLOAD": UNDER,
    "Err 8.4": UNDER,
}
NAME = re.compile(r"(?:SN|S/N|Serial No\.?):? +(.+)")


def understood(raw: bytes) -> Said | None:
    if not raw.isascii():
        return Refused(raw, UNKNOWN)
    line = raw.decode("ascii").strip(" ")
    if (name := NAME.fullmatch(line)) and SERIAL.fullmatch(name[1]):
        return Named(name[1])
    if told := LINE.fullmatch(line):
        if told[4] or not told[3]:
            return Refused(raw, UNSTABLE)
        sign = "-" if told[1] == "-" else ""
        return weight(raw, sign + told[2], told[3])
    return Refused(raw, FAULTS.get(line, UNKNOWN))


DRIVER = Driver(
    "Ohaus or Kern line",
    b"P\r\n",
    b"T\r\n",
    b"PSN\r\n",
    understood,
    continuous=True,
    alike=3,
)
