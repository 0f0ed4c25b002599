"""What is compared when a bag arrives, and what then holds it (rule B3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re

from lims.errors import BadInput

MOST_BAGS = 1000
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 ./_-]{1,63}")
_WORD = re.compile(r"[A-Z][A-Z0-9_-]{1,31}")


class Discrepancy(StrEnum):
    CONDITION = "condition"
    MISSING = "never arrived"
    SEAL_DIFFERS = "seal differs"
    SEAL_MISSING = "seal missing"
    UNANNOUNCED = "not on the manifest"


@dataclass(frozen=True)
class Arrival:
    """One scan at the door: the bag's code or seal, the seal seen, its condition.

    A seal that is not there is told as an empty text.
    """

    bag: str
    seal: str
    condition: str


def discrepancies(
    announced: str, arrival: Arrival, conditions: Mapping[str, bool]
) -> tuple[Discrepancy, ...]:
    """What sets the bag apart from its manifest.

    `conditions` are the known condition codes and whether each holds the bag.
    """
    if arrival.condition not in conditions:
        known = ", ".join(sorted(conditions))
        raise BadInput(
            f"'{arrival.condition}' is not a condition of bags. Known: {known}."
        )
    found = []
    if not arrival.seal:
        found.append(Discrepancy.SEAL_MISSING)
    elif arrival.seal != announced:
        found.append(Discrepancy.SEAL_DIFFERS)
    if conditions[arrival.condition]:
        found.append(Discrepancy.CONDITION)
    return tuple(found)


def number(text: str, what: str) -> str:
    """A bag's or a seal's number: it has a digit, so that no name passes for one."""
    found = text.strip()
    if not _NUMBER.fullmatch(found):
        raise BadInput(
            f"{what} is not a number of bags or seals: expected are letters, digits "
            "and dashes, two to sixty-four of them, with at least one digit."
        )
    return found


def word(text: str, what: str) -> str:
    """One of the laboratory's own words in capitals, such as a reason or a method."""
    if not _WORD.fullmatch(text):
        raise BadInput(
            f"State {what} by one of the laboratory's words, such as OWNER_ASKS."
        )
    return text
