"""What a rule says of a plate or some wells; it is kept when it passes, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """From harmless to grave."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    NOTE = "note"
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"


Numbers = Mapping[str, int | str | Decimal]

_GRAVITY = {outcome: grade for grade, outcome in enumerate(Outcome)}


@dataclass(frozen=True)
class Verdict:
    """A finding. Sentence and evidence name wells and markers, and no allele."""

    rule: str
    version: int
    outcome: Outcome
    sentence: str
    wells: tuple[str, ...] = ()
    """The positions it speaks of; none when it speaks of the whole plate."""
    numbers: Numbers = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    """Markers or wells that show it."""
    whole_batch: bool = False
    """Whether every well of the batch is held by it."""


def listed(names: Sequence[str], most: int = 5) -> str:
    """The first few names for a sentence, and how many more there are."""
    more = len(names) - most
    first = ", ".join(names[:most])
    return f"{first} and {more} more" if more > 0 else first


def gravest(verdicts: Iterable[Verdict]) -> Outcome:
    """The outcome of the whole; pass if there is nothing to tell."""
    outcomes = (verdict.outcome for verdict in verdicts)
    return max(outcomes, key=_GRAVITY.__getitem__, default=Outcome.PASS)


def held_wells(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The positions that some verdict holds or blocks."""
    grave = {Outcome.HOLD, Outcome.BLOCK}
    return frozenset(w for v in verdicts if v.outcome in grave for w in v.wells)
