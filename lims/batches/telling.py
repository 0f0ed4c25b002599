"""What an instrument is told of a plate: its own plate record, from the plan.

An extraction blank is told as a sample, for its name must not give it away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.errors import InstrumentError
from instruments.plate_record import Format, Kind, RecordWell, written
from instruments.plate_record import PlateRecord as Told
from instruments.plate_records import all_formats
from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries
from lims.batches.plate import WellRole
from lims.batches.quantifying import is_quantified
from lims.batches.stages import PlateStage
from lims.batches.tables import Plate, PlateRecord
from lims.errors import BadInput, NotFound, RuleBroken

KINDS = {
    WellRole.EXTRACTION_BLANK: Kind.SAMPLE,
    WellRole.LADDER: Kind.LADDER,
    WellRole.NEGATIVE: Kind.NEGATIVE,
    WellRole.POSITIVE: Kind.POSITIVE,
    WellRole.SAMPLE: Kind.SAMPLE,
}


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def format_named(name: str) -> Format:
    for one in all_formats():
        if one.name == name:
            return one
    raise NotFound(f"No plate record is called '{name}'. Choose one of the list.")


def tell(
    session: Session, actor: Actor, code: str, form: Format, settings: Mapping[str, str]
) -> File:
    """The file that the instrument's software imports; on record with its SHA-256.

    BadInput: a setting that the instrument would refuse. RuleBroken: a void plate.
    """
    require(actor, Permission.BATCH_PLAN)
    plate = queries.plate(session, actor, code, locked=True)
    if plate.stage == PlateStage.VOID:
        raise RuleBroken(f"Plate '{code}' is void. No instrument is told of it.")
    settings = _of_kit(plate, form, settings)
    try:
        content = written(form, _told(session, plate), settings)
    except InstrumentError as error:
        raise BadInput(str(error)) from error
    row = PlateRecord(
        plate_id=plate.id,
        format=form.name,
        settings=dict(settings),
        sha256=sha256(content).hexdigest(),
        made_at=clock.now(),
        made_by=actor.user_id,
    )
    session.add(row)
    record(
        session,
        actor,
        Tag.PLATE_TOLD,
        plate,
        code=plate.code,
        format=form.name,
        sha256=row.sha256,
    )
    return File(f"{plate.code}-{form.name}.{form.extension}", content)


def usual(session: Session, actor: Actor, form: Format) -> dict[str, str]:
    """The settings of the laboratory's last such record; else the format's own."""
    last = session.scalar(
        select(PlateRecord.settings)
        .join(Plate, Plate.id == PlateRecord.plate_id)
        .where(
            PlateRecord.format == form.name,
            Plate.organisation_id == actor.organisation_id,
        )
        .order_by(PlateRecord.id.desc())
        .limit(1)
    )
    return {one.name: (last or {}).get(one.name, one.usual) for one in form.settings}


def records_of(session: Session, plate: Plate) -> list[PlateRecord]:
    """What was made of this plate, the newest first."""
    wanted = select(PlateRecord).where(PlateRecord.plate_id == plate.id)
    return list(session.scalars(wanted.order_by(PlateRecord.id.desc())))


def _told(session: Session, plate: Plate) -> Told:
    wells = [
        RecordWell(one.position, one.name, KINDS[one.role])
        for one in queries.wells(session, plate)
    ]
    wells += [
        RecordWell(one.position, one.instrument_name, Kind.STANDARD, one.quantity)
        for one in queries.standards(session, plate)
    ]
    return Told(plate.code, tuple(sorted(wells, key=_in_order)))


def _in_order(well: RecordWell) -> tuple[int, str]:
    """Column by column, as plates are filled."""
    return int(well.position[1:]), well.position


def formats_of(kit: str) -> tuple[Format, ...]:
    """What a plate is told to: one of quantification to what knows standards."""
    quantified = is_quantified(kit)
    return tuple(
        one for one in all_formats() if (Kind.STANDARD in one.kinds) is quantified
    )


def _of_kit(
    plate: Plate, form: Format, settings: Mapping[str, str]
) -> Mapping[str, str]:
    """The kit of a quantification is as it was planned, whatever was used last."""
    if is_quantified(plate.kit) and any(one.name == "kit" for one in form.settings):
        return {**settings, "kit": plate.kit}
    return settings
