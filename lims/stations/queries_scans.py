"""Reads of what a bench hears for the person who works there, and of kept scans."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
import re

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lims import clock
from lims.access import Actor, Permission, require
from lims.db import Rows, owned
from lims.errors import NotFound
from lims.stations.scans import OVERDUE, Came, is_badge, uid_of
from lims.stations.tables import (
    KeptScan,
    ScanState,
    Station,
    StationPresence,
    StationReading,
)

__all__ = ["KeptScan", "ScanState", "Station"]

AT_ONCE = 20
LAST = 500
SHOWN = timedelta(days=2)
WEIGHT = re.compile(
    r"(-?[0-9]{1,12}(?:\.[0-9]{1,9})?) g ([ -~]*?)(?: due [0-9]{4}-[0-9]{2}-[0-9]{2})?"
)
"""As the bench writes a weight: grams, the balance's serial number, and the last day of
its calibration where that is known."""
PAGE = 50


@dataclass(frozen=True)
class Weighed:
    """A stable weight as a bench heard it."""

    grams: Decimal
    serial: str
    """Of the balance."""
    bench: str
    seq: int
    """The bench's uid and the number of its reading: the evidence of this weight."""
    told_at: datetime
    received_at: datetime
    clock_off: bool


def here(session: Session, actor: Actor) -> tuple[Station, StationPresence] | None:
    """The bench at which the actor works now."""
    wanted = (
        select(Station, StationPresence)
        .join(StationPresence, StationPresence.station_id == Station.id)
        .where(StationPresence.user_id == actor.user_id)
    )
    found = session.execute(wanted).first()
    return (found[0], found[1]) if found else None


def choices(session: Session, actor: Actor) -> list[Station]:
    """The enrolled benches of the laboratory, by name."""
    require(actor, Permission.CUSTODY_MOVE)
    wanted = owned(select(Station), Station.organisation_id, actor.scope)
    enrolled = wanted.where(Station.token_hash.is_not(None))
    return list(session.scalars(enrolled.order_by(Station.name)))


def new_scans(session: Session, actor: Actor) -> list[StationReading]:
    """What was scanned at the actor's bench and has come to nothing yet, in order."""
    wanted = (
        _of_presence(actor, "scan")
        .outerjoin(KeptScan, KeptScan.reading_id == StationReading.id)
        .where(KeptScan.id.is_(None))
        .order_by(StationReading.seq)
    )
    return list(session.scalars(wanted.limit(AT_ONCE)))


def came_of_bench(session: Session, actor: Actor, seq: int) -> Came:
    """A scan of the actor's bench, by its number there."""
    found = session.execute(
        _of_presence(actor, "scan")
        .where(StationReading.seq == seq)
        .add_columns(Station.uid)
        .join(Station, Station.id == StationReading.station_id)
    ).first()
    if found is None:
        raise NotFound(
            "The bench has no such scan for you. Choose your bench again, then scan."
        )
    row, bench = found
    return Came(
        uid_of(bench, row.seq),
        row.text,
        row.told_at,
        row.received_at,
        timedelta(milliseconds=row.skew_ms),
        row.id,
        bench,
        row.seq,
        row.hash,
    )


def newest_weight(
    session: Session, actor: Actor, since: datetime | None = None
) -> Weighed | None:
    """The newest stable reading of the actor's bench, received after `since`.

    A bench records stable weights in grams alone; whoever takes one tells its bench and
    number in the event of the step.
    """
    wanted = _of_presence(actor, "weight")
    if since is not None:
        wanted = wanted.where(StationReading.received_at > since)
    found = session.execute(
        wanted.add_columns(Station.uid)
        .join(Station, Station.id == StationReading.station_id)
        .order_by(StationReading.seq.desc())
        .limit(1)
    ).first()
    if found is None or not (told := WEIGHT.fullmatch(found[0].text)):
        return None
    row, bench = found
    skew = timedelta(milliseconds=row.skew_ms)
    came = Came("", row.text, row.told_at, row.received_at, skew)
    return Weighed(
        Decimal(told[1]), told[2], bench, row.seq, row.told_at, row.received_at,
        came.clock_off,
    )  # fmt: skip


def kept(session: Session, actor: Actor, uid: str) -> KeptScan | None:
    """A scan of the actor's own that was concluded before."""
    wanted = select(KeptScan).where(
        KeptScan.uid == uid, KeptScan.user_id == actor.user_id
    )
    return session.scalar(wanted)


def to_settle(session: Session, actor: Actor, uid: str) -> KeptScan:
    """Locked, for its settlement."""
    wanted = owned(
        select(KeptScan).where(KeptScan.uid == uid),
        KeptScan.organisation_id,
        actor.scope,
    )
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("No such scan was kept here.")
    return found


def unsettled(session: Session, actor: Actor) -> list[KeptScan]:
    """The scans that were not applied and that nobody has looked into, oldest first."""
    require(actor, Permission.SAMPLE_READ)
    wanted = _unsettled(select(KeptScan), actor)
    return list(session.scalars(wanted.order_by(KeptScan.id).limit(PAGE)))


def count_unsettled(session: Session, actor: Actor) -> int:
    wanted = _unsettled(select(func.count(KeptScan.id)), actor)
    return session.scalar(wanted) or 0


def taken_by_nobody(session: Session, actor: Actor) -> list[tuple[str, StationReading]]:
    """The last scans that no page took, with the name of their bench, newest first.

    Nobody worked there, or their page was closed. Nothing was done by them.
    """
    require(actor, Permission.SAMPLE_READ)
    now = clock.now()
    wanted = (
        owned(select(Station.name), Station.organisation_id, actor.scope)
        .add_columns(StationReading)
        .join(StationReading, StationReading.station_id == Station.id)
        .outerjoin(KeptScan, KeptScan.reading_id == StationReading.id)
        .where(
            StationReading.kind == "scan",
            StationReading.received_at > now - SHOWN,
            StationReading.received_at < now - OVERDUE,
            KeptScan.id.is_(None),
        )
        .order_by(StationReading.id.desc())
        .limit(AT_ONCE)
    )
    found = session.execute(wanted)
    return [(name, row) for name, row in found if not is_badge(row.text)]


def newest(session: Session, actor: Actor) -> list[KeptScan]:
    """What the actor's own last scans came to, the newest first."""
    wanted = select(KeptScan).where(
        KeptScan.user_id == actor.user_id,
        KeptScan.received_at > clock.now() - timedelta(hours=12),
    )
    return list(session.scalars(wanted.order_by(KeptScan.id.desc()).limit(AT_ONCE)))


def _unsettled(wanted: Rows, actor: Actor) -> Rows:
    own = owned(wanted, KeptScan.organisation_id, actor.scope)
    return own.where(KeptScan.unsettled.is_(True))


def _of_presence(actor: Actor, kind: str) -> "Select[StationReading]":
    """What the actor's bench heard for them, among its last readings."""
    other = aliased(StationReading)
    newest = (
        select(func.max(other.seq))
        .where(other.station_id == StationPresence.station_id)
        .scalar_subquery()
    )
    return (
        select(StationReading)
        .join(
            StationPresence,
            StationPresence.station_id == StationReading.station_id,
        )
        .where(
            StationPresence.user_id == actor.user_id,
            StationReading.seq > StationPresence.after,
            StationReading.seq > newest - LAST,
            StationReading.kind == kind,
        )
    )
