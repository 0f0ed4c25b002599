"""Whether what benches brought still is as they wrote it: each bench's own chain."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.outbox import Reading, link
from lims.audit.checking import Fault
from lims.db import GENESIS
from lims.stations.batch import Told, told
from lims.stations.tables import Station, StationReading

STREAM = {"yield_per": 1000}


class Kept(NamedTuple):
    """A reading as it lies in the database."""

    bench: str
    seq: int
    uid: str
    device: str
    kind: str
    text: str
    told_at: datetime
    body: str
    hash: str


def reading_faults(session: Session) -> Iterator[Fault]:
    """Readings that were changed, put in or taken out from between others.

    Those taken off the end are missed by the bench itself: its next one is refused.
    """
    row = StationReading
    wanted = (
        select(
            Station.uid, row.seq, row.uid, row.device, row.kind, row.text, row.told_at,
            row.body, row.hash,
        )
        .join(Station, Station.id == row.station_id)
        .order_by(Station.uid, row.seq)
        .execution_options(**STREAM)
    )  # fmt: skip
    rows = map(Kept._make, session.execute(wanted))
    for _, readings in groupby(rows, key=itemgetter(0)):
        yield from faults_of(readings)


def faults_of(readings: Iterable[Kept]) -> Iterator[Fault]:
    """Of one bench, by their numbers."""
    seq, before = 0, GENESIS
    for one in readings:
        where = f"bench {one.bench}"
        if one.seq != seq + 1:
            yield Fault(where, f"Before reading {one.seq} something is missing.")
        elif one.hash != link(before, one.body):
            yield Fault(where, f"The bytes of reading {one.seq} do not give its hash.")
        elif not _copies_hold(one):
            yield Fault(where, f"Beside reading {one.seq} stands what it does not say.")
        seq, before = one.seq, one.hash


def _copies_hold(one: Kept) -> bool:
    try:
        said = told(one.body, one.hash)
    except (ValueError, TypeError, KeyError, OverflowError):
        return False
    beside = Reading(one.seq, one.body, one.hash)
    return said == Told(beside, one.uid, one.device, one.kind, one.text, one.told_at)
