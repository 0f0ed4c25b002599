"""Injections to read: written as an import leaves them, without a file."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lims import clock, codes
from lims.access import Actor
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches.tables import Plate, Well
from lims.results.tables import Import, Injection
from lims.samples.queries import by_codes
from lims.sealing.rows import Whose
from tests.cast import Cast
from tests.factories import accessioned

CAST = Cast()
GENOTYPE = {
    "D3S1358": ["14", "15"],
    "vWA": ["16", "17"],
    "D16S539": ["11", "12"],
    "CSF1PO": ["10", "12"],
    "TPOX": ["8", "11"],
    "AMEL": ["X", "Y"],
    "D8S1179": ["13", "14"],
    "D21S11": ["29", "32.2"],
    "D18S51": ["13", "17"],
    "DYS391": ["10"],
    "D2S441": ["11", "14"],
    "D19S433": ["14", "15.2"],
    "TH01": ["6", "9.3"],
    "FGA": ["21", "24"],
    "D22S1045": ["15", "16"],
    "D5S818": ["11", "12"],
    "D13S317": ["8", "11"],
    "D7S820": ["9", "10"],
    "SE33": ["18", "28.2"],
    "D10S1248": ["13", "15"],
    "D1S1656": ["12", "17.3"],
    "D12S391": ["18", "22"],
    "D2S1338": ["19", "23"],
}
HEIGHT = 1500


def an_injection(
    session: Session,
    code: str | None = None,
    genotype: Mapping[str, list[str]] = GENOTYPE,
) -> Injection:
    """One more injection of a sample; of a new sample where none is named."""
    code = code or accessioned(session, 1)[0]
    sample = by_codes(session, CAST.technician, [code])[code]
    plate = _plate(session, CAST.technician)
    well = Well(
        plate_id=plate.id,
        position="A01",
        role="sample",
        sample_id=sample.id,
        instrument_name=code,
    )
    session.add(well)
    file = _file(session, CAST.technician, plate)
    made = Injection(
        whose=Whose(sample.uid, CAST.technician.organisation_id),
        import_id=file.id,
        well_id=_flushed(session, well).id,
        plate_id=plate.id,
        sample_id=sample.id,
        source="A01.fsa",
        analysis=1,
        calls={
            marker: [[allele, HEIGHT] for allele in alleles]
            for marker, alleles in genotype.items()
        },
        flags={},
        state="current",
    )
    session.add(made)
    record(session, CAST.instrument, Tag.INJECTION_CALLED, made)
    session.flush()
    return made


def _plate(session: Session, actor: Actor) -> Plate:
    plate = Plate(
        code=codes.draw(codes.Kind.PLATE),
        stream="bone",
        kit="GlobalFiler",
        stage="cleared",
        organisation_id=actor.organisation_id,
        planned_at=clock.now(),
        planned_by=actor.user_id,
    )
    session.add(plate)
    record(session, actor, Tag.PLATE_PLANNED, plate)
    session.flush()
    return plate


def _file(session: Session, actor: Actor, plate: Plate) -> Import:
    file = Import(
        organisation_id=actor.organisation_id,
        mark=plate.uid * 2,
        name="export.txt",
        size=1,
        plate_id=plate.id,
        state="loaded",
        faults=[],
        rows=1,
        account=[],
        unread=0,
        imported_at=clock.now(),
        imported_by=actor.user_id,
    )
    session.add(file)
    record(session, actor, Tag.IMPORT_LOADED, file)
    session.flush()
    return file


def _flushed(session: Session, well: Well) -> Well:
    session.flush()
    return well
