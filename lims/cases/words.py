"""The words of the identity zone that machines read, and its numbers. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum
import re
import secrets

from lims.codes import CROCKFORD, check_character
from lims.errors import BadInput


class Scope(StrEnum):
    """What a donor may allow, one by one. Exports read these and nothing else."""

    CONTACT_AGAIN = "contact_again"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings"
    DNA_IDENTIFICATION = "dna_identification"
    KEEP_PROFILE = "keep_profile_after_id"
    KEEP_SAMPLE = "keep_sample"
    PUBLISH_PHOTO = "publish_photo"
    RESEARCH = "research_statistics"
    SHARE_COUNTRIES = "share_countries"
    SHARE_INTERNATIONAL = "share_intl_registers"
    SHARE_NATIONAL = "share_national"


class RemainsKind(StrEnum):
    BODY = "body"
    COMMINGLED = "commingled assemblage"
    ELEMENT = "element"
    PART = "body part"


LETTERS = {
    RemainsKind.BODY: "B",
    RemainsKind.COMMINGLED: "C",
    RemainsKind.ELEMENT: "E",
    RemainsKind.PART: "P",
}
SEXES = ("female", "male", "unknown")
_SERIES = re.compile(r"[A-Z]{2}-[A-Z0-9]{3,8}")


def remains_tag(series: str, kind: RemainsKind, number: int) -> str:
    """GR-PYL23-B-0042: country, event, kind, running number; never used again."""
    if not _SERIES.fullmatch(series):
        raise BadInput(
            f"'{series}' is not a series of remains. Expected: the country's two "
            "letters, a dash and three to eight letters or digits, such as GR-PYL23."
        )
    return f"{series}-{LETTERS[kind]}-{number:04d}"


def subject_code(prefix: str) -> str:
    """MP-7H2K9-D: no order and no country in it, safe to say on the telephone."""
    while True:
        body = "".join(secrets.choice(CROCKFORD) for _ in range(5))
        if (check := check_character(prefix + body)) in CROCKFORD:
            return f"{prefix}-{body}-{check}"


def one_of(value: str, known: Collection[str], what: str) -> str:
    """The value, or BadInput that lists what is known."""
    if value not in known:
        some = ", ".join(sorted(known)[:12])
        raise BadInput(f"'{value[:40]}' is not {what}. Known: {some} ...")
    return value


def side_of(element: str, side: str, elements: Mapping[str, Collection[str]]) -> str:
    """The side, where this element has it."""
    sides = elements[one_of(element, elements, "a skeletal element")]
    return one_of(side, sides, f"a side of '{element}'")


def text(value: str, what: str, most: int = 200) -> str:
    """The text without needless blanks, or BadInput.

    The refusal does not repeat it: it may name somebody.
    """
    found = " ".join(value.split())
    if not found or len(found) > most:
        raise BadInput(f"State {what}, in at most {most} characters.")
    return found
