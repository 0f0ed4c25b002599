"""Plan a plate of tubes that are to be quantified."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries
from lims.batches.plate import WellRole
from lims.batches.quantifying import is_quantified, layout, workflow_of
from lims.batches.tables import Plate, Standard, Well
from lims.batches.tubes import QUANTIFIED, require_plateable
from lims.batches.worklist import control_name, standard_name
from lims.codes import Kind, draw
from lims.errors import BadInput
from lims.samples import queries as samples
from lims.samples.tables import SampleKind, Stream


def plan(
    session: Session, actor: Actor, kit: str, stream: Stream, codes: Sequence[str]
) -> Plate:
    """Lay tubes out beside standards and negative controls, which the system places.

    Extraction blanks may be among the tubes: they are tubes like any other.
    """
    require(actor, Permission.BATCH_PLAN)
    if not is_quantified(kit):
        raise BadInput("Choose one of the kits of the list.")
    laid = layout(kit, codes)
    tubes = samples.by_codes(session, actor, codes, locked=True)
    require_plateable(queries.as_tubes(session, tubes.values()), stream, QUANTIFIED)
    plate = Plate(
        code=draw(Kind.PLATE),
        stream=stream,
        kit=kit,
        stage=workflow_of(kit).start,
        organisation_id=actor.organisation_id,
        planned_at=clock.now(),
        planned_by=actor.user_id,
    )
    wells: list[dict[str, Any]] = [
        {
            "position": position,
            "role": _role(tubes[code].kind),
            "sample_id": tubes[code].id,
            "instrument_name": code,
        }
        for code, position in laid.tubes.items()
    ]
    wells += [
        {
            "position": one.position,
            "role": WellRole.NEGATIVE,
            "sample_id": None,
            "instrument_name": control_name(
                WellRole.NEGATIVE, plate.code, one.position
            ),
        }
        for one in laid.negatives
    ]
    standards: list[dict[str, Any]] = [
        {
            "position": one.position,
            "quantity": one.quantity,
            "instrument_name": standard_name(plate.code, one.position),
        }
        for one in laid.standards
    ]
    session.add(plate)
    record(
        session,
        actor,
        Tag.PLATE_PLANNED,
        plate,
        code=plate.code,
        kit=kit,
        stream=stream,
        wells={row["position"]: row["instrument_name"] for row in wells},
        standards={row["position"]: str(row["quantity"]) for row in standards},
    )
    session.flush()
    into = insert(Well).execution_options(render_nulls=True)
    session.execute(into, [{"plate_id": plate.id, **row} for row in wells])
    session.execute(
        insert(Standard), [{"plate_id": plate.id, **row} for row in standards]
    )
    return plate


def _role(kind: str) -> WellRole:
    is_blank = kind == SampleKind.BLANK
    return WellRole.EXTRACTION_BLANK if is_blank else WellRole.SAMPLE
