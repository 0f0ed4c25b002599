"""Take files in: loaded whole, or kept waiting whole with what is wrong with them.

The bytes were kept and read before; here is one transaction, and no file is opened.
"""

from collections.abc import Collection, Mapping, Sequence
import re
from typing import Any

from sqlalchemy.orm import Session

from instruments import GenotypeExport
from instruments.quantities import QuantityExport
from instruments.sequences import SequencedGenotypes
from instruments.traces import TraceExport
from lims import clock, queue
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import operations as batch_operations
from lims.batches import queries as batches
from lims.batches.causes import Cause
from lims.batches.queries import Plate
from lims.batches.stages import PlateStage
from lims.errors import BadInput, RuleBroken
from lims.quantities import operations as quantities
from lims.results import naming, originals, queries
from lims.results.faults import Fault, facts, kept
from lims.results.intake import (
    NOTHING_STATED,
    Arrived,
    Bench,
    Fate,
    Receipt,
    Stated,
)
from lims.results.loading import Loaded, load
from lims.results.matching import Match, codes_in, match, plate_codes
from lims.results.operations_quantities import quantify
from lims.results.operations_traces import attach
from lims.results.queries_traces import LOOK, has_traces, well_of
from lims.results.tables import Import, ImportState, InjectionState

ANALYSED = frozenset({PlateStage.IMPORTED, PlateStage.CLEARED, PlateStage.HELD})
WAITING = frozenset({ImportState.QUARANTINED, ImportState.INCIDENT})
CLOSED = "closed"
"""Of the account: no row, but a part of the file whose content is shown to nobody."""
_REASON = re.compile(r"[A-Z][A-Z_]{2,39}")


def take_in(
    session: Session,
    actor: Actor,
    arrived: Arrived,
    bench: Bench,
    stated: Stated = NOTHING_STATED,
) -> Receipt:
    """A file for the first time; the same bytes again change nothing."""
    require(actor, Permission.IMPORT_FILE)
    known = queries.by_sha256(session, actor, arrived.sha256, locked=True)
    if known is not None:
        return _repeated(session, actor, known)
    row = Import(
        organisation_id=actor.organisation_id,
        name=arrived.name[:200],
        size=arrived.size,
        state=ImportState.INCIDENT,
        analysis=1,
        faults=[],
        account=[],
        rows=0,
        unread=0,
        imported_at=clock.now(),
        imported_by=actor.user_id,
    )
    naming.give(session, actor, row, arrived.sha256)
    session.add(row)
    return _settle(session, actor, row, arrived, bench, stated)


def retry(
    session: Session,
    actor: Actor,
    uid: str,
    arrived: Arrived,
    bench: Bench,
    stated: Stated = NOTHING_STATED,
) -> Receipt:
    """A file that waits, once more: with a plate or a reason that a person states."""
    require(actor, Permission.IMPORT_FILE)
    row = _waiting(session, actor, uid)
    if stated.parser:
        chosen = stated.parser
        record(session, actor, Tag.IMPORT_PARSER_CHOSEN, row, parser=chosen)
    return _settle(session, actor, row, arrived, bench, stated)


def withdraw(session: Session, actor: Actor, uid: str, cause: Cause) -> Import:
    """Void a file that waits. The original is kept, and nothing of it is taken in."""
    require(actor, Permission.IMPORT_FILE)
    row = _waiting(session, actor, uid)
    row.state = ImportState.WITHDRAWN
    told = naming.facts(row)
    record(session, actor, Tag.IMPORT_WITHDRAWN, row, cause=cause, **told)
    return row


def void_plate(session: Session, actor: Actor, code: str, reason: Cause) -> Plate:
    """Put a plate aside for good: nothing that it showed is read any more."""
    require(actor, Permission.BATCH_PLAN)
    plate = batch_operations.void(session, actor, code, reason)
    for row in queries.loaded_of(session, plate.id, locked=True):
        row.state = ImportState.WITHDRAWN
        record(session, actor, Tag.IMPORT_WITHDRAWN, row, plate=code, cause=reason)
        for injection in queries.injections_of(session, [row.id], locked=True):
            injection.state = InjectionState.SUPERSEDED
            record(session, actor, Tag.INJECTION_SUPERSEDED, injection, plate=code)
        quantities.supersede(session, actor, [row.id], reason)
    return plate


def _waiting(session: Session, actor: Actor, uid: str) -> Import:
    row = queries.one(session, actor, uid, locked=True)
    if row.state not in WAITING:
        raise RuleBroken(
            f"This file is '{row.state}' and no longer waits for anybody. A new export"
            " of the run is imported as a new file."
        )
    return row


