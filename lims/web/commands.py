"""Commands that are scanned from a sheet at the bench, each with a code of its own.

A command's code is drawn from its name, so that a sheet printed years ago still says
the same, on every installation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from lims.codes import Kind, draw
from lims.custody.operations_holds import UNAPPLIED_SCAN

Words = Mapping[str, Sequence[Mapping[str, str]]]


class Deed(StrEnum):
    RECEIVE = "receive"
    TAKE_OUT = "take out"
    WEIGH = "weigh"
    HAND_OVER = "hand over"
    STORE = "store"
    HOLD = "hold"
    UNDO = "undo"
    FINISH = "finish"


@dataclass(frozen=True)
class Command:
    deed: Deed
    word: str = ""
    """The laboratory's word for the purpose or the reason, where the deed needs one."""
    label: str = ""
    """What that word means."""

    @property
    def name(self) -> str:
        return f"{self.deed} {self.word}".strip().upper()

    @property
    def code(self) -> str:
        return draw(Kind.COMMAND, _drawn_from(self.name))


def commands(words: Words) -> list[Command]:
    """All there are, in the order of the sheet, by the laboratory's vocabulary."""
    reasons = words["reasons"]
    return [
        *(
            Command(deed, row["code"], row["label"])
            for deed in (Deed.TAKE_OUT, Deed.HOLD)
            for row in reasons
            if row["action"] == deed and row["code"] != UNAPPLIED_SCAN
        ),
        *map(Command, (Deed.RECEIVE, Deed.STORE, Deed.WEIGH, Deed.HAND_OVER)),
        Command(Deed.UNDO),
        Command(Deed.FINISH),
    ]


def command(words: Words, code: str) -> Command | None:
    return next((one for one in commands(words) if one.code == code), None)


def _drawn_from(name: str) -> Callable[[int], bytes]:
    """Bytes that are always the same for a name, the next ones at each call."""
    drawn = 0

    def source(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return sha256(f"command {name} {drawn}".encode()).digest()[:count]

    return source
