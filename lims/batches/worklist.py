"""What the analyzer is told of each well: its plate record, row by row.

An extraction blank is told as a sample, for its name must not give it away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lims.batches.plate import WellRole

KINDS = {
    WellRole.EXTRACTION_BLANK: "Sample",
    WellRole.LADDER: "Allelic Ladder",
    WellRole.NEGATIVE: "Negative Control",
    WellRole.POSITIVE: "Positive Control",
    WellRole.SAMPLE: "Sample",
}
"""The word of the analyzer's software for each role."""

_NAMES = {
    WellRole.LADDER: "LADDER",
    WellRole.NEGATIVE: "NEG",
    WellRole.POSITIVE: "POS",
}


@dataclass(frozen=True)
class WorkRow:
    position: str
    name: str
    kind: str
    assay: str


def control_name(role: WellRole, plate: str, position: str) -> str:
    """The name of a control in the analyzer: it tells its plate and its well."""
    return f"{_NAMES[role]}-{plate}-{position}"


def standard_name(plate: str, position: str) -> str:
    """The name of a standard likewise."""
    return f"STD-{plate}-{position}"


def worklist(wells: Iterable[tuple[str, WellRole, str]], kit: str) -> list[WorkRow]:
    """The rows for wells given as position, role and instrument name."""
    return [
        WorkRow(position, name, KINDS[role], kit)
        for position, role, name in wells
        if role is not WellRole.EMPTY
    ]
