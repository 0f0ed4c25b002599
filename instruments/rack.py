"""What is seen of a rack with 96 tubes; rack_picture.py looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from instruments.errors import InstrumentError

LARGEST = 40 * 1024 * 1024
"""Bytes of a picture."""


class Corner(StrEnum):
    """Where A1 lies in the picture."""

    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"


class Sight(StrEnum):
    READ = "read"
    DOUBTFUL = "doubtful"
    """Two codes at one place, one code at two, or it is not sure which well it is."""
    UNREAD = "unread"
    """Something stands there, and its code was not read."""
    EMPTY = "empty"


@dataclass(frozen=True)
class Seen:
    """One position of the rack."""

    sight: Sight
    code: str = ""


@dataclass(frozen=True)
class Rack:
    """All 96 positions, 'A01' to 'H12'."""

    wells: Mapping[str, Seen] = field(default_factory=dict)

    def of(self, sight: Sight) -> list[str]:
        return [place for place, seen in self.wells.items() if seen.sight is sight]

    @property
    def codes(self) -> dict[str, str]:
        """What was read without doubt."""
        return {
            place: seen.code
            for place, seen in self.wells.items()
            if seen.sight is Sight.READ
        }


class RackUnreadable(InstrumentError):
    """A picture that is no rack, or shows too little of one."""
