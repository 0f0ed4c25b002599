"""Reads of traces: which belongs to which injection, and what is to be looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from instruments.traces import TraceExport
from lims import queue
from lims.access import Actor, Permission
from lims.batches import queries as batches
from lims.batches.plate import WellRole
from lims.batches.queries import Plate
from lims.batches.wells import WellView
from lims.db import owned
from lims.errors import NotFound
from lims.results import readable
from lims.results.faults import Fault
from lims.results.matching import normal
from lims.results.queries import LIVE
from lims.results.tables import Import, ImportState, Injection, Trace

LOOK = "trace.look"
"""The promise; its key is the import that gave reason, its payload names the plate."""


@dataclass(frozen=True)
class Looked:
    """A trace with the calls and the ladder that it is to be held against."""

    trace_id: int
    plate_id: int
    import_id: int
    """Of the trace itself."""
    well: WellView
    calls: dict[str, Any]
    against_id: int | None
    ladder_id: int | None
    ladder: dict[str, Any] | None
    picture: str | None
    """What was drawn of it before."""


@dataclass(frozen=True)
class Standing:
    """Of the traces of one plate: how many are kept, and how many were looked at."""

    kept: int
    held: int
    waits: bool
    trouble: str
    """Why the worker tries it again later; empty where nothing went wrong."""


@dataclass(frozen=True)
class Beside:
    """A trace that is looked at beside another."""

    uid: str
    """Of the import that brought it."""
    trace: Trace
    well: WellView
    injection: Injection | None
    """Its calls; none of a ladder."""


CONTROLS = (WellRole.LADDER, WellRole.POSITIVE, WellRole.NEGATIVE)


def well_of(session: Session, plate: Plate, trace: TraceExport) -> WellView | Fault:
    """The well of the plate that a trace is of: by the very name that was sent."""
    wells = {one.name: one for one in batches.wells(session, plate)}
    well = wells.get(trace.sample)
    if well is None:
        expected = "a name of the plate's worklist"
        return Fault("", None, "Sample Name", trace.sample, expected)
    if trace.well and normal(trace.well) != well.position:
        return Fault("", None, "Well", trace.well, f"'{well.position}'")
    return well


def trace_of(session: Session, injection: Injection) -> tuple[Trace, Import] | None:
    """The trace of an injection, the newest first, with the import that keeps it.

    Its points are in the original: `looking.opened` reads them, `Dye.points` and
    `Dye.analysed` are arrays of RFU that a viewer decimates.
    """
    wanted = (
        select(Trace, Import)
        .join(Import, Import.id == Trace.import_id)
        .where(Trace.well_id == injection.well_id, Import.state == ImportState.LOADED)
        .order_by(Trace.id.desc())
    )
    found = [(trace, row) for trace, row in session.execute(wanted)]
    own = (one for one in found if one[1].name == injection.source)
    return next(own, found[0] if found else None)


def has_traces(session: Session, plate_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Trace.plate_id == plate_id))))


def standing(session: Session, plate: Plate) -> Standing:
    """How far the traces of a plate are held against its calls, its ladders read."""
    loaded = (
        select(Trace.against_id, Trace.bins)
        .join(Import, Import.id == Trace.import_id)
        .where(Trace.plate_id == plate.id, Import.state == ImportState.LOADED)
    )
    looked = [
        against is not None or bins is not None
        for against, bins in session.execute(loaded)
    ]
    open_ = [
        one
        for one in queue.unfinished(session, LOOK)
        if one.payload["plate"] == plate.code
    ]
    trouble = next((one.trouble for one in open_ if one.trouble), "")
    return Standing(len(looked), sum(looked), bool(open_), trouble)


def may_see(actor: Actor, role: WellRole) -> bool:
    """Whether a trace from such a well is open to this person, whatever it shows.

    Who reads blindly comes to a tube's trace by its reading alone: a way to it from
    elsewhere would tell, where it is missing, which tube is the extraction blank.
    """
    if role in CONTROLS:
        return actor.may(Permission.IMPORT_READ)
    if actor.is_blind:
        return False
    if role is WellRole.EXTRACTION_BLANK:
        return actor.may(Permission.IMPORT_READ)
    return actor.may(Permission.PROFILE_READ)


def to_see(session: Session, actor: Actor, wells: Collection[int]) -> dict[str, str]:
    """The newest open trace of each well: its position to the import's uid."""
    views = batches.wells_by_ids(session, list(wells))
    may = [number for number, one in views.items() if may_see(actor, one.role)]
    found = session.execute(_standing(actor).where(Trace.well_id.in_(may)))
    return {views[trace.well_id].position: row.uid for trace, row in found}


def one_to_see(session: Session, actor: Actor, uid: str) -> Beside:
    """A trace by the import that brought it, with the calls that stand for its well."""
    found = session.execute(_standing(actor).where(Import.uid == uid)).first()
    well = None if found is None else _well(session, found[0])
    if found is None or well is None or not may_see(actor, well.role):
        raise NotFound("No trace that is open to you stands under this address.")
    calls = select(Injection).where(
        Injection.well_id == well.id, Injection.state.in_(LIVE)
    )
    called = list(session.scalars(calls.order_by(Injection.id.desc())))
    own = (one for one in called if one.source == found[1].name)
    injection = next(own, called[0] if called else None)
    return Beside(uid, found[0], well, injection)


