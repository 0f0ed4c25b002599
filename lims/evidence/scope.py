"""What a bundle can be asked for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lims.errors import BadInput

MOST_CODES = 200
LONGEST = timedelta(days=366)


class Asked(StrEnum):
    CODES = "codes"
    CONSIGNMENT = "consignment"
    PERIOD = "period"


@dataclass(frozen=True)
class Scope:
    """Codes of items, the code of a consignment, or two days, both included."""

    kind: Asked
    asked: tuple[str, ...]

    def between(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first moment of the first day to the first after the last."""
        first, last = (date.fromisoformat(one) for one in self.asked)
        return (
            datetime.combine(first, time.min, zone),
            datetime.combine(last + timedelta(days=1), time.min, zone),
        )

    @property
    def text(self) -> str:
        match self.kind:
            case Asked.CODES:
                return f"{', '.join(self.asked)}, with all that they came from"
            case Asked.CONSIGNMENT:
                return f"consignment {self.asked[0]}, with all that came in it"
        return f"everything from {self.asked[0]} to {self.asked[1]}"


def of_codes(codes: Sequence[str]) -> Scope:
    wanted = tuple(dict.fromkeys(one for one in codes if one))
    if not wanted or len(wanted) > MOST_CODES:
        raise BadInput(
            f"Name at least one code, and at most {MOST_CODES}; '{len(wanted)}' were "
            "named. A longer list is asked for as a period."
        )
    return Scope(Asked.CODES, wanted)


def of_period(first: str, last: str) -> Scope:
    try:
        days = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise BadInput(
            f"'{first[:20]}' to '{last[:20]}' is no period. Write two days, such as "
            "2026-11-01 and 2026-11-30."
        ) from None
    if not timedelta() <= days[1] - days[0] <= LONGEST:
        raise BadInput(
            f"From {days[0]} to {days[1]} is no period of at most a year. Write the "
            "earlier day first, or ask for several."
        )
    return Scope(Asked.PERIOD, tuple(one.isoformat() for one in days))
