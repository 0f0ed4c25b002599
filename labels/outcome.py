"""What came of a print job that was sent to a printer."""

from dataclasses import dataclass
from enum import StrEnum


class Came(StrEnum):
    """Never a guess: what may have been printed in part is doubtful."""

    PRINTED = "printed"
    FAILED = "failed"
    """Nothing of it left: it can be sent again."""
    DOUBTFUL = "doubtful"
    """Some of it left: a person looks at the printer."""


@dataclass(frozen=True)
class Outcome:
    came: Came
    told: str
    """In a sentence, for the person who looks."""
