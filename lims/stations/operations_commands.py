"""What the server asks of a device at a bench: handed out, done once, answered.

A command is handed out again until the bench has told what it came to; the bench does
each at most once (instruments/obeyed.py).
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.obeyed import Outcome
from lims import clock
from lims.access import SYSTEM, Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import BadInput
from lims.stations import queries
from lims.stations.tables import CommandState, Station, StationCommand


class Does(StrEnum):
    PRINT = "print"
    TARE = "tare"


NEEDS = {Does.PRINT: Permission.LABEL_PRINT, Does.TARE: Permission.SAMPLE_DERIVE}
HOLDS = {Does.PRINT: timedelta(minutes=10), Does.TARE: timedelta(seconds=15)}
"""A balance that is tared later than somebody waits for it spoils a weight."""
LONGEST = 4_000_000
"""Bytes of one command."""
AT_ONCE = 4_000_000
"""Bytes in one answer to a bench, or one command."""
OPEN = (CommandState.WAITING, CommandState.HANDED)


def command(
    session: Session,
    actor: Actor,
    bench: str,
    does: Does,
    device: str,
    content: bytes = b"",
    holds: timedelta | None = None,
) -> StationCommand:
    """Ask this of a device at the bench with that uid; its state tells what came of it.

    It waits until the bench asks, within a second where the bench is on; after `holds`
    it is not begun any more. The transaction that asks must be kept.
    """
    require(actor, NEEDS[does])
    if len(content) > LONGEST or bool(content) is not (does is Does.PRINT):
        raise BadInput(f"What is printed has 1 to {LONGEST} bytes.")
    found = queries.one(session, actor, bench)
    if found.token_hash is None:
        raise BadInput(f"The bench '{found.name}' is not enrolled: nothing is sent.")
    now = clock.now()
    made = StationCommand(
        uid=secrets.token_hex(16),
        station_id=found.id,
        device=device[:64],
        does=does,
        content=content,
        state=CommandState.WAITING,
        asked_by=actor.uid,
        asked_at=now,
        until=now + (holds or HOLDS[does]),
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.STATION_ASKED,
        found,
        command=made.uid,
        does=str(does),
        device=made.device,
        sha256=sha256(content).hexdigest(),
    )
    session.flush()
    return made


def hand_out(session: Session, station: Station) -> list[dict[str, object]]:
    """What this bench, which is locked, is to do now, as instruments/posting.py."""
    told: list[dict[str, object]] = []
    now, room = clock.now(), AT_ONCE
    for one in _open(session, station):
        if one.state == CommandState.WAITING and one.until < now:
            _end(session, station, one, CommandState.LATE, now)
            continue
        room -= len(one.content)
        if told and room < 0:
            break
        one.state = CommandState.HANDED
        told.append(_as_sent(one, late=one.until < now))
    return told


def answer(session: Session, station: Station, outcomes: Sequence[Outcome]) -> None:
    """What commands came to, as the bench says; told again, it changes nothing."""
    if not outcomes:
        return
    known = {one.uid: one for one in _open(session, station)}
    now = clock.now()
    for outcome in outcomes:
        if one := known.get(outcome.uid):
            state = CommandState(outcome.came_to)
            _end(session, station, one, state, now, outcome.told)


def _as_sent(one: StationCommand, *, late: bool) -> dict[str, object]:
    return {
        "uid": one.uid,
        "device": one.device,
        "does": one.does,
        "content": b64encode(b"" if late else one.content).decode(),
        "late": late,
    }


def _open(session: Session, station: Station) -> Sequence[StationCommand]:
    wanted = select(StationCommand).where(
        StationCommand.station_id == station.id, StationCommand.state.in_(OPEN)
    )
    return session.scalars(wanted.order_by(StationCommand.id)).all()


def _end(
    session: Session,
    station: Station,
    one: StationCommand,
    state: CommandState,
    now: datetime,
    told: str = "",
) -> None:
    one.state, one.told, one.ended_at, one.content = state, told, now, b""
    record(
        session,
        SYSTEM,
        Tag.STATION_ANSWERED,
        station,
        command=one.uid,
        came_to=str(state),
    )
