"""Who works at a bench, and what each scan with an identity of its own came to.

A scan is claimed before anything is done by it, so that it is done once however often
it comes, and what it came to is told again to who brings it again.
"""

from collections.abc import Callable, Sequence
import json

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lims import clock, codes
from lims.access import SYSTEM, Actor, Permission, require
from lims.audit.record import record, system, tell_whence
from lims.audit.tags import Tag
from lims.errors import BadInput, NotFound
from lims.people.queries import wearer
from lims.stations import queries, queries_scans
from lims.stations.batch import Told
from lims.stations.scans import OVERDUE, Came, is_badge
from lims.stations.tables import (
    KeptScan,
    ScanState,
    Station,
    StationPresence,
    StationReading,
)

_INSERT: dict[str, Callable[[type[KeptScan]], sqlite.Insert | postgresql.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def come(session: Session, actor: Actor, uid: str) -> Station:
    """The actor works at this bench now; what it hears from here on is theirs."""
    require(actor, Permission.CUSTODY_MOVE)
    found = queries.one(session, actor, uid)
    if found.token_hash is None:
        raise BadInput(
            f"The bench '{found.name}' is not enrolled: nothing comes of it."
        )
    _seat(session, found, actor.user_id, queries.last(session, found)[0])
    record(session, actor, Tag.STATION_CAME, found)
    return found


def leave(session: Session, actor: Actor) -> None:
    """The actor works at no bench any more."""
    require(actor, Permission.CUSTODY_MOVE)
    here = select(Station).join(
        StationPresence, StationPresence.station_id == Station.id
    )
    wanted = here.where(StationPresence.user_id == actor.user_id)
    found = session.scalar(wanted.with_for_update(of=Station))
    if found is None:
        raise NotFound("You work at no bench now.")
    session.execute(
        delete(StationPresence).where(StationPresence.station_id == found.id)
    )
    record(session, actor, Tag.STATION_LEFT, found)


def seat_by_badge(session: Session, station: Station, heard: Sequence[Told]) -> None:
    """Who scans their badge at a bench where nobody works, works there from then on.

    Nobody works there where no page has taken what was scanned before. The steps
    themselves need the person's own login. `station` is locked.
    """
    for one in heard:
        if one.kind != "scan" or not is_badge(one.text):
            continue
        seated = session.get(StationPresence, station.id)
        if seated is not None and not _waits_in_vain(session, station, seated):
            return
        badge = codes.read(one.text)
        person = wearer(session, badge, station.organisation_id)
        if person is not None and person.may(Permission.CUSTODY_MOVE):
            _seat(session, station, person.user_id, one.reading.seq)
            record(session, SYSTEM, Tag.STATION_CAME, station, badge=badge)


def claim(session: Session, actor: Actor, came: Came) -> bool:
    """Whether this scan is here for the first time; then whoever asks has it alone."""
    insert = _INSERT[session.get_bind().dialect.name](KeptScan)
    kept = insert.on_conflict_do_nothing().returning(KeptScan.id)
    row = {
        "uid": came.uid,
        "organisation_id": actor.organisation_id,
        "user_id": actor.user_id,
        "reading_id": came.reading_id,
        "text": came.text,
        "made_at": came.made_at,
        "received_at": came.received_at,
        "skew_ms": round(came.skew.total_seconds() * 1000),
        "came_to": ScanState.UNCHANGED,
        "item": "",
        "answer": "{}",
        "unsettled": False,
    }
    if session.scalar(kept, row) is None:
        return False
    told: dict[str, str | int] = {"uid": came.uid}
    if came.bench:
        told |= {"bench": came.bench, "number": came.seq, "hash": came.digest}
    tell_whence(session, **told)
    return True


def conclude(
    session: Session,
    actor: Actor,
    came: Came,
    came_to: ScanState,
    answer: dict[str, str],
    item: str = "",
) -> None:
    """Keep what a claimed scan came to; where a person must look, it is recorded."""
    require(actor, Permission.SELF)
    found = session.scalars(select(KeptScan).where(KeptScan.uid == came.uid)).one()
    found.came_to, found.item = came_to, item[:64]
    found.answer = json.dumps(answer)
    if came_to in (ScanState.ASKED, ScanState.HELD):
        found.unsettled = True
        record(
            session,
            actor,
            Tag.SCAN_KEPT,
            system(session, "scans"),
            came_to=str(came_to),
            made_at=came.made_at.isoformat(),
            received_at=came.received_at.isoformat(),
        )


def settle(session: Session, actor: Actor, uid: str) -> KeptScan:
    """A person has looked into a scan that was not applied."""
    require(actor, Permission.CUSTODY_HOLD)
    found = queries_scans.to_settle(session, actor, uid)
    if found.unsettled:
        found.unsettled = False
        record(session, actor, Tag.SCAN_SETTLED, system(session, "scans"), scan=uid)
    return found


def _seat(session: Session, station: Station, user_id: int, after: int) -> None:
    """One person at a bench, and one bench for a person."""
    session.execute(
        delete(StationPresence).where(
            (StationPresence.station_id == station.id)
            | (StationPresence.user_id == user_id)
        )
    )
    session.add(
        StationPresence(
            station_id=station.id, user_id=user_id, since=clock.now(), after=after
        )
    )
    session.flush()


def _waits_in_vain(session: Session, station: Station, seated: StationPresence) -> bool:
    """Whether a scan of this bench has waited long for a page that takes it."""
    wanted = (
        select(StationReading.id)
        .outerjoin(KeptScan, KeptScan.reading_id == StationReading.id)
        .where(
            StationReading.station_id == station.id,
            StationReading.seq > seated.after,
            StationReading.kind == "scan",
            StationReading.received_at < clock.now() - OVERDUE,
            KeptScan.id.is_(None),
        )
    )
    return session.scalar(wanted.limit(1)) is not None
