"""Things for tests, made the way the laboratory makes them: through operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from lims.cases import operations as cases
from lims.cases.operations import Happening, Person, Subject
from lims.cases.words import RemainsKind, Scope
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


ELEMENTS = {"Femur": ("L", "R", "U"), "Mandible": ("M",)}
RELATIONS = ("MOTHER", "FATHER", "BROTHER")


def an_incident(session: Session, code: str = "2015.MMP00047") -> str:
    told = Happening(code, "shipwreck", "2015-04-18", "Central Mediterranean")
    return cases.register_incident(session, CAST.coordinator, told).code


def a_body(session: Session, incident: str, tag: str = "M-1") -> str:
    """The tag of new remains at the mortuary."""
    made = cases.register_remains(
        session, CAST.mortuary, incident, "IT-MED15", RemainsKind.BODY, tag
    )
    return made.tag


def an_element(session: Session, tag: str, name: str = "Femur") -> Subject:
    side = ELEMENTS[name][0]
    made = cases.register_element(session, CAST.mortuary, tag, name, side, ELEMENTS)
    return Subject(element=made.uid)


def a_missing_person(session: Session, name: str = "Somebody Missed") -> str:
    return cases.register_missing_person(session, CAST.collector, Person(name)).code


def a_donor(
    session: Session,
    missed: str,
    name: str = "Somebody Who Gives",
    *,
    consents: bool = True,
) -> Subject:
    made = cases.register_donor(
        session, CAST.collector, Person(name, "female"), {missed: "MOTHER"}, RELATIONS
    )
    if consents:
        scopes = [Scope.DNA_IDENTIFICATION]
        cases.give_consent(session, CAST.collector, made.code, "CF-1 v2", scopes)
    return Subject(donor=made.code)
