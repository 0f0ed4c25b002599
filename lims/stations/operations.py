"""What is done to benches, and what they bring.

A person who knows the token of a bench can send readings as that bench, and no more:
it opens no page. Both the code and the token are kept as hashes alone.
"""

from datetime import datetime, timedelta
import json
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import SYSTEM, Actor, Permission, require
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.codes import CROCKFORD
from lims.errors import BadInput, RuleBroken
from lims.people import throttle, tokens
from lims.stations import queries
from lims.stations.batch import Batch, other_chain, require_follows, skew_ms
from lims.stations.operations_scans import seat_by_badge
from lims.stations.tables import Station, StationContact, StationReading

CODE_HOLDS = timedelta(minutes=15)
TOUCH = timedelta(minutes=1)
"""How exactly it is kept when a bench was heard last."""
LOOK_ALIKE = str.maketrans("OIL", "011")
CODE_LENGTH = 12
"""Characters of 32 each: 60 bits, with twenty tries in five minutes."""


def add(session: Session, actor: Actor, name: str) -> tuple[Station, str]:
    """A new bench and its one-time code, to be told once."""
    require(actor, Permission.STATION_MANAGE)
    name = name.strip()
    if not 0 < len(name) <= 64:  # noqa: PLR2004 - as wide as its column
        raise BadInput("The name of a bench has 1 to 64 characters.")
    same = select(Station.id).where(
        Station.organisation_id == actor.organisation_id, Station.name == name
    )
    if session.scalar(same):
        raise BadInput(f"A bench '{name}' is here already. Choose another name.")
    made = Station(organisation_id=actor.organisation_id, name=name)
    code = _new_code(made)
    session.add(made)
    record(session, actor, Tag.STATION_ADDED, made, name=name, until=made.code_ends)
    session.flush()
    return made, code


def code_again(session: Session, actor: Actor, uid: str) -> tuple[Station, str]:
    """A new one-time code for a bench; its token counts until the code is used."""
    require(actor, Permission.STATION_MANAGE)
    found = queries.one(session, actor, uid)
    code = _new_code(found)
    record(session, actor, Tag.STATION_CODE_GIVEN, found, until=found.code_ends)
    return found, code


def enrol(session: Session, code: str, address: str) -> tuple[Station, str] | None:
    """The bench and its token, told once; None where no code fits.

    Nothing tells whether the code was wrong, used or over.
    """
    now = clock.now()
    shown = Station.code_hash == tokens.hash_of(_typed(code))
    found = session.scalar(select(Station).where(shown).with_for_update())
    if found is None or found.code_ends is None or found.code_ends <= now:
        throttle.count(session, [throttle.of_benches(address)], now)
        where = system(session, "benches")
        sealed = {"address": address}
        record(session, SYSTEM, Tag.STATION_REFUSED, where, sealed=sealed)
        return None
    token = tokens.draw()
    found.code_hash = found.code_ends = found.revoked_at = None
    found.token_hash, found.enrolled_at = tokens.hash_of(token), now
    record(session, SYSTEM, Tag.STATION_ENROLLED, found)
    return found, token


def revoke(session: Session, actor: Actor, uid: str) -> Station:
    """From now on neither its token nor a code that was given counts."""
    require(actor, Permission.STATION_MANAGE)
    found = queries.one(session, actor, uid)
    if found.revoked_at is not None and found.code_hash is None:
        raise RuleBroken(f"The bench '{found.name}' is revoked already.")
    found.code_hash = found.code_ends = found.token_hash = None
    found.revoked_at = clock.now()
    record(session, actor, Tag.STATION_REVOKED, found)
    return found


def receive(session: Session, station: Station, batch: Batch) -> int:
    """Store each reading once; the highest number that is kept of this bench.

    All follow the last one kept, or nothing is stored. `station` is locked.
    """
    last = queries.last(session, station)
    told = [one.reading for one in batch.readings]
    again = {one.seq: one.hash for one in told if one.seq <= last[0]}
    kept = queries.hashes(session, station, again)
    if differing := [seq for seq, digest in again.items() if kept[seq] != digest]:
        raise other_chain(station.name, min(differing))
    fresh = [one for one in batch.readings if one.reading.seq > last[0]]
    require_follows([one.reading for one in fresh], last, station.name)
    now = clock.now()
    skew = skew_ms(now, batch.sent_at)
    session.add_all(
        StationReading(
            station_id=station.id,
            seq=one.reading.seq,
            uid=one.uid,
            device=one.device,
            kind=one.kind,
            text=one.text,
            body=one.reading.body,
            hash=one.reading.hash,
            told_at=one.at,
            received_at=now,
            skew_ms=skew,
        )
        for one in fresh
    )
    _touch(session, station, now, skew, json.dumps(batch.devices, sort_keys=True))
    session.flush()
    seat_by_badge(session, station, fresh)
    return last[0] + len(fresh)


def _touch(
    session: Session, station: Station, now: datetime, skew: int, devices: str
) -> None:
    """The bench is on: one short write a minute, not one a second."""
    contact = session.get(StationContact, station.id)
    if contact is None:
        contact = StationContact(station_id=station.id, heard_at=now, skew_ms=skew)
        session.add(contact)
    elif now - contact.heard_at >= TOUCH:
        contact.heard_at, contact.skew_ms = now, skew
    contact.devices = devices


def _typed(code: str) -> str:
    """As it was drawn, however it was typed."""
    return "".join(code.split()).replace("-", "").upper().translate(LOOK_ALIKE)


def _new_code(station: Station) -> str:
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
    station.code_hash = tokens.hash_of(drawn)
    station.code_ends = clock.now() + CODE_HOLDS
    return "-".join(drawn[at : at + 4] for at in range(0, CODE_LENGTH, 4))
