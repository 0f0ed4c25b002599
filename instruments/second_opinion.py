"""What is asked of one trace, and what it answers: for the process that reads files."""

from dataclasses import dataclass, field

from instruments.ladder import Bins
from instruments.panels import Panel, panel
from instruments.peak_check import Expected, Opinion, ladder_of, look
from instruments.picture import packed, picture
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
    opinion: Opinion | None
    """None where no panel of the kit is known: drawn, and not judged."""
    bins: Bins | None = None
    """Of a ladder: the bins that it gives its run."""
    picture: bytes = field(default=b"", repr=False)
    """What is drawn of it, packed: see `instruments.picture`."""


def answer(trace: TraceExport, ask: Ask) -> Answer:
    """The second opinion; of a ladder, its bins and what is wrong with it."""
    of_kit = panel(ask.kit)
    opinion, bins = (None, None) if of_kit is None else _judged(trace, ask, of_kit)
    drawn = picture(trace, opinion, of_kit, bins or ask.ladder)
    return Answer(opinion, bins, packed(drawn))


def _judged(trace: TraceExport, ask: Ask, of_kit: Panel) -> tuple[Opinion, Bins | None]:
    if ask.expected.role is Role.LADDER:
        bins, opinion = ladder_of(trace, of_kit)
        return opinion, bins
    return look(trace, of_kit, ask.expected, ask.ladder, off_run=ask.off_run), None
