"""The electropherogram of one injection: each dye with its calls and thresholds."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.picture import Picture
from lims.batches.kits import Kit
from lims.batches.wells import WellView
from lims.errors import NotFound
from lims.results import looking, opinions
from lims.results.queries_traces import trace_of
from lims.results.readable import Injection
from lims.store import Store
from lims.web.drawing import Drawing, axis_of, drawings, tops
from lims.web.languages import gettext as _
from lims.web.overlay import Note, notes


@dataclass(frozen=True)
class Seen:
    """A picture with what is written over it."""

    drawn: Picture
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Electropherogram:
    drawings: tuple[Drawing, ...]
    ticks: tuple[tuple[int, int], ...]
    """Column and base pairs, or scans, of the marks below each dye."""
    is_sized: bool
    told: tuple[str, ...]
    """What the peak check says of the calls."""


def has_trace(session: Session, injection: Injection) -> bool:
    return trace_of(session, injection) is not None


def electropherogram(
    session: Session, store: Store, injection: Injection, well: WellView, kit: Kit
) -> Electropherogram:
    """Drawn from what was kept of it; NotFound where no trace of it was taken in."""
    one = seen(session, store, injection, well, kit)
    axis = axis_of(one.drawn)
    drawn = drawings(one.drawn, axis, tops(one.drawn, axis), one.notes, kit)
    told = sentences(one.drawn, well)
    return Electropherogram(drawn, axis.ticks(), one.drawn.is_sized, told)


def seen(
    session: Session, store: Store, injection: Injection, well: WellView, kit: Kit
) -> Seen:
    found = trace_of(session, injection)
    if found is None:
        raise NotFound("No trace of this injection was taken in.")
    trace, _row = found
    own = looking.Own(well, injection.import_id, injection.calls)
    drawn = looking.picture(session, store, trace, own, kit)
    return Seen(drawn, notes(drawn, injection.calls))


def sentences(drawn: Picture, well: WellView) -> tuple[str, ...]:
    if not drawn.is_judged:
        return (
            _("No panel of this kit is known here: its traces are kept, not checked."),
        )
    return tuple(one.sentence for one in opinions.verdicts(drawn.told, well.position))
