"""Carry each new checkpoint to the witnesses, and once a day to the authority of time.

What an anchor answers is kept in a transaction of its own. One that does not answer
is asked ever more rarely, and holds up nobody: neither the others nor the laboratory.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lims import clock
from lims.anchors import queries
from lims.anchors.asking import Cosigned, NotCosigned, ask
from lims.anchors.authority import Authority, NoStamp
from lims.anchors.policy import Door, Policy
from lims.anchors.post import NoAnswer
from lims.anchors.tables import Cosignature, Timestamp, Trouble
from lims.audit import log
from lims.audit.notes import Note
from lims.db import Database

if TYPE_CHECKING:
    from lims.anchors.stamping import Stamp

LEADER = "anchors"
DELAYS = tuple(timedelta(seconds=s) for s in (1, 5, 30, 300))
"""Until a witness without an answer is asked again."""
STAMP_DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 60))
STAMP_EVERY = timedelta(days=1)
AT_ONCE = 8
"""Witnesses that are asked at the same time."""


@dataclass(frozen=True)
class Head:
    """The newest checkpoint, free of the session that it was read in."""

    id: int
    origin: str
    size: int
    note: bytes

    @classmethod
    def newest(cls, session: Session) -> "Head | None":
        found = log.newest(session)
        return cls(found.id, found.origin, found.size, found.note) if found else None


@dataclass
class Patience:
    """Whom to leave alone for a while; forgotten when the program ends."""

    _failed: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def may_ask(self, url: str) -> bool:
        return url not in self._failed or clock.now() >= self._failed[url][1]

    def failed(self, url: str, delays: tuple[timedelta, ...]) -> None:
        times = self._failed[url][0] + 1 if url in self._failed else 1
        wait = delays[min(times, len(delays)) - 1]
        self._failed[url] = (times, clock.now() + wait)

    def answered(self, url: str) -> None:
        self._failed.pop(url, None)


class Rounds:
    """The anchors of one laboratory; of many processes one at a time asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._patience = Patience()

    def round(self, policy: Policy, authority: Authority | None) -> int:
        """Ask whoever has not seen the newest checkpoint; how many anchors were had."""
        with self._database.alone(LEADER) as leading:
            if not leading:
                return 0
            return self._witnesses(policy) + (self._time(authority) if authority else 0)

    def _witnesses(self, policy: Policy) -> int:
        doors = [one for one in policy.doors if self._patience.may_ask(one.url)]
        with self._database.reading() as session:
            newest = Head.newest(session)
            if newest is None:
                return 0
            waiting = []
            for door in doors:
                old, _ = queries.last_cosigned(session, newest.origin, door.keys)
                if old < newest.size:
                    waiting.append((door, newest, old))
        if not waiting:
            return 0
        with ThreadPoolExecutor(min(AT_ONCE, len(waiting))) as pool:
            return sum(pool.map(lambda one: self._witness(*one), waiting))

    def _witness(self, door: Door, newest: Head, old: int) -> bool:
        def prove(size: int) -> list[bytes]:
            with self._database.reading() as session:
                return log.consistency(session, size, newest.size)

        try:
            had = ask(door, Note.parse(newest.note), old, prove)
        except NotCosigned as error:
            self._patience.failed(door.url, DELAYS)
            self._tell(door.url, str(error))
            return False
        self._patience.answered(door.url)
        with self._database.transaction() as session:
            keep_cosignatures(session, newest, had)
            _clear(session, door.url)
        return True

    def _time(self, authority: Authority) -> bool:
        if not self._patience.may_ask(authority.url):
            return False
        with self._database.reading() as session:
            if not _is_due(session):
                return False
        try:
            stamp_now(self._database, authority)
        except (NoStamp, NoAnswer) as error:
            self._patience.failed(authority.url, STAMP_DELAYS)
            self._tell(authority.url, str(error))
            return False
        self._patience.answered(authority.url)
        return True

    def _tell(self, url: str, sentence: str) -> None:
        """Keep the sentence for the administrator's page; the same one only once."""
        with self._database.reading() as session:
            known = queries.trouble(session, url)
            if known and known.sentence == sentence[:500]:
                return
        with self._database.transaction() as session:
            trouble = session.get(Trouble, url)
            if trouble is None:
                trouble = Trouble(url=url, since=clock.now())
                session.add(trouble)
            trouble.sentence = sentence[:500]


def _is_due(session: Session) -> bool:
    """Whether the newest checkpoint is a day younger than the last that was stamped.

    By our own clock alone: an authority with another one is not asked each second.
    """
    newest, last = log.newest(session), queries.last_timestamp(session)
    if newest is None or last is None:
        return newest is not None
    stamped = session.get_one(log.SignedCheckpoint, last.checkpoint_id)
    return newest.at - stamped.at >= STAMP_EVERY


def stamp_now(database: Database, authority: Authority) -> "Stamp":
    """Have the newest checkpoint stamped and keep the token; NoStamp or NoAnswer."""
    from lims.anchors.stamping import stamp  # noqa: PLC0415 - heavy, and once a day

    with database.reading() as session:
        newest = Head.newest(session)
    if newest is None:
        raise NoStamp("No checkpoint is signed yet, so there is nothing to stamp.")
    had = stamp(authority, newest.note)
    with database.transaction() as session:
        place = (newest.id, had.authority)
        if session.get(Timestamp, place) is None:
            session.add(Timestamp(checkpoint_id=newest.id, **vars(had)))
        _clear(session, authority.url)
    return had


def keep_cosignatures(session: Session, checkpoint: Head, had: list[Cosigned]) -> None:
    """Keep the lines below this checkpoint; one that is there already stays."""
    known = {one.key for one in queries.cosignatures(session, checkpoint.id)}
    for one in had:
        key = queries.number(one.key)
        if key not in known:
            session.add(
                Cosignature(
                    checkpoint_id=checkpoint.id, key=key, line=one.line, at=one.at
                )
            )


def _clear(session: Session, url: str) -> None:
    trouble = session.get(Trouble, url)
    if trouble is not None:
        session.delete(trouble)
