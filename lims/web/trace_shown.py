"""The electropherogram of one injection, alone or with another beneath it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
import json

from sqlalchemy.orm import Session

from instruments.ladder import WINDOW
from instruments.picture import Picture
from lims import codes
from lims.access import Actor
from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.errors import NotFound
from lims.laboratory import Laboratory
from lims.results import looking, opinions
from lims.results.queries_traces import Beside, beside, own
from lims.results.readable import Injection
from lims.web.drawing import TALL, WIDE, Drawing, axis_of, drawings, tops
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.overlay import Note, notes

CONTROLS = {
    WellRole.LADDER: _l("Ladder"),
    WellRole.NEGATIVE: _l("Negative control"),
    WellRole.POSITIVE: _l("Positive control"),
}
ALIGNED = 4
"""Bytes; places in a browser's memory begin at a multiple of it."""


@dataclass(frozen=True)
class Seen:
    """A picture with what is written over it."""

    drawn: Picture
    notes: tuple[Note, ...]
    kit: Kit
    well: WellView


@dataclass(frozen=True)
class Dye:
    """One dye of an injection, and of the one beneath."""

    own: Drawing
    beneath: Drawing | None
    ticks: tuple[tuple[int, int], ...]
    """Column and base pairs, or scans, of the marks below."""
    ticks_beneath: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Shown:
    dyes: tuple[Dye, ...]
    is_sized: bool
    has_bins: bool
    told: tuple[str, ...]
    """What the peak check says of the calls."""
    limits: tuple[tuple[str, str], ...]
    """What explains a peak without a call: name and value, and who set them."""
    choices: tuple[tuple[str, str], ...]
    """What may be shown beneath: address and words."""
    chosen: str
    words: str
    """Of what is shown beneath."""
    wide: int
    tall: int
    """Units of each drawing."""
    one_scale: bool
    """Whether both are drawn in the same unit."""


def of_injection(session: Session, injection: Injection) -> Beside:
    found = own(session, injection)
    if found is None:
        raise NotFound("No trace of this injection was taken in.")
    return found


def shown(
    session: Session,
    actor: Actor,
    laboratory: Laboratory,
    trace: Beside,
    chosen: str,
) -> Shown:
    """Drawn from what was kept, with what was chosen beneath it."""
    one = _seen(session, laboratory, trace)
    others = beside(session, actor, trace)
    choices = tuple((other.uid, _words(other, n)) for n, other in enumerate(others, 1))
    other = _beside(session, laboratory, others, chosen) if chosen else None
    return Shown(
        dyes=_dyes(one, other),
        is_sized=one.drawn.is_sized,
        has_bins=any(band.bins for band in one.drawn.ranges),
        told=sentences(one.drawn, one.well, one.kit),
        limits=_limits(one.kit),
        choices=choices,
        chosen=chosen,
        wide=WIDE,
        tall=TALL,
        words=dict(choices).get(chosen, ""),
        one_scale=other is None or other.drawn.is_sized == one.drawn.is_sized,
    )


def points(
    session: Session,
    actor: Actor,
    laboratory: Laboratory,
    trace: Beside,
    of: str,
) -> bytes:
    """The same for a script: the length of a head, the head as JSON, the arrays."""
    if not of:
        return wire(_seen(session, laboratory, trace))
    others = beside(session, actor, trace)
    return wire(_beside(session, laboratory, others, of))


def wire(one: Seen) -> bytes:
    drawn, axis = one.drawn, axis_of(one.drawn)
    head = {
        "sized": drawn.is_sized,
        "count": len(drawn.places),
        "low": axis.low,
        "high": axis.high,
        "window": WINDOW,
        "lines": [asdict(line) for line in drawn.lines],
        "ranges": [asdict(band) for band in drawn.ranges],
        "fragments": drawn.fragments,
        "thresholds": [one.kit.analytical_threshold, one.kit.stochastic_threshold],
        "notes": [asdict(note) for note in one.notes],
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    told += b" " * (-len(told) % ALIGNED)
    return len(told).to_bytes(4, "little") + told + drawn.arrays


def sentences(drawn: Picture, well: WellView, kit: Kit) -> tuple[str, ...]:
    if not drawn.is_judged:
        return (
            _("No panel of this kit is known here: its traces are kept, not checked."),
        )
    return tuple(
        one.sentence for one in opinions.verdicts(drawn.told, well.position, kit)
    )


LIMITS = {
    "limits of": _l("Set by"),
    "stutter": _l("Stutter, repeats apart: part of the allele"),
    "minus A": _l("Minus A, part of the allele"),
    "pull-up": _l("Pull-up, part of the other dye's peak"),
    "pull-up off scale": _l("The same where that is off scale"),
}


def _limits(kit: Kit) -> tuple[tuple[str, str], ...]:
    told = opinions.numbers(kit)
    return tuple((str(LIMITS.get(name, name)), value) for name, value in told.items())


def _beside(
    session: Session, laboratory: Laboratory, others: Sequence[Beside], uid: str
) -> Seen:
    for one in others:
        if one.uid == uid:
            return _seen(session, laboratory, one)
    raise NotFound("This trace is not one that may be looked at beside the injection.")


def _seen(session: Session, laboratory: Laboratory, one: Beside) -> Seen:
    calls = {} if one.injection is None else one.injection.calls
    by = None if one.injection is None else one.injection.import_id
    kit = laboratory.kits[one.well.kit]
    own = looking.Own(one.well, by, calls)
    drawn = looking.picture(session, laboratory.store, one.trace, own, kit)
    return Seen(drawn, notes(drawn, calls), kit, one.well)


def _words(one: Beside, number: int) -> str:
    place = {"plate": codes.shown(one.well.plate), "well": one.well.position}
    if one.well.role in CONTROLS:
        what = str(CONTROLS[one.well.role])
        return _("%(what)s, well %(well)s", what=what, **place)
    return _("Replicate %(n)s, plate %(plate)s, well %(well)s", n=number, **place)


def _dyes(one: Seen, other: Seen | None) -> tuple[Dye, ...]:
    """Both on the scale of the first, as far as they are measured in one unit."""
    axis = below = axis_of(one.drawn)
    top = tops(one.drawn, axis)
    beneath: dict[int, Drawing] = {}
    if other is not None:
        if other.drawn.is_sized != one.drawn.is_sized:
            below = axis_of(other.drawn)
        for number, rfu in tops(other.drawn, below).items():
            top[number] = max(rfu, top.get(number, 0))
        drawn = drawings(other.drawn, below, top, other.notes, other.kit)
        beneath = {each.line.number: each for each in drawn}
    return tuple(
        Dye(own, beneath.get(own.line.number), axis.ticks(), below.ticks())
        for own in drawings(one.drawn, axis, top, one.notes, one.kit)
    )
