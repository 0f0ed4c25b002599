"""Things for tests, made the way the laboratory makes them: through operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
import secrets

from PIL import Image
from sqlalchemy.orm import Session

from lims import clock
from lims.cases import operations as cases
from lims.cases.operations import Happening, Person, Subject
from lims.cases.words import RemainsKind, Scope
from lims.custody import manifests
from lims.custody import operations as moves
from lims.custody import operations_accession as custody_accession
from lims.custody import operations_consignments as sending
from lims.custody import operations_receiving as receiving
from lims.custody.operations_consignments import BagLine
from lims.custody.receiving import Arrival
from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.samples.amounts import Measure
from lims.samples.operations_places import NewPlace, register_places
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
    made = register_places(session, CAST.manager, [tree])
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


CONDITIONS = {"INTACT": False, "WET": False, "SEAL_BROKEN": True}
MEASURES = {
    Stream.BONE: Measure(Decimal(1000), "mg"),
    Stream.REFERENCE: Measure(Decimal(10), "piece"),
}
SENDERS = {Stream.BONE: CAST.mortuary, Stream.REFERENCE: CAST.collector}


@dataclass(frozen=True)
class Sent:
    """A consignment on its way: its code and its bags, each with the seal BAG-S."""

    code: str
    bags: tuple[str, ...]


def an_announcement(
    session: Session,
    count: int = 2,
    stream: Stream = Stream.BONE,
    receiver: str = "LAB",
    measure: Measure | None = None,
) -> Sent:
    """What is in the bags is not declared here."""
    stem = f"CY{secrets.randbelow(10**8):08d}"
    bags = tuple(f"{stem}-{number}" for number in range(count))
    amount = measure or MEASURES[stream]
    lines = [BagLine(bag, f"{bag}-S", amount.amount, amount.unit) for bag in bags]
    made = sending.announce(session, SENDERS[stream], receiver, stream, lines)
    return Sent(made.code, bags)


def a_consignment(
    session: Session,
    count: int = 2,
    stream: Stream = Stream.BONE,
    receiver: str = "LAB",
    measure: Measure | None = None,
) -> Sent:
    """Announced and given to a courier."""
    sent = an_announcement(session, count, stream, receiver, measure)
    due = clock.now() + timedelta(days=1)
    sending.release(session, SENDERS[stream], sent.code, "hand carrier", due)
    return sent


def arrivals(sent: Sent) -> list[Arrival]:
    """Every bag as announced."""
    return [Arrival(bag, f"{bag}-S", "INTACT") for bag in sent.bags]


def received(session: Session, sent: Sent) -> None:
    """Everything as announced, in one act, by the technician."""
    receiving.receive_many(
        session, CAST.technician, sent.code, arrivals(sent), "courier", CONDITIONS
    )


def elements(session: Session, count: int) -> list[Subject]:
    """One element each of so many bodies."""
    incident = an_incident(session, f"I-{secrets.token_hex(4)}")
    return [
        an_element(session, a_body(session, incident, f"M-{number}"))
        for number in range(count)
    ]


def declared(
    session: Session, sent: Sent, stream: Stream, *, consents: bool = True
) -> dict[str, Subject]:
    """Each bag its own body or donor, told by the sender."""
    if stream is Stream.BONE:
        made = elements(session, len(sent.bags))
        subjects = dict(zip(sent.bags, made, strict=True))
    else:
        missed = a_missing_person(session)
        subjects = {
            bag: a_donor(session, missed, consents=consents) for bag in sent.bags
        }
    cases.declare(session, SENDERS[stream], subjects)
    return subjects


def accession(session: Session, sent: Sent) -> dict[str, str]:
    """The coordinator's one transaction: bag to code of what was linked."""
    ready = manifests.ready_for_accession(session, CAST.coordinator, sent.code)
    drawn = sample_queries.unused_codes(session, len(ready))
    codes = dict(zip(ready, drawn, strict=True))
    done = cases.link(session, CAST.coordinator, codes)
    given = {ready[bag]: codes[bag] for bag in done.linked}
    samples.accession(session, CAST.coordinator, given)
    custody_accession.accessioned(session, CAST.coordinator, given)
    waiting = [ready[bag] for bag in done.waiting]
    custody_accession.wait_for_consent(session, CAST.coordinator, waiting)
    return {bag: codes[bag] for bag in done.linked}


def in_the_laboratory(
    session: Session,
    count: int = 1,
    stream: Stream = Stream.BONE,
    measure: Measure | None = None,
) -> list[str]:
    """Codes of samples that came all the way, in the technician's hands."""
    sent = a_consignment(session, count, stream, measure=measure)
    declared(session, sent, stream)
    received(session, sent)
    return list(accession(session, sent).values())


def stored(
    session: Session,
    count: int = 1,
    stream: Stream = Stream.BONE,
    measure: Measure | None = None,
) -> tuple[list[str], Box]:
    """Codes of samples in the first positions of a box with one place more."""
    codes = in_the_laboratory(session, count, stream, measure)
    box = a_box(session, stream, 1, count + 1)
    for code, position in zip(codes, box.positions, strict=False):
        moves.move(session, CAST.technician, code, "store", {"place": position})
    return codes, box


def in_hands(
    session: Session,
    count: int = 1,
    stream: Stream = Stream.BONE,
    measure: Measure | None = None,
) -> list[str]:
    """Codes of samples that the technician took out of their places."""
    codes, _ = stored(session, count, stream, measure)
    for code in codes:
        stated = {"purpose": "EXTRACTION"}
        moves.move(session, CAST.technician, code, "take out", stated)
    return codes


def a_picture() -> bytes:
    """A photograph with something written into its metadata."""
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "planted description"
    grain = Image.effect_noise((40, 30), 80).convert("RGB")
    grain.save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()
