"""A run plate at the gate, with the export that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import queue
from lims.access import Actor
from lims.audit.queries import events_of
from lims.batches import queries as batches
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.db import Database
from lims.results import looking, queries
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench, Receipt, Stated
from lims.results.queries_traces import LOOK
from lims.results.tables import Import, Injection
from lims.samples.tables import Stream
from lims.store import Store
from tests.cast import Cast
from tests.exports import Row, clean, written
from tests.kits import ESX17, GLOBALFILER
from tests.plates import run
from tests.rules import RULES

CAST = Cast()
KITS = {kit.name: kit for kit in (GLOBALFILER, ESX17)}
BENCH = Bench(KITS, RULES)


@dataclass(frozen=True)
class Scene:
    """A plate of three samples that went through the analyzer."""

    gate: Gate
    actor: Actor
    plate: str
    wells: tuple[WellView, ...]
    table: tuple[Row, ...]

    def give(
        self, table: Sequence[Row] | bytes, name: str = "export.txt", **stated: str
    ) -> Receipt:
        content = table if isinstance(table, bytes) else written(table)
        parcel = Parcel.of_bytes(name, content)
        return arrive(self.gate, self.actor, parcel, Stated(**stated))

    def look(self) -> int:
        """What the worker does meanwhile: each promised look at traces; how many."""
        database = self.gate.database
        with database.reading() as session:
            promises = [(one.id, one.key) for one in queue.unfinished(session, LOOK)]
        looked = 0
        for job, uid in promises:
            looked += looking.promised(self.gate, CAST.worker, uid)
            with database.transaction() as session:
                queue.finish(session, job)
        return looked

    def named(self, role: WellRole = WellRole.SAMPLE) -> WellView:
        return next(well for well in self.wells if well.role is role)

    def contaminated(self) -> list[Row]:
        """The export where the extraction blank shows the first sample's profile."""
        blank, source = self.named(WellRole.EXTRACTION_BLANK), self.named()
        cells = {one.marker: one.cells for one in self.table if one.name == source.name}
        return [
            replace(one, cells=cells[one.marker]) if one.name == blank.name else one
            for one in self.table
        ]

    def row(self, session: Session, receipt: Receipt) -> Import:
        return queries.one(session, self.actor, receipt.uid)

    def stage(self) -> str:
        with self.gate.database.reading() as session:
            return batches.plate(session, self.actor, self.plate).stage


def a_scene(
    database: Database, store: Store, codes: Sequence[str], stream: Stream = Stream.BONE
) -> Scene:
    """A plate of these extracts, and the clean export of its run."""
    with database.transaction() as session:
        plate = run(session, codes, stream=stream)
        wells = batches.wells(session, plate)
        code, table = plate.code, clean(session, plate)
    gate = Gate(database, store, BENCH)
    return Scene(gate, CAST.technician, code, wells, tuple(table))


def injections(database: Database) -> list[Injection]:
    with database.reading() as session:
        found = list(session.scalars(select(Injection).order_by(Injection.id)))
        _opened = [one.calls for one in found]  # while the keys are there
        session.expunge_all()
        return found


def events(database: Database, uid: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [json.loads(one.body) for one in events_of(session, [uid])]
