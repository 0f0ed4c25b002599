"""From what cases are drawn: codes of accessioned samples, or of released profiles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from lims.profiles import queries as profiles
from lims.samples import queries as samples
from lims.samples.tables import Stream


class Population(StrEnum):
    RELEASED = "released profiles"
    SAMPLES = "accessioned samples"


@dataclass(frozen=True)
class Narrowed:
    """Which of them: of one stream, come on record from a moment to another."""

    stream: Stream | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def told(self) -> dict[str, str]:
        return {
            "stream": self.stream or "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }


def codes_in(session: Session, population: Population, narrowed: Narrowed) -> list[str]:
    """The codes of the whole population, of every laboratory here."""
    ids = None
    if population is Population.RELEASED:
        ids = profiles.released_samples()
    return samples.codes_between(
        session, narrowed.stream, narrowed.since, narrowed.until, ids
    )
