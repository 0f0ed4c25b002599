"""What is asked of one trace, and what it answers: for the process that reads files."""

from dataclasses import dataclass

from instruments.errors import InstrumentError
from instruments.ladder import Bins
from instruments.panels import panel
from instruments.peak_check import Expected, Opinion, ladder_of, look
from instruments.roles import Role
from instruments.traces import TraceExport


@dataclass(frozen=True)
class Ask:
    kit: str
    expected: Expected
    ladder: Bins | None = None
    """The bins of the run, or of another."""
    off_run: bool = False


@dataclass(frozen=True)
class Answer:
    opinion: Opinion
    bins: Bins | None = None
    """Of a ladder: the bins that it gives its run."""


def answer(trace: TraceExport, ask: Ask) -> Answer:
    """The second opinion; of a ladder, its bins and what is wrong with it.

    Raises InstrumentError where no panel of the kit is known.
    """
    of_kit = panel(ask.kit)
    if of_kit is None:
        raise InstrumentError(
            "No panel of this kit is known here: its traces are kept, and not checked.",
            value=ask.kit,
        )
    if ask.expected.role is Role.LADDER:
        bins, opinion = ladder_of(trace, of_kit)
        return Answer(opinion, bins)
    return Answer(look(trace, of_kit, ask.expected, ask.ladder, off_run=ask.off_run))