def own(session: Session, injection: Injection) -> Beside | None:
    """The trace of an injection, if one was taken in."""
    found = trace_of(session, injection)
    if found is None:
        return None
    return Beside(found[1].uid, found[0], _well(session, found[0]), injection)


def _standing(actor: Actor) -> Select[Trace, Import]:
    wanted = (
        select(Trace, Import)
        .join(Import, Import.id == Trace.import_id)
        .where(Import.state == ImportState.LOADED)
        .order_by(Trace.id)
    )
    return owned(wanted, Import.organisation_id, actor.scope)


def _well(session: Session, trace: Trace) -> WellView:
    return batches.wells_by_ids(session, [trace.well_id])[trace.well_id]


def wells_of(session: Session, row: Import) -> list[int]:
    """The wells that an import tells of: of its traces, or of its calls."""
    traces = select(Trace.well_id).where(Trace.import_id == row.id)
    calls = select(Injection.well_id).where(Injection.import_id == row.id)
    return list(session.scalars(traces.union(calls)))


def beside(session: Session, actor: Actor, one: Beside) -> list[Beside]:
    """What may be looked at beside a trace: its replicates, then the controls.

    Not the extraction blank: who reads is not told which tube it is.
    """
    shown = {one.trace.id}
    found: list[tuple[Trace, Import, Injection | None]] = []
    sample = one.injection.sample_id if one.injection else None
    for other in readable.of_sample(session, actor, sample or 0):
        kept = trace_of(session, other)
        if kept is not None and kept[0].id not in shown:
            shown.add(kept[0].id)
            found.append((*kept, other))
    controls = _controls(session, one.trace.plate_id)
    found += [control for control in controls if control[0].id not in shown]
    wells = batches.wells_by_ids(session, [trace.well_id for trace, _, _ in found])
    return [
        Beside(row.uid, trace, wells[trace.well_id], called)
        for trace, row, called in found
    ]


def _controls(
    session: Session, plate_id: int
) -> list[tuple[Trace, Import, Injection | None]]:
    (plate,) = batches.plates_by_ids(session, [plate_id]).values()
    wells = [one.id for one in batches.wells(session, plate) if one.role in CONTROLS]
    wanted = (
        select(Trace, Import)
        .join(Import, Import.id == Trace.import_id)
        .where(Trace.well_id.in_(wells), Import.state == ImportState.LOADED)
        .order_by(Trace.id)
    )
    calls = select(Injection).where(
        Injection.well_id.in_(wells), Injection.state.in_(LIVE)
    )
    called = {one.well_id: one for one in session.scalars(calls.order_by(Injection.id))}
    return [
        (trace, row, called.get(trace.well_id))
        for trace, row in session.execute(wanted)
    ]


def ladders(session: Session, plate_id: int) -> list[Trace]:
    """Traces of ladders that gave bins, those that lack the fewest markers first."""
    wanted = select(Trace).where(Trace.plate_id == plate_id).order_by(Trace.id)
    found = [one for one in session.scalars(wanted) if one.bins and one.bins["alleles"]]
    return sorted(found, key=lambda one: len((one.bins or {})["failed"]))


def to_look_at(
    session: Session, actor: Actor, code: str, *, ladder: bool
) -> list[Looked]:
    """The traces of a plate that were not yet held against what stands for it now."""
    plate = batches.plate(session, actor, code)
    wells = {one.id: one for one in batches.wells(session, plate)}
    best = next(iter(ladders(session, plate.id)), None)
    live = select(Injection).where(
        Injection.plate_id == plate.id, Injection.state.in_(LIVE)
    )
    calls: dict[int, list[Injection]] = {}
    for one in session.scalars(live.order_by(Injection.id)):
        calls.setdefault(one.well_id, []).append(one)
    wanted = (
        select(Trace, Import)
        .join(Import, Import.id == Trace.import_id)
        .where(Trace.plate_id == plate.id, Import.state == ImportState.LOADED)
        .order_by(Trace.id)
    )
    found = []
    for trace, row in session.execute(wanted):
        well = wells[trace.well_id]
        if (well.role is WellRole.LADDER) is not ladder:
            continue
        own = calls.get(trace.well_id, [])
        called = next((one for one in own if one.source == row.name), None)
        called = called or (own[-1] if own else None)
        against = None if called is None else called.import_id
        by = None if best is None or ladder else best.id
        known = (trace.against_id, trace.ladder_id)
        done = trace.bins is not None if ladder else (against, by) == known
        if done or (against is None and not ladder):
            continue
        found.append(
            Looked(
                trace.id,
                plate.id,
                row.id,
                well,
                {} if called is None else called.calls,
                against,
                by,
                None if by is None or best is None else best.bins,
                trace.picture,
            )
        )
    return found
