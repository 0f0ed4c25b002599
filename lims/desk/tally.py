"""What a query of a requirement found: how many were looked at, which fail. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN = 50
"""So many of those that fail are kept; all are counted."""


@dataclass
class Tally:
    checked: int = 0
    failing: int = 0
    evidence: list[list[str]] = field(default_factory=list)
    """[what, where, why]: how it is called, its pseudonym on record, what is wrong."""

    def look(self, what: str, where: str, faults: Iterable[str]) -> None:
        """One thing was looked at; each fault is a sentence."""
        self.checked += 1
        if why := " ".join(faults):
            self.failing += 1
            if len(self.evidence) < SHOWN:
                self.evidence.append([what, where, why])
