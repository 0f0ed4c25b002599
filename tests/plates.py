"""Plates for tests: planned, loaded and run through operations, as in a laboratory."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import operations, queries
from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.batches.proof import Scanned
from lims.batches.queries import Plate
from lims.custody import changes
from lims.samples import operations as samples
from lims.samples.amounts import Derivation
from lims.samples.tables import SampleKind, Stream
from tests.cast import Cast
from tests.factories import accessioned
from tests.kits import GLOBALFILER

CAST = Cast()
INSTRUMENT = "N000000001"
EXTRACTING = Derivation(
    SampleKind.EXTRACT, Decimal(100), Decimal(50), "µl", "EXTRACT-1"
)


def extracts(
    session: Session, count: int = 1, stream: Stream = Stream.BONE
) -> list[str]:
    """Codes of extracts, each of a sample of its own."""
    sources = accessioned(session, count, stream)
    return [extract_of(session, code) for code in sources]


def extract_of(session: Session, source: str) -> str:
    """An extract of this sample, in the technician's hands."""
    child = samples.derive(session, CAST.technician, source, EXTRACTING)
    facts = changes.born(session, child, changes.in_hands(session, CAST.technician))
    record(session, CAST.technician, Tag.CUSTODY_MOVED, child, **facts)
    return str(child.code)


def planned(
    session: Session,
    codes: Sequence[str],
    kit: Kit = GLOBALFILER,
    stream: Stream = Stream.BONE,
) -> Plate:
    return operations.plan(session, CAST.technician, kit, stream, codes, Random(1))


def scans(session: Session, plate: Plate) -> Scanned:
    """As if each tube were scanned at its well."""
    wells = queries.wells(session, plate)
    return Scanned({one.position: one.code for one in wells if one.code})


def loaded(session: Session, plate: Plate) -> Plate:
    proof = scans(session, plate)
    return operations.load(session, CAST.technician, plate.code, proof)


def run(
    session: Session,
    codes: Sequence[str],
    kit: Kit = GLOBALFILER,
    stream: Stream = Stream.BONE,
) -> Plate:
    """A plate of these extracts that went through the analyzer."""
    plate = loaded(session, planned(session, codes, kit, stream))
    operations.amplify(session, CAST.technician, plate.code, kit)
    return operations.run(session, CAST.technician, plate.code, INSTRUMENT)


def position_of(session: Session, plate: Plate, role: WellRole) -> str:
    """The first well of this role."""
    wells = queries.wells(session, plate)
    return next(one.position for one in wells if one.role is role)
