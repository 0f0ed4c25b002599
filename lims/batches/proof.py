"""How it is proven that each tube went into its well (domain rule B12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from lims.errors import RuleBroken


@dataclass(frozen=True)
class Scanned:
    """Each tube was scanned at its well."""

    codes: Mapping[str, str]
    """Position to the code that was scanned there."""
    picture: str = ""
    """SHA-256 of the rack's picture, where one was read."""
    in_picture: int = 0
    """How many of the codes it showed; the others were scanned by hand."""


@dataclass(frozen=True)
class Witnessed:
    """A colleague stood by and put a badge to it."""

    badge: str


Proof = Scanned | Witnessed


def require_scans(planned: Mapping[str, str], scanned: Mapping[str, str]) -> None:
    """RuleBroken at the first well that holds another tube than planned, or none.

    Both map a position to a code; `planned` in the order of filling.
    """
    for position, code in planned.items():
        found = scanned.get(position)
        if found is None:
            raise RuleBroken(
                f"Well {position} has no scan; expected '{code}'. Scan the tube at its"
                " well, or let a colleague witness the whole transfer."
            )
        if found != code:
            raise RuleBroken(
                f"Well {position}: found '{found}', expected '{code}'. Put the right"
                " tube in, or void this plate and plan another one."
            )
    for position, code in scanned.items():
        if position not in planned:
            raise RuleBroken(
                f"Well {position}: found '{code}', expected no tube. Take it out again."
            )
