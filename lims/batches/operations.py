"""Changes to plates: planned by the system, loaded with proof, amplified, run.

What the instrument then wrote is taken in by results, which calls the last three.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
import secrets
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries
from lims.batches.causes import Cause
from lims.batches.kits import Kit
from lims.batches.plate import (
    Controls,
    PlannedWell,
    WellRole,
    layout,
    missing_controls,
)
from lims.batches.proof import Proof, Scanned, Witnessed, require_scans
from lims.batches.quantifying import is_quantified, workflow_of
from lims.batches.quantifying import missing_controls as lacking
from lims.batches.stages import PLATE, PlateStage
from lims.batches.tables import Plate, Well
from lims.batches.tubes import PLATED, QUANTIFIED, require_plateable
from lims.batches.wells import WellView
from lims.batches.worklist import control_name
from lims.codes import Kind, draw
from lims.custody import operations as custody_operations
from lims.errors import RuleBroken
from lims.people import queries as people
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.samples.tables import Stream

CONTROLS = Controls()
TUBES = frozenset({WellRole.SAMPLE, WellRole.EXTRACTION_BLANK})


def plan(
    session: Session,
    actor: Actor,
    kit: Kit,
    stream: Stream,
    codes: Sequence[str],
    chance: Random | None = None,
) -> Plate:
    """Lay extracts out on a new plate; the system places blank, controls and ladders.

    The blank gets a code like any tube, so that its name does not give it away.
    """
    require(actor, Permission.BATCH_PLAN)
    wells = layout(codes, CONTROLS, chance or secrets.SystemRandom())
    tubes = samples.by_codes(session, actor, codes, locked=True)
    require_plateable(queries.as_tubes(session, tubes.values()), stream)
    blanks = [well.item for well in wells if well.role is WellRole.EXTRACTION_BLANK]
    made = custody_operations.make_blanks(session, actor, stream, len(blanks))
    contents = {**tubes, **dict(zip(blanks, made, strict=True))}
    plate = Plate(
        code=draw(Kind.PLATE),
        stream=stream,
        kit=kit.name,
        stage=PLATE.start,
        organisation_id=actor.organisation_id,
        planned_at=clock.now(),
        planned_by=actor.user_id,
    )
    rows = [
        _well(well, plate.code, contents.get(well.item))
        for well in wells
        if well.role is not WellRole.EMPTY
    ]
    session.add(plate)
    record(
        session,
        actor,
        Tag.PLATE_PLANNED,
        plate,
        code=plate.code,
        kit=plate.kit,
        stream=plate.stream,
        wells={row["position"]: row["instrument_name"] for row in rows},
    )
    session.flush()
    into = insert(Well).execution_options(render_nulls=True)  # one shape, one statement
    session.execute(into, [{"plate_id": plate.id, **row} for row in rows])
    return plate


def load(session: Session, actor: Actor, code: str, proof: Proof) -> Plate:
    """Each tube went into its well: proven by scans, or by a colleague's badge."""
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    wells = queries.wells(session, plate)
    _require_controls(session, plate, wells)
    tubes = [well for well in wells if well.role in TUBES]
    planned = {well.position: well.code for well in tubes}
    rows = samples.by_codes(session, actor, list(planned.values()), locked=True)
    extracts = [rows[one.code] for one in tubes if one.role is WellRole.SAMPLE]
    kinds = QUANTIFIED if is_quantified(plate.kit) else PLATED
    require_plateable(queries.as_tubes(session, extracts), plate.stream, kinds)
    facts = _proven(session, actor, proof, planned)
    _move(session, actor, plate, "load", {"proof of transfer": proof}, **facts)
    plate.loaded_at = clock.now()
    for position, tube in planned.items():
        record(
            session,
            actor,
            Tag.SAMPLE_PLATED,
            rows[tube],
            code=tube,
            plate=plate.code,
            well=position,
            kit=plate.kit,
        )
    return plate


def amplify(session: Session, actor: Actor, code: str, kit: Kit) -> Plate:
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    if kit.name != plate.kit:
        raise RuleBroken(
            f"The kit is '{kit.name}', expected '{plate.kit}' as planned for {code}."
            " Take that kit, or void this plate and plan another one."
        )
    _move(session, actor, plate, "amplify", {"kit": kit}, kit=kit.name)
    return plate


