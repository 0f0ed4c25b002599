"""Put single-use labware on record where it is used; refuse its second use (B14)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries, queries_labware
from lims.batches.labware import LabwareKind, labware_codes
from lims.batches.stages import PlateStage
from lims.batches.tables import Labware
from lims.errors import RuleBroken


def use_labware(
    session: Session,
    actor: Actor,
    plate_code: str,
    kind: LabwareKind,
    scanned: Sequence[str],
) -> list[Labware]:
    """These pieces are used for the plate at its stage, and never again.

    The database holds each code of a laboratory once, should two scan it at a time.
    """
    require(actor, Permission.BATCH_PLAN)
    codes = labware_codes(scanned)
    plate = queries.plate(session, actor, plate_code, locked=True)
    if plate.stage == PlateStage.VOID:
        raise RuleBroken(f"Plate '{plate.code}' is void: nothing is used for it.")
    if found := queries_labware.used(session, actor, codes):
        used = found[0]
        raise RuleBroken(
            f"'{used.row.code}' was used already: as {used.row.kind} for plate "
            f"{used.plate}, which was '{used.row.stage}', on "
            f"{used.row.used_at:%Y-%m-%d at %H:%M} UTC. It is used once: throw it away "
            "and take a new one."
        )
    now = clock.now()
    made = [
        Labware(
            organisation_id=plate.organisation_id,
            code=code,
            kind=kind,
            plate_id=plate.id,
            stage=plate.stage,
            used_at=now,
            used_by=actor.user_id,
        )
        for code in codes
    ]
    session.add_all(made)
    record(
        session,
        actor,
        Tag.PLATE_LABWARE_USED,
        plate,
        code=plate.code,
        kind=kind,
        labware=codes,
    )
    session.flush()
    return made
