"""Where items lie, as an auditor's queries walk them, of every organisation."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.custody.tables import Bag, Consignment, Holding
from lims.samples.queries import Place, Sample


class Lying(NamedTuple):
    uid: str
    code: str | None
    stream: str
    place: str
    zone: str


def lying(session: Session) -> Iterator[Lying]:
    """Every item that lies at a place, with the zone of that place."""
    wanted = (
        select(Sample.uid, Sample.code, Sample.stream, Place.code, Place.zone)
        .join(Holding, Holding.sample_id == Sample.id)
        .join(Place, Place.id == Holding.place_id)
    )
    for row in session.execute(wanted.execution_options(yield_per=1000)):
        yield Lying(*row)


def senders(session: Session) -> dict[str, int]:
    """Bag to the organisation that sent it."""
    wanted = select(Bag.code, Consignment.sender_id).join(
        Consignment, Consignment.id == Bag.consignment_id
    )
    return {row[0]: row[1] for row in session.execute(wanted)}
