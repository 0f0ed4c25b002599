"""A scan as it came, with both times: what is late, and whose clock is off. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from lims import codes
from lims.codes import Kind
from lims.errors import BadInput

LATE = timedelta(seconds=30)
"""A scan that is older was made before what the page now shows."""
OVERDUE = timedelta(seconds=10)
"""Whoever is said to work at a bench does not, where a scan waited so long."""
SKEW = timedelta(minutes=1)
"""From here on the clock of a device is told to be off."""


@dataclass(frozen=True)
class Came:
    """A scan as it came, with both times."""

    uid: str
    text: str
    made_at: datetime
    received_at: datetime
    skew: timedelta
    """How far the server's clock is ahead of the device's."""
    reading_id: int | None = None
    bench: str = ""
    """The uid of the bench, and the number and hash of its reading."""
    seq: int = 0
    digest: str = ""
    was_kept: bool = False
    """Whether a page kept it while the network was away."""

    @property
    def clock_off(self) -> bool:
        return abs(self.skew) > SKEW

    @property
    def late(self) -> bool:
        """Made before what is known now, by a clock that is right or put right."""
        return self.was_kept or self.received_at - self.made_at - self.skew > LATE

    @property
    def doubtful(self) -> bool:
        """Nobody knows when it was made, and that matters.

        A page's clock matters only for what the page kept: it is answered at once.
        """
        return self.clock_off and (self.late or bool(self.bench))


def uid_of(bench: str, seq: int) -> str:
    """The identity of a bench's reading as a scan."""
    return sha256(f"{bench} {seq}".encode()).hexdigest()[:32]


def is_badge(text: str) -> bool:
    try:
        return codes.kind(codes.read(text)) is Kind.BADGE
    except BadInput:
        return False
