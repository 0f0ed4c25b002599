"""Reads of the benches and of what they brought."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.db import GENESIS, owned, pairs
from lims.errors import NotFound
from lims.people import throttle, tokens
from lims.stations.scans import SKEW
from lims.stations.tables import (
    CommandState,
    Station,
    StationCommand,
    StationContact,
    StationReading,
)

__all__ = [
    "CommandState", "Heard", "Shown", "Station", "StationCommand", "StationReading",
    "everything", "last",
]  # fmt: skip

NEWEST = 5


@dataclass(frozen=True)
class Heard:
    """One reading, as the administrator's page shows it."""

    seq: int
    device: str
    kind: str
    text: str
    told_at: datetime
    received_at: datetime
    skew: timedelta

    @property
    def off(self) -> bool:
        return abs(self.skew) > SKEW


@dataclass(frozen=True)
class Shown:
    """A bench with its newest readings, the newest first."""

    station: Station
    readings: list[Heard]
    heard_at: datetime | None = None
    """To the minute, also where it had nothing to bring."""
    skew: timedelta = timedelta()

    @property
    def off(self) -> bool:
        """Whether its clock was off when it was heard last."""
        return abs(self.skew) > SKEW


def everything(session: Session, actor: Actor) -> list[Shown]:
    """The benches of the actor's organisation by name."""
    require(actor, Permission.STATION_MANAGE)
    wanted = owned(select(Station), Station.organisation_id, actor.scope)
    stations = session.scalars(wanted.order_by(Station.name)).all()
    newest = _newest(session, [one.id for one in stations])
    contacts = _contacts(session, [one.id for one in stations])
    return [
        Shown(one, newest.get(one.id, []), *contacts.get(one.id, ()))
        for one in stations
    ]


def one(session: Session, actor: Actor, uid: str) -> Station:
    """Locked, for a change."""
    wanted = owned(
        select(Station).where(Station.uid == uid), Station.organisation_id, actor.scope
    )
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("No bench here has this address.")
    return found


@dataclass(frozen=True)
class Devices:
    """An enrolled bench, by uid and name, and the names of its devices of one kind."""

    bench: str
    name: str
    devices: tuple[str, ...]


def with_devices(session: Session, actor: Actor, kind: str) -> list[Devices]:
    """The enrolled benches here with a `printer`, `balance` or `scanner`, by name."""
    require(actor, Permission.SELF)
    wanted = owned(
        select(Station.uid, Station.name, StationContact.devices)
        .join(StationContact, StationContact.station_id == Station.id)
        .where(Station.token_hash.is_not(None)),
        Station.organisation_id,
        actor.scope,
    )
    found = []
    for uid, name, told in session.execute(wanted.order_by(Station.name)):
        named = tuple(one for one, of in json.loads(told).items() if of == kind)
        if named:
            found.append(Devices(uid, name, named))
    return found


def commands(
    session: Session, actor: Actor, uids: Collection[str]
) -> dict[str, StationCommand]:
    """The commands with these uids: what each came to stands in `state` and `told`."""
    require(actor, Permission.SELF)
    wanted = owned(
        select(StationCommand).join(Station, Station.id == StationCommand.station_id),
        Station.organisation_id,
        actor.scope,
    ).where(StationCommand.uid.in_(uids))
    return {one.uid: one for one in session.scalars(wanted)}


CAME = {
    CommandState.DONE: ("printed", "The bench's printer took every byte."),
    CommandState.REFUSED: ("failed", "The bench could not print it: {}"),
    CommandState.LATE: ("failed", "The bench was not on. Nothing was printed."),
    CommandState.UNSURE: (
        "doubtful",
        "The bench does not know what came out. Look at the printer. {}",
    ),
}


def outcome(session: Session, uid: str) -> tuple[str, str] | None:
    """What came of a print job at a bench, with a sentence; None while it is open."""
    wanted = select(StationCommand).where(StationCommand.uid == uid)
    found = session.scalars(wanted).one()
    came = CAME.get(CommandState(found.state))
    return (came[0], came[1].format(found.told).strip()) if came else None


def no_try_left(session: Session, address: str) -> bool:
    """Whether so many wrong codes came from there that none is tried now."""
    return throttle.spent(session, [throttle.of_benches(address)], clock.now())


def by_token(session: Session, token: str) -> Station | None:
    """The bench whose token counts now, locked: it sends one batch at a time."""
    shown = Station.token_hash == tokens.hash_of(token)
    return session.scalar(select(Station).where(shown).with_for_update())


def last(session: Session, station: Station) -> tuple[int, str]:
    """Number and hash of the newest reading of a bench."""
    found = session.execute(
        select(StationReading.seq, StationReading.hash)
        .where(StationReading.station_id == station.id)
        .order_by(StationReading.seq.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else (0, GENESIS)


def hashes(
    session: Session, station: Station, numbers: Collection[int]
) -> dict[int, str]:
    """The hashes of those readings of a bench that are kept."""
    wanted = select(StationReading.seq, StationReading.hash).where(
        StationReading.station_id == station.id, StationReading.seq.in_(numbers)
    )
    return pairs(session, wanted)


def _contacts(
    session: Session, stations: Collection[int]
) -> dict[int, tuple[datetime, timedelta]]:
    wanted = select(StationContact).where(StationContact.station_id.in_(stations))
    return {
        one.station_id: (one.heard_at, timedelta(milliseconds=one.skew_ms))
        for one in session.scalars(wanted)
    }


def _newest(session: Session, stations: Collection[int]) -> dict[int, list[Heard]]:
    place = func.row_number().over(
        partition_by=StationReading.station_id, order_by=StationReading.seq.desc()
    )
    ranked = select(StationReading.id, place.label("place")).where(
        StationReading.station_id.in_(list(stations))
    )
    inner = ranked.subquery()
    wanted = (
        select(StationReading)
        .join(inner, inner.c.id == StationReading.id)
        .where(inner.c.place <= NEWEST)
        .order_by(StationReading.seq.desc())
    )
    found: dict[int, list[Heard]] = {}
    for row in session.scalars(wanted):
        found.setdefault(row.station_id, []).append(
            Heard(
                row.seq,
                row.device,
                row.kind,
                row.text,
                row.told_at,
                row.received_at,
                timedelta(milliseconds=row.skew_ms),
            )
        )
    return found
