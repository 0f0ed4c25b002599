"""The newest stable weights that benches brought."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.db import owned
from lims.stations.tables import Station, StationReading


@dataclass(frozen=True)
class Heard:
    """A weight that a bench heard: its own words are in `text`."""

    id: int
    bench: str
    """The uid of the bench."""
    name: str
    device: str
    text: str
    told_at: datetime


def weights(
    session: Session, actor: Actor, since: datetime, bench: str = ""
) -> list[Heard]:
    """The newest weight of each bench here since then, or of one bench (its uid)."""
    require(actor, Permission.SELF)
    wanted = (
        select(
            StationReading.id, Station.uid, Station.name, StationReading.device,
            StationReading.text, StationReading.received_at,
        )
        .join(Station, Station.id == StationReading.station_id)
        .where(StationReading.kind == "weight", StationReading.received_at >= since)
        .order_by(Station.name, StationReading.seq)
    )  # fmt: skip
    if bench:
        wanted = wanted.where(Station.uid == bench)
    wanted = owned(wanted, Station.organisation_id, actor.scope)
    newest = {row[1]: Heard(*row) for row in session.execute(wanted)}
    return list(newest.values())