def _repeated(session: Session, actor: Actor, row: Import) -> Receipt:
    record(session, actor, Tag.IMPORT_REPEATED, row, **naming.facts(row))
    told = f"This file was given before and is '{row.state}': nothing was changed."
    plates = batches.plates_by_ids(session, {row.plate_id} if row.plate_id else ())
    plate = next((one.code for one in plates.values()), "")
    return Receipt(Fate.REPEATED, row.uid, plate, told, told)


def _settle(
    session: Session,
    actor: Actor,
    row: Import,
    arrived: Arrived,
    bench: Bench,
    stated: Stated,
) -> Receipt:
    if stated.reason and not _REASON.fullmatch(stated.reason):
        raise BadInput("The reason is chosen from the list, it is not a free text.")
    if isinstance(arrived.read, Fault):
        incident = ImportState.INCIDENT
        return _wait(session, actor, row, arrived, incident, [arrived.read])
    export = arrived.read
    if isinstance(export, TraceExport):
        return _attach(session, actor, row, arrived, export, stated)
    if isinstance(export, QuantityExport):
        return _quantify(session, actor, row, arrived, export, bench, stated)
    row.parser, row.parser_version = export.parser, export.version
    row.rows, row.unread = _rows(export), export.unread
    row.account = _closed(export)
    plate = _plate(session, actor, arrived.name, export, stated)
    if isinstance(plate, Fault):
        return _wait(session, actor, row, arrived, ImportState.QUARANTINED, [plate])
    row.plate_id = plate.id
    return _against(session, actor, row, plate, arrived, export, bench, stated)


def _attach(
    session: Session,
    actor: Actor,
    row: Import,
    arrived: Arrived,
    trace: TraceExport,
    stated: Stated,
) -> Receipt:
    """A trace goes to its well, whether the calls came already or not."""
    row.parser, row.parser_version = trace.parser, trace.version
    row.rows, row.unread = trace.rows, trace.unread
    codes = codes_in((arrived.name, trace.plate, trace.run, trace.sample))
    plate = _named(session, actor, codes, stated)
    found = plate if isinstance(plate, Fault) else well_of(session, plate, trace)
    if isinstance(plate, Fault) or isinstance(found, Fault):
        fault = [found] if isinstance(found, Fault) else []
        return _wait(session, actor, row, arrived, ImportState.QUARANTINED, fault)
    row.faults = []
    attach(session, actor, row, plate, found, arrived.kept, trace)
    queue.enqueue(session, LOOK, row.uid, plate=plate.code)
    told = f"The trace of well {found.position} of plate {plate.code} is kept."
    return Receipt(Fate.LOADED, row.uid, plate.code, told, told)


def _quantify(
    session: Session,
    actor: Actor,
    row: Import,
    arrived: Arrived,
    export: QuantityExport,
    bench: Bench,
    stated: Stated,
) -> Receipt:
    """Amounts go to their tubes, whether these stand on a planned plate or not."""
    row.parser, row.parser_version = export.parser, export.version
    row.rows, row.unread = export.rows, export.unread
    codes = codes_in((arrived.name, *(one.text for one in export.facts)))
    plate = _named(session, actor, codes, stated) if codes or stated.plate else None
    if isinstance(plate, Fault):
        return _wait(session, actor, row, arrived, ImportState.QUARANTINED, [plate])
    row.reason = stated.reason or None
    limits = bench.rules.quantities
    told = quantify(session, actor, row, arrived.kept, export, limits, plate)
    code = plate.code if plate else ""
    if not isinstance(told, str):
        return _wait(session, actor, row, arrived, ImportState.QUARANTINED, told, code)
    return Receipt(Fate.LOADED, row.uid, code, told, told)


def _against(
    session: Session,
    actor: Actor,
    row: Import,
    plate: Plate,
    arrived: Arrived,
    export: GenotypeExport,
    bench: Bench,
    stated: Stated,
) -> Receipt:
    """Hold the file against the plate; what fits whole is loaded."""
    found = _found(session, plate, export, bench)
    row.account = [*_closed(export), *(list(line) for line in found.account)]
    if found.faults:
        waits = ImportState.QUARANTINED
        return _wait(session, actor, row, arrived, waits, found.faults, plate.code)
    if plate.stage in ANALYSED and not stated.reason:
        changed = Fault(
            f"Plate {plate.code} was imported from another file, and this one differs.",
            expected="the same file, or the reason of a re-analysis",
        )
        waits = ImportState.INCIDENT
        return _wait(session, actor, row, arrived, waits, [changed], plate.code)
    row.faults, row.reason = [], stated.reason or None
    loaded = load(session, actor, row, plate, found, bench)
    parts = originals.enter(session, actor, row, arrived.kept, loaded.subjects)
    _tell_loaded(session, actor, row, plate, loaded, parts)
    if has_traces(session, plate.id):
        queue.enqueue(session, LOOK, row.uid, plate=plate.code)
    told = f"Plate {plate.code} is imported: {loaded}."
    return Receipt(Fate.LOADED, row.uid, plate.code, told, told)


