"""Blind codes: what every tube, plate, place and badge wears. They mean nothing.

Ten characters: a kind letter, eight random Crockford characters (no I, L, O, U) and
the check character of ISO 7064 MOD 37-2 over the nine before it, which lets no single
misread, no adjacent swap and no jump swap pass. Serials whose check would be one of
`* I L O U` are drawn again, so that a typed O is safely read as 0, an I or L as 1.
"""

from collections.abc import Callable
from enum import StrEnum
import re
import secrets
from unicodedata import category

from lims.errors import BadInput

LENGTH = 10
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_REPAIR = str.maketrans("OIL", "011")
_DASHES = "-‐‑‒–—−_"
_PARTED = str.maketrans(dict.fromkeys(_DASHES, " "))
_GROUPINGS = ([LENGTH], [4, 4, 2])
_GS = "\x1d"
_GS1 = ("]C1", "]d2", "]Q3", "]e0")
"""AIM identifiers of symbols that hold GS1 data, never one of our codes."""
_ISBT = ("=", "&")
"""First characters of ISBT 128 data structures (blood and tissue labels)."""

_ARTICLE = (12, 13)
_RACK_TUBE = re.compile(r"[0-9]{10}|[A-Z]{2}[0-9]{8}")


class Kind(StrEnum):
    """What wears the code. One letter for bone, reference, extract and blank alike."""

    SAMPLE = "S"
    PLATE = "P"
    PLACE = "X"
    BADGE = "B"
    CONSIGNMENT = "C"
    INSTRUMENT = "N"
    LOT = "K"
    COMMAND = "Z"


_KINDS = "".join(Kind)


def draw(kind: Kind, source: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A new code. `source` gives so many random bytes; tests and demos seed it."""
    while True:
        body = kind + "".join(CROCKFORD[byte & 31] for byte in source(LENGTH - 2))
        check = check_character(body)
        if check in CROCKFORD:
            return body + check


def check_character(text: str) -> str:
    """ISO 7064 MOD 37-2: one of 0-9, A-Z and *."""
    sum_ = 0
    for character in text:
        sum_ = (sum_ + _VALUES.index(character)) * 2 % 37
    return _VALUES[(1 - sum_) % 37]


def is_code(text: str) -> bool:
    """Whether it is a code exactly as it is stored: no dash, no lower case."""
    return _has_form(text) and check_character(text[:-1]) == text[-1]


def kind(code: str) -> Kind:
    return Kind(code[0])


def shown(code: str) -> str:
    """As people read it: S7K2-M9QX-AV."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def looks_like_code(text: str) -> bool:
    """Whether it has the form of our codes, though its check may not fit.

    Tells a mistyped code from the number of a foreign bag or seal ("SEAL 004711": its
    groups are not ours). A foreign number may have the form by chance, so look among
    the known ones first.
    """
    groups = without_aim(text.strip()).translate(_PARTED).split()
    return (
        not is_foreign(text)
        and [len(group) for group in groups] in _GROUPINGS
        and _has_form(_plain(text))
    )


def read(text: str) -> str:
    """The code in what a scanner sent or a person typed, or BadInput that says why.

    Takes off the scanner's AIM identifier, blanks and dashes, mends case and the
    letters O, I and L. The refusal quotes no more than one character, because what
    was typed may be anything.
    """
    if is_foreign(text):
        raise BadInput(
            f"This is {foreign(text)}: somebody else's label. Scan the laboratory's "
            f"own label, which begins with one of {', '.join(_KINDS)}."
        )
    code = _plain(text)
    if not code:
        raise BadInput("Nothing was read. Scan the label again, or type its code.")
    if len(code) != LENGTH:
        raise BadInput(
            f"A code has {LENGTH} characters; this has {len(code)}. Scan the label "
            "again, or type all of S7K2-M9QX-AV, say."
        )
    _refuse_characters(code)
    if check_character(code[:-1]) != code[-1]:
        raise BadInput(
            f"'{shown(code)}' is mistyped or misread: its last character does not fit "
            "the nine before it. Scan the label again, or compare it letter by letter."
        )
    return code


def is_foreign(text: str) -> bool:
    """Whether a symbol holds GS1 or ISBT 128 data, so none of our codes."""
    text = text.strip(" \t\r\n")
    return text.startswith(_GS1) or _GS in text or without_aim(text).startswith(_ISBT)


def foreign(text: str) -> str:
    """What kind of somebody else's label this is, in words; empty if nobody can say.

    A rack's tube is told by its form alone, ten digits or two letters and eight digits:
    a bag may have such a number, too, so it is asked for where no bag is known.
    """
    number = without_aim(text.strip(" \t\r\n"))
    if number.startswith(_ISBT):
        return "a symbol with ISBT 128 data, as on blood and tissue"
    if text.startswith(_GS1) or _GS in text:
        return "a symbol with GS1 data, as on goods"
    if _is_article(number):
        return "the EAN or UPC of an article"
    if _RACK_TUBE.fullmatch(number):
        return "a number as on the tubes of commercial racks"
    return ""


def _is_article(number: str) -> bool:
    """EAN-13 or UPC-A, whose last digit checks the others (GS1 mod 10)."""
    if not (number.isascii() and number.isdigit() and len(number) in _ARTICLE):
        return False
    weighed = (int(sign) * (3, 1)[at % 2] for at, sign in enumerate(number[-2::-1]))
    return (sum(weighed) + int(number[-1])) % 10 == 0


def _plain(text: str) -> str:
    kept = "".join(
        character
        for character in without_aim(text.strip())
        if not _is_blank(character) and character not in _DASHES
    )
    code = "".join(c.upper() if c.isascii() else c for c in kept)
    return code[:1] + code[1:].translate(_REPAIR)


def without_aim(text: str) -> str:
    """Without `]d1` and its like: a bracket, a letter and a modifier."""
    return text[3:] if text.startswith("]") else text


def _is_blank(character: str) -> bool:
    """A blank, a line end, or a mark of the writing direction that was copied along."""
    return character.isspace() or category(character) in {"Cc", "Cf"}


def _has_form(code: str) -> bool:
    return (
        len(code) == LENGTH
        and code[0] in _KINDS
        and all(character in CROCKFORD for character in code)
    )


def _refuse_characters(code: str) -> None:
    if code[0] not in _KINDS:
        raise BadInput(
            f"No code begins with '{code[0]}'. The laboratory's codes begin with one "
            f"of {', '.join(_KINDS)}. If it is a bag's or seal's number, scan it where "
            "bags are received."
        )
    for place, character in enumerate(code, 1):
        if character not in CROCKFORD:
            raise BadInput(
                f"'{character}' at place {place} occurs in no code; they are written "
                "with digits and the letters A to Z without I, L, O and U."
            )
