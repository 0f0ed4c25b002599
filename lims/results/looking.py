"""Hold the traces of a plate against its calls, each in a process of its own.

The worker's task, promised when calls or a trace of a plate are taken in. Outside any
transaction a trace is opened and looked at; then one keeps what it said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from instruments import InstrumentError, Source
from instruments.ladder import Bins
from instruments.picture import Picture, unpacked
from instruments.second_opinion import Answer
from lims import queue
from lims.access import Actor, Permission, require
from lims.batches.kits import Kit
from lims.batches.wells import WellView
from lims.errors import NotFound
from lims.results import opinions, originals, pictures
from lims.results.arrival import Gate
from lims.results.operations_traces import keep_opinion
from lims.results.queries_traces import LOOK, Looked, ladders, to_look_at
from lims.results.reading import second_opinion
from lims.results.tables import Import, Trace
from lims.store import Store

Calls = Mapping[str, Any]
"""Marker to called alleles with their heights."""


def promised(gate: Gate, actor: Actor, uid: str) -> int:
    """Look at the plate that the import `uid` gave reason to look at; how many."""
    require(actor, Permission.TRACE_CHECK)
    with gate.database.reading() as session:
        job = queue.find(session, LOOK, uid)
        plate = "" if job is None else str(job.payload["plate"])
    return look(gate, actor, plate)


def look(gate: Gate, actor: Actor, plate: str) -> int:
    """Look at each trace that was not yet held against what stands; how many.

    Ladders first: they give the bins for the others. A trace that was erased is passed
    over; one of a kit without a panel is drawn, and not judged.
    """
    require(actor, Permission.TRACE_CHECK)
    count = 0
    for ladder in (True, False):
        with gate.database.reading() as session:
            waiting = to_look_at(session, actor, plate, ladder=ladder)
        for one in waiting:
            with gate.database.reading() as session:
                source = _content(session, gate.store, one.import_id)
            kit = gate.bench.kits.get(one.well.kit)
            if source is not None and kit is not None:
                count += _look_at(gate, actor, one, source, kit)
    return count


@dataclass(frozen=True)
class Own:
    """What a trace is drawn with: its well, and the calls that stand."""

    well: WellView
    import_id: int | None
    """Of the calls; none where there are none."""
    calls: Calls


def picture(
    session: Session, store: Store, trace: Trace, own: Own, kit: Kit
) -> Picture:
    """What is drawn of a trace: as it was kept, or of the original, which takes longer.

    What was kept tells of the calls of its hour, and is not shown with later ones.
    NotFound where the original was erased or cannot be read any more.
    """
    kept = pictures.opened(session, store, trace)
    if kept is not None and trace.against_id == own.import_id:
        return kept
    row = session.get_one(Import, trace.import_id)
    source = Source(row.name, originals.content(session, store, row))
    best = next(iter(ladders(session, trace.plate_id)), None)
    told = None if best is None else best.bins
    bins = None if told is None else opinions.as_bins(told)
    try:
        found = _asked(source, own.well, own.calls, kit, bins)
    except InstrumentError as error:
        raise NotFound(f"The trace cannot be read any more. {error.public}") from error
    return unpacked(found.picture)


def _look_at(gate: Gate, actor: Actor, one: Looked, source: Source, kit: Kit) -> int:
    ladder = None if one.ladder is None else opinions.as_bins(one.ladder)
    try:
        answer = _asked(source, one.well, one.calls, kit, ladder)
    except InstrumentError:
        return 0  # the file is not read any more as it was: it stays as it is
    said = answer.opinion
    verdicts = (
        ()
        if said is None
        else opinions.verdicts(said.disagreements, one.well.position, kit)
    )
    laid = pictures.lay(gate.store, answer.picture)
    with gate.database.transaction() as session:
        keep_opinion(session, actor, one, verdicts, answer.bins, laid)
    if one.picture is not None:
        gate.store.drop(one.picture)
    return 1 if verdicts else 0


def _asked(
    source: Source, well: WellView, calls: Calls, kit: Kit, ladder: Bins | None
) -> Answer:
    return second_opinion(source, opinions.asked(kit, well.role, calls, ladder))


def _content(session: Session, store: Store, number: int) -> Source | None:
    row = session.get_one(Import, number)
    try:
        return Source(row.name, originals.content(session, store, row))
    except NotFound:
        return None