def _rows(export: GenotypeExport) -> int:
    """Rows to account for: of a sequencer's, those of genotypes, not of each count."""
    if isinstance(export, SequencedGenotypes):
        return len(export.readings) + len(export.refused)
    return export.rows


def _closed(export: GenotypeExport) -> list[list[int | str]]:
    """What policy keeps closed, in the account: by name and number of cells."""
    return [[0, CLOSED, f"{one.sheet}: {one.cells} cells"] for one in export.closed]


def _plate(
    session: Session, actor: Actor, name: str, export: GenotypeExport, stated: Stated
) -> Plate | Fault:
    """The plate that the file names, or that a person states where it names none."""
    return _named(session, actor, plate_codes(export, name), stated)


def _named(
    session: Session, actor: Actor, codes: Collection[str], stated: Stated
) -> Plate | Fault:
    if stated.plate and (not codes or stated.plate in codes):
        return batches.plate(session, actor, stated.plate, locked=True)
    named = ", ".join(f"'{code}'" for code in sorted(codes))
    if stated.plate:
        return Fault(f"The file names {named}, and '{stated.plate}' was stated.")
    match sorted(codes):
        case []:
            return Fault(
                "The file names no plate.",
                expected="the plate's code in the run name or in the name of the file",
            )
        case [code] if batches.plates_with(session, actor, codes):
            return batches.plate(session, actor, code, locked=True)
        case [_]:
            return Fault(f"The file names the plate {named}, which is not known here.")
    return Fault(f"The file names more than one plate: {named}.")


def _found(
    session: Session, plate: Plate, export: GenotypeExport, bench: Bench
) -> Match:
    if plate.stage not in ANALYSED | {PlateStage.RUN}:
        told = f"Plate {plate.code} is '{plate.stage}'."
        return Match(faults=(Fault(told, expected=f"'{PlateStage.RUN}'"),))
    kit = bench.kits.get(plate.kit)
    if kit is None:
        known = ", ".join(f"'{name}'" for name in bench.kits)
        told = f"The kit '{plate.kit}' of plate {plate.code} is not set up here."
        return Match(faults=(Fault(told, expected=f"one of {known}"),))
    wells = batches.wells(session, plate)
    return match(export, wells, kit, bench.kits.values(), bench.offsets)


def _wait(
    session: Session,
    actor: Actor,
    row: Import,
    arrived: Arrived,
    state: ImportState,
    faults: Sequence[Fault],
    plate: str = "",
) -> Receipt:
    """Nothing is taken in; the original and what is wrong with it are kept."""
    row.state = state
    row.faults = kept(faults)
    told, sealed = facts(faults)
    incident = state is ImportState.INCIDENT
    parts = originals.enter(session, actor, row, arrived.kept, {})
    record(
        session,
        actor,
        Tag.IMPORT_INCIDENT if incident else Tag.IMPORT_QUARANTINED,
        row,
        sealed=sealed,
        size=row.size,
        plate=plate,
        **naming.facts(row),
        **told,
        **parts,
    )
    more = f" There are {len(faults) - 1} more faults." if len(faults) > 1 else ""
    rest = f"{more} Nothing was taken in; the file waits under Imports."
    return Receipt(
        Fate.INCIDENT if incident else Fate.QUARANTINED,
        row.uid,
        plate,
        f"{faults[0].public}{rest}",
        f"{faults[0].whole}{rest}",
    )


def _tell_loaded(
    session: Session,
    actor: Actor,
    row: Import,
    plate: Plate,
    loaded: Loaded,
    parts: Mapping[str, Any],
) -> None:
    told: dict[str, Any] = {
        **naming.facts(row),
        "plate": plate.code,
        "analysis": row.analysis,
        "parser": row.parser,
        "parser_version": row.parser_version,
        "rows": row.rows,
        "injections": loaded.injections,
        **parts,
    }
    if row.reason:
        record(session, actor, Tag.IMPORT_REANALYSED, row, reason=row.reason, **told)
    else:
        record(session, actor, Tag.IMPORT_LOADED, row, **told)
    record(session, actor, Tag.IMPORT_CHECKED, row, **loaded.facts)