def run(session: Session, actor: Actor, code: str, instrument: str) -> Plate:
    """Start it on an analyzer; refused while a control is missing (rule C1)."""
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    _require_controls(session, plate, queries.wells(session, plate))
    stated = {"instrument": instrument}
    _move(session, actor, plate, "run", stated, instrument=instrument)
    return plate


def again(
    session: Session,
    actor: Actor,
    code: str,
    action: str,
    cause: Cause,
    instrument: str = "",
) -> Plate:
    """Inject, amplify or extract a held plate again; what it showed stays kept."""
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    stated = {"cause": cause, "instrument": instrument}
    facts: dict[str, Any] = {name: what for name, what in stated.items() if what}
    _move(session, actor, plate, action, stated, **facts)
    return plate


def void(session: Session, actor: Actor, code: str, reason: Cause) -> Plate:
    """Put a plate aside for good. Its content stays on record."""
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    _move(session, actor, plate, "void", {"reason": reason}, reason=reason)
    return plate


def take_results(
    session: Session, actor: Actor, plate: Plate, file: str, reason: str = ""
) -> None:
    """The export of this plate was taken in, or with a reason its re-analysis."""
    require(actor, Permission.IMPORT_FILE)
    action = "import re-analysis" if reason else "import"
    stated = {"file": file, "reason": reason}
    _move(session, actor, plate, action, stated, file=file)


def judge(session: Session, actor: Actor, plate: Plate, rules: Iterable[str]) -> None:
    """After the checks: held by these rules for the whole batch, or clear."""
    require(actor, Permission.IMPORT_FILE)
    held_by = sorted(set(rules))
    if held_by:
        stated = {"reason": held_by}
        _move(session, actor, plate, "hold", stated, Tag.PLATE_HELD, rules=held_by)
    else:
        _move(session, actor, plate, "clear", {}, Tag.PLATE_CLEARED)


def resolve(session: Session, actor: Actor, plate: Plate, cause: Cause) -> None:
    """The last hold over the whole batch was closed."""
    require(actor, Permission.FINDING_CLOSE)
    stated = {"cause": cause}
    _move(session, actor, plate, "resolve", stated, Tag.PLATE_CLEARED, cause=cause)


def _well(planned: PlannedWell, plate: str, tube: Sample | None) -> dict[str, Any]:
    if tube is None:
        name = control_name(planned.role, plate, planned.position)
    else:
        name = str(tube.code)
    return {
        "position": planned.position,
        "role": planned.role,
        "sample_id": tube.id if tube else None,
        "instrument_name": name,
    }


def _require_controls(
    session: Session, plate: Plate, wells: Iterable[WellView]
) -> None:
    if is_quantified(plate.kit):
        standards = len(queries.standards(session, plate))
        missing = lacking(standards, [well.role for well in wells])
    else:
        planned = (PlannedWell(well.position, well.role, well.name) for well in wells)
        missing = missing_controls(planned, CONTROLS.injection_group)
    if missing:
        raise RuleBroken(
            f"The plate lacks {', '.join(missing)} (rule C1). Void it and plan another:"
            " the system places the controls."
        )


def _proven(
    session: Session, actor: Actor, proof: Proof, planned: Mapping[str, str]
) -> dict[str, Any]:
    """What the record tells of the proof."""
    match proof:
        case Scanned(codes, picture, in_picture):
            require_scans(planned, codes)
            if not picture:
                return {"proof": "scans", "wells": len(planned)}
            return {
                "proof": "rack picture",
                "wells": len(planned),
                "picture": picture,
                "in_picture": in_picture,
            }
        case Witnessed(badge):
            witness = people.person_with_badge(session, actor, badge)
            if witness.uid == actor.uid:
                raise RuleBroken(
                    "The witness is somebody else than who loaded the plate. Ask a"
                    " colleague to scan a badge."
                )
            return {"proof": "witness", "witness": witness.uid}


def _move(
    session: Session,
    actor: Actor,
    plate: Plate,
    action: str,
    stated: Mapping[str, object],
    tag: Tag = Tag.PLATE_MOVED,
    **facts: Any,
) -> None:
    before = PlateStage(plate.stage)
    step = workflow_of(plate.kit).step(before, action, stated)
    plate.stage = step.target
    record(
        session,
        actor,
        tag,
        plate,
        code=plate.code,
        action=action,
        before=before,
        stage=step.target,
        **facts,
    )
