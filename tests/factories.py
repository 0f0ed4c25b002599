"""Things for tests, made the way the laboratory makes them: through operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.samples.amounts import Measure
from lims.samples.operations import NewPlace
from lims.samples.tables import Stream, Zone
from tests.cast import Cast

CAST = Cast()
ZONES = {
    Stream.BONE: Zone.PRE_PCR_BONE,
    Stream.REFERENCE: Zone.PRE_PCR_REFERENCE,
}


@dataclass(frozen=True)
class Box:
    """A box in a freezer in a room: its code and the codes of its positions."""

    code: str
    positions: tuple[str, ...]


def a_box(
    session: Session, stream: Stream = Stream.BONE, rows: int = 2, columns: int = 4
) -> Box:
    zone = ZONES[stream]
    box = NewPlace("Box 1", zone, rows=rows, columns=columns)
    tree = NewPlace("Room", zone, (NewPlace("Freezer", zone, (box,)),))
    made = samples.register_places(session, CAST.manager, [tree])
    return Box(
        next(one.code for one in made if one.name == box.name),
        tuple(one.code for one in made if one.is_position),
    )


def accessioned(
    session: Session,
    count: int = 1,
    stream: Stream = Stream.BONE,
    measure: Measure = Measure(Decimal(1000), "mg"),  # noqa: B008 - frozen
) -> Sequence[str]:
    """The codes of new samples that no custody is told of."""
    rows = samples.expect(
        session,
        CAST.mortuary,
        stream,
        CAST.technician.organisation_id,
        [measure] * count,
    )
    codes = sample_queries.unused_codes(session, count)
    numbered = {row.id: code for row, code in zip(rows, codes, strict=True)}
    return list(samples.accession(session, CAST.coordinator, numbered))
