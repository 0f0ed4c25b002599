"""Keep what an instrument measured, and end a hold. No tube changes its stage (K1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
import secrets
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.quantities import queries
from lims.quantities.judging import CURVES, Grade, Judgement, judged
from lims.quantities.limits import Limits
from lims.quantities.matching import Tubes
from lims.quantities.measured import Reading, Run, as_kept
from lims.quantities.suggesting import as_kept as summary_kept
from lims.quantities.suggesting import summed
from lims.quantities.tables import Quantification, Quantity, RunState
from lims.samples.amounts import in_ul
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind
from lims.sealing.rows import Whose


@dataclass(frozen=True)
class File:
    """The import that brought it, as its own slice knows it."""

    id: int
    uid: str
    name: str
    """What names its original in events."""


@dataclass(frozen=True)
class Kept:
    uid: str
    held: bool
    judgements: tuple[Judgement, ...]
    tubes: int


def keep(
    session: Session,
    actor: Actor,
    file: File,
    run: Run,
    found: Tubes,
    limits: Limits,
    plate: tuple[int, str] | None = None,
) -> Kept:
    """One run: judged as a whole, each tube with what it showed and a suggestion.

    `plate` is the row and the code of the planned plate that it was run on.
    """
    require(actor, Permission.IMPORT_FILE)
    limits = limits.of(run.kit)
    blanks = {name for name, one in found.rows.items() if one.kind == SampleKind.BLANK}
    judgements = judged(run, frozenset(blanks), limits)
    held = any(one.grade is Grade.HOLD for one in judgements)
    row = Quantification(
        whose=Whose(file.uid, actor.organisation_id),
        organisation_id=actor.organisation_id,
        import_id=file.id,
        plate_id=plate[0] if plate else None,
        kit=run.kit,
        state=RunState.HELD if held else RunState.CURRENT,
        taken_at=clock.now(),
        told=_told(run, limits),
    )
    session.add(row)
    record(
        session,
        actor,
        Tag.QUANTIFICATION_KEPT,
        row,
        sealed={"told": row.told},
        subject=file.uid,
        file=file.name,
        plate=plate[1] if plate else "",
        kit=run.kit,
        tubes=len(found.rows),
        state=row.state,
        held_by=[CURVES] if held else [],
    )
    session.flush()
    for name, tube in found.rows.items():
        code = plate[1] if plate else ""
        subject = found.subjects[name]
        _keep_tube(
            session, actor, row, tube, subject, run.tubes[name], run, limits, code
        )
    return Kept(row.uid, held, judgements, len(found.rows))


def free(session: Session, actor: Actor, import_id: int, cause: str) -> None:
    """The last hold over the run was closed by two people: it may be read."""
    require(actor, Permission.FINDING_CLOSE)
    for row in queries.runs_of(session, [import_id], locked=True):
        if row.state == RunState.HELD:
            row.state = RunState.CURRENT
            record(session, actor, Tag.QUANTIFICATION_FREED, row, cause=cause)


def supersede(
    session: Session, actor: Actor, import_ids: Collection[int], why: str
) -> None:
    """Another file stands for the run now, or its plate is void."""
    require(actor, Permission.IMPORT_FILE)
    for row in queries.runs_of(session, import_ids, locked=True):
        row.state = RunState.SUPERSEDED
        record(session, actor, Tag.QUANTIFICATION_SUPERSEDED, row, by=why)


def _keep_tube(
    session: Session,
    actor: Actor,
    row: Quantification,
    tube: Sample,
    subject: str,
    readings: Sequence[Reading],
    run: Run,
    limits: Limits,
    plate: str,
) -> None:
    measured = {
        "readings": [as_kept(one) for one in readings],
        "summary": summary_kept(
            summed(readings, run, limits, in_ul(tube.amount, tube.unit))
        ),
    }
    wells = list(dict.fromkeys(one.well for one in readings if one.well))
    session.add(
        Quantity(
            whose=Whose(subject, actor.organisation_id),
            uid=secrets.token_hex(16),
            quantification_id=row.id,
            sample_id=tube.id,
            source_id=tube.source_id or tube.id,
            wells=wells,
            measured=measured,
        )
    )
    record(
        session,
        actor,
        Tag.SAMPLE_QUANTIFIED,
        tube,
        sealed={"quantity": measured},
        subject=subject,
        code=tube.code,
        plate=plate,
        wells=wells,
        kit=row.kit,
        run=row.uid,
        state=row.state,
    )


def _told(run: Run, limits: Limits) -> Mapping[str, Any]:
    return {
        **run.facts,
        "limits": {
            rule: {"limits of": one.set_by, **dict(one.numbers())}
            for rule, one in limits.sections()
        },
        "curves": [as_kept(one) for one in run.curves],
        "standards": [as_kept(one) for one in run.standards],
        "negatives": [as_kept(one) for one in run.negatives],
    }
