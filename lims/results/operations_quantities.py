"""Take in what measures amounts of DNA: every tube its own, every row accounted for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from instruments.quantities import QuantityExport
from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import operations as batches
from lims.batches.queries import Plate
from lims.quantities import operations as quantities
from lims.quantities.judging import CURVES, Grade, Judgement
from lims.quantities.limits import Limits
from lims.quantities.matching import Tubes, tubes_of
from lims.quantities.measured import Run, run_of
from lims.quantities.operations import File
from lims.results import naming, originals
from lims.results.faults import Fault
from lims.results.holds import erased_verdict
from lims.results.intake import Kept
from lims.results.loading import supersede
from lims.results.planned_quantities import against
from lims.results.tables import Finding, Import, ImportState
from lims.results.verdicts import Outcome, Verdict


def quantify(
    session: Session,
    actor: Actor,
    row: Import,
    kept: Kept | None,
    export: QuantityExport,
    limits: Limits,
    plate: Plate | None = None,
) -> str | list[Fault]:
    """What happened, in a sentence; or the faults for which the whole file waits."""
    require(actor, Permission.IMPORT_FILE)
    run = run_of(export)
    found = tubes_of(session, actor, run)
    row.account = _account(export, run, found)
    unfit = [] if plate is None else against(session, plate, run, row.reason or "")
    if faults := [*unfit, *_faults(export, run, found)]:
        return faults
    on = None
    if plate is not None:
        row.plate_id, on = plate.id, (plate.id, plate.code)
        supersede(session, actor, row, plate)
    row.faults, row.state = [], ImportState.LOADED
    session.flush()
    file = File(row.id, row.uid, row.called)
    done = quantities.keep(session, actor, file, run, found, limits, on)
    verdicts = (
        *map(_verdict, done.judgements),
        *erased_verdict([run.tubes[name][0].well for name in found.erased]),
    )
    _keep(session, row, verdicts)
    parts = originals.enter(session, actor, row, kept, found.subjects)
    _tell(session, actor, row, verdicts, done.tubes, parts, on[1] if on else "")
    if plate is not None:
        reason = row.reason or ""
        batches.take_results(session, actor, plate, row.called, reason)
        batches.judge(session, actor, plate, [CURVES] if done.held else [])
    usable = (
        " They are held by rule D4: two people decide whether they may be used."
        if done.held
        else ""
    )
    return f"The quantities of {done.tubes} tubes are kept.{usable}"


def _faults(export: QuantityExport, run: Run, found: Tubes) -> list[Fault]:
    """A row that cannot be read may be any tube's: the file waits."""
    faults = [Fault.of_row(one) for one in export.refused]
    for name in found.unknown:
        line, expected = (
            run.tubes[name][0].line,
            "the code of a tube of this laboratory",
        )
        faults.append(Fault("", line, "Sample Name", name, expected))
    if not faults and not found.rows and not found.erased:
        faults.append(
            Fault(
                "The file names no tube of this laboratory.",
                expected="the code of the tube as the name of the sample",
            )
        )
    return faults


def _account(export: QuantityExport, run: Run, found: Tubes) -> list[Any]:
    """Every data row of which something was read or refused."""
    fates = dict.fromkeys(found.rows, ("read", ""))
    fates |= dict.fromkeys(found.aside, ("set aside", "no code of a tube"))
    fates |= dict.fromkeys(found.erased, ("refused", "erased"))
    fates |= dict.fromkeys(found.unknown, ("unmatched", "no tube of this laboratory"))
    told = [
        [one.line, fates[name][0], fates[name][1] or one.well]
        for name, readings in run.tubes.items()
        for one in readings
    ]
    told += [[one.line, "read", one.well] for one in (*run.standards, *run.negatives)]
    told += [[one.line, "refused", one.public] for one in export.refused]
    return sorted(told)


def _verdict(one: Judgement) -> Verdict:
    return Verdict(
        rule=one.rule,
        version=one.version,
        outcome=Outcome(one.grade),
        sentence=one.sentence,
        wells=one.wells,
        numbers=one.numbers,
        whole_batch=one.grade is Grade.HOLD,
    )


def _keep(session: Session, row: Import, verdicts: Sequence[Verdict]) -> None:
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "plate_id": row.plate_id,
            "import_id": row.id,
            "rule": one.rule,
            "rule_version": str(one.version),
            "outcome": one.outcome,
            "wells": list(one.wells),
            "numbers": dict(one.numbers),
            "evidence": [],
            "whole_batch": one.whole_batch,
            "sentence": one.sentence[:500],
            "found_at": now,
        }
        for one in verdicts
    ]
    session.execute(insert(Finding).execution_options(render_nulls=True), rows)


def _tell(
    session: Session,
    actor: Actor,
    row: Import,
    verdicts: Sequence[Verdict],
    tubes: int,
    parts: dict[str, Any],
    plate: str,
) -> None:
    outcomes = [str(one.outcome) for one in verdicts]
    record(
        session,
        actor,
        Tag.IMPORT_LOADED,
        row,
        **naming.facts(row),
        plate=plate,
        parser=row.parser,
        parser_version=row.parser_version,
        rows=row.rows,
        tubes=tubes,
        **parts,
    )
    record(
        session,
        actor,
        Tag.IMPORT_CHECKED,
        row,
        outcomes={name: outcomes.count(name) for name in sorted(set(outcomes))},
        held_by=sorted({v.rule for v in verdicts if v.outcome is Outcome.HOLD}),
    )
