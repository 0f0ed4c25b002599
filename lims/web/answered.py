"""The answer to a scan: what the band says, and what the page does besides."""

from dataclasses import dataclass

from lims.web.scanned import Waiting


@dataclass(frozen=True)
class Heard:
    """One scan as the page sent it."""

    text: str
    page: str
    """The page in front: consignment, trail, or whatever it calls itself."""
    waiting: Waiting
    giver: str = ""
    """Who hands over, where the page has a field for it."""


@dataclass(frozen=True)
class Answer:
    """State, sign and tone are those of the band: right, again, ask, hold, wrong."""

    state: str
    text: str
    hint: str = ""
    waiting: Waiting | None = None
    """What waits from now on; None where it is what waited before."""
    changed: bool = False
    """Whether parts of the page must reload."""
    link: tuple[str, str] | None = None
    """An address and its words, at the end of the band."""
    to: str = ""
    """The address of the page of what was scanned, which is shown instead."""


def go(
    address: str, state: str = "", text: str = "", waiting: Waiting | None = None
) -> Answer:
    """To the page of what was scanned, with a word on it where one is needed."""
    return Answer(state, text, waiting=waiting, to=address)
