"""What a name in an export says its sample is: a sample, a ladder, a control.

A hint only: the plate record decides. The patterns are those of OSIRIS's settings
(instrument formats, rule 11), bound to whole words: `pos` must not be found in a
person's name, nor `neg` in a blind code.
"""

from enum import StrEnum
import re


class Role(StrEnum):
    SAMPLE = "sample"
    LADDER = "ladder"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"
    """The name speaks for two roles, or there is no name."""


CONTROL = "(?:amp|cntl|cntrl|ctl|ctrl|ext)"
START = "(?<![a-z0-9])"
PATTERNS = {
    Role.LADDER: re.compile(r"ladder|(?:^|-)al[0-9]*$"),
    Role.POSITIVE: re.compile(
        rf"\(\+\)|{START}(?:{CONTROL}\+|cntlde)"
        rf"|{START}pos(?:itive?)?(?:{CONTROL}|(?![a-z]))"
    ),
    Role.NEGATIVE: re.compile(
        rf"\(-\)|blank|{START}(?:{CONTROL}-(?![a-z0-9])|ntc(?![a-z]))"
        rf"|{START}neg(?:ative?)?(?:{CONTROL}|(?![a-z]))"
    ),
}


def role_of(name: str) -> Role:
    """What a name says its sample is."""
    said = [
        role for role, pattern in PATTERNS.items() if pattern.search(name.casefold())
    ]
    match said:
        case [role]:
            return role
        case []:
            return Role.SAMPLE if name.strip() else Role.UNKNOWN
        case _:
            return Role.UNKNOWN
