"""Keep the trace of a well, and what it says of the calls. The calls stay the calls."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from instruments.ladder import Bins
from instruments.traces import TraceExport
from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches.plate import WellRole
from lims.batches.queries import Plate
from lims.batches.wells import WellView
from lims.results import naming, opinions, originals, pictures
from lims.results.intake import Kept
from lims.results.pictures import Laid
from lims.results.queries_traces import Looked
from lims.results.tables import Finding, Import, ImportState, Trace
from lims.results.verdicts import Outcome, Verdict
from lims.samples import queries as samples


def attach(
    session: Session,
    actor: Actor,
    row: Import,
    plate: Plate,
    well: WellView,
    kept: Kept | None,
    trace: TraceExport,
) -> None:
    """Keep a trace with its well; its bytes are sealed under the well's subject."""
    require(actor, Permission.IMPORT_FILE)
    row.state = ImportState.LOADED
    row.account = [[one.number, "read", well.position] for one in trace.dyes]
    session.flush()
    subject = _subject(session, actor, well) or row.uid
    parts = originals.enter(session, actor, row, kept, {"": subject})
    session.execute(
        insert(Trace),
        [
            {
                "import_id": row.id,
                "plate_id": plate.id,
                "well_id": well.id,
                "dyes": len(trace.dyes),
                "points": trace.points,
                "bins": None,
                "against_id": None,
                "ladder_id": None,
                "picture": None,
                "picture_key": None,
            }
        ],
    )
    told = f"Well {well.position}: the trace was read whole."
    read = Verdict(
        opinions.RULE, opinions.VERSION, Outcome.PASS, told, (well.position,)
    )
    _keep(session, row.id, plate.id, [read])
    record(
        session,
        actor,
        Tag.TRACE_KEPT,
        row,
        **naming.facts(row),
        plate=plate.code,
        well=well.position,
        parser=trace.parser,
        parser_version=trace.version,
        **parts,
    )


def keep_opinion(
    session: Session,
    actor: Actor,
    looked: Looked,
    verdicts: Sequence[Verdict],
    bins: Bins | None,
    laid: Laid,
) -> None:
    """Keep what a trace says of the calls it was held against, and its picture.

    Of a kit without a panel the picture alone is kept: nothing was judged.
    """
    require(actor, Permission.TRACE_CHECK)
    told = None if bins is None else opinions.kept(bins)
    if looked.well.role is WellRole.LADDER and told is None:
        told = opinions.kept(Bins({}))  # it was looked at, and gives nobody a name
    trace = session.get_one(Trace, looked.trace_id)
    trace.bins = told
    trace.against_id, trace.ladder_id = looked.against_id, looked.ladder_id
    row = session.get_one(Import, looked.import_id)
    pictures.enter(session, trace, row, laid)
    if not verdicts:
        return
    _keep(session, looked.against_id or looked.import_id, looked.plate_id, verdicts)
    record(
        session,
        actor,
        Tag.TRACE_CHECKED,
        row,
        well=looked.well.position,
        plate=looked.well.plate,
        outcomes=sorted({str(one.outcome) for one in verdicts}),
    )


def _subject(session: Session, actor: Actor, well: WellView) -> str:
    """Whose the trace of a sample's well is; empty for a control."""
    if well.role is not WellRole.SAMPLE:
        return ""
    rows = samples.by_codes(session, actor, [well.name])
    ids = {row.source_id or row.id for row in rows.values()}
    return next(iter(samples.uids(session, ids).values()), "")


def _keep(
    session: Session, import_id: int, plate_id: int, verdicts: Sequence[Verdict]
) -> None:
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "plate_id": plate_id,
            "import_id": import_id,
            "rule": one.rule,
            "rule_version": str(one.version),
            "outcome": one.outcome,
            "wells": list(one.wells),
            "numbers": dict(one.numbers),
            "evidence": list(one.evidence),
            "whole_batch": False,
            "sentence": one.sentence,
            "found_at": now,
        }
        for one in verdicts
    ]
    session.execute(insert(Finding), rows)
