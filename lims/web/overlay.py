"""What is written over a trace: calls, what explains a peak, what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from instruments.peak_check import Kind
from instruments.picture import Picture
from lims.batches.markers import canonical
from lims.web.languages import lazy_gettext as _l

CALL, FINDING, EXPLAINED = "call", "finding", "explained"
WORDS = {
    Kind.CALL_WITHOUT_PEAK: _l("call without a peak"),
    Kind.OFF_SCALE: _l("off scale"),
    Kind.PEAK_IN_NEGATIVE: _l("peak in a negative"),
    Kind.PEAK_WITHOUT_CALL: _l("peak without a call"),
    Kind.WRONG_BIN: _l("wrong bin"),
}
"""The findings that have a place."""
EXPLAINS = {
    "minus A": _l("minus A"),
    "pull-up": _l("pull-up"),
    "spike": _l("spike"),
    "stutter": _l("stutter"),
}


@dataclass(frozen=True, order=True)
class Note:
    """A word at a place of one dye."""

    dye: int
    at: float
    """Base pairs."""
    height: int
    """RFU."""
    marker: str
    text: str
    kind: str


def notes(drawn: Picture, calls: Mapping[str, Any]) -> tuple[Note, ...]:
    """By dye and place."""
    return tuple(sorted([*_calls(drawn, calls), *_explained(drawn), *_found(drawn)]))


def _calls(drawn: Picture, calls: Mapping[str, Any]) -> Iterator[Note]:
    """Calls stand over the peaks that the bins of the run give their names."""
    for one in drawn.spots:
        own = calls.get(canonical(one.marker) or one.marker, ())
        if one.allele in {str(call[0]) for call in own}:
            yield Note(one.dye, one.at, one.height, one.marker, one.allele, CALL)


def _explained(drawn: Picture) -> Iterator[Note]:
    for one in drawn.spots:
        if one.mark in EXPLAINS:
            text = str(EXPLAINS[one.mark])
            yield Note(one.dye, one.at, one.height, one.marker, text, EXPLAINED)


def _found(drawn: Picture) -> Iterator[Note]:
    for one in drawn.told:
        if one.kind in WORDS and one.size:
            text = str(WORDS[one.kind])
            if one.kind is Kind.CALL_WITHOUT_PEAK:
                text = f"{one.allele}: {text}"
            yield Note(one.dye, one.size, one.height, one.marker, text, FINDING)
