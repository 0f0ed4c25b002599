"""The integrator: gives events their places in the log, and signs what it has become.

Places are gap-free because one process gives them, in batches, after the commit.
Of these two transactions each can be cut off at any moment and is taken up again:
leaves and nodes first; then, over what is kept, the checkpoint. What was signed is
written to the disk before it is stored, and compared before the next is signed, so
that no two heads of this log contradict each other, also after a restore. A head that
was signed and not stored is stored, as it was signed, before another one is signed.
"""

from datetime import UTC, datetime
import logging
from pathlib import Path

from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.orm import Session

from lims import clock
from lims.audit import keys, log, merkle
from lims.audit.keys import Keys
from lims.audit.notes import Checkpoint, Note
from lims.audit.tables import Event, Leaf, LogKey, Node, SignedCheckpoint
from lims.db import Database

telling = logging.getLogger("lims.integrator")

LEADER = "integrator"
"""The name that the one who works holds."""
MOST = 1_000
"""Events of one batch: what is held in memory, and what others wait for."""


class HistoryLost(Exception):
    """The log has signed more than this database holds; the text says what to do."""


class Integrator:
    """One log over one database. Many may run; one at a time does the work."""

    def __init__(self, database: Database, folder: Path, origin: str) -> None:
        self._database = database
        self._folder = folder
        self._origin = origin
        self._mark = 0
        """PostgreSQL: every transaction before this one has been integrated."""
        self._signed = 0
        """The size that this process last saw signed."""

    def round(self, most: int = MOST) -> int:
        """Integrate what is new and sign it; how many events got their place."""
        with self._database.alone(LEADER) as leading:
            return self.work(most) if leading else 0

    def work(self, most: int = MOST) -> int:
        """The same for who leads already."""
        found, batch = 0, most
        while batch == most:
            batch = self._integrate(most)
            self._sign()  # each batch: however much waits, the log is signed in time
            found += batch
        return found

    def _integrate(self, most: int) -> int:
        """One batch in one transaction; the mark moves only if nothing was cut off."""
        with self._database.transaction() as session:
            mark = self._next_mark(session)
            rows = session.execute(self._waiting(session).limit(most)).all()
            if rows:
                self._append(session, [(row.id, row.leaf) for row in rows])
        if len(rows) < most:
            self._mark = mark
        return len(rows)

    def _next_mark(self, session: Session) -> int:
        """Taken before the batch is read: what commits between comes next time."""
        if self._database.embedded:
            return 0
        xmin = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(session.execute(xmin).scalar_one())

    def _waiting(self, session: Session) -> Select[int, str]:
        """The events without a place, in an order that keeps each item's own."""
        events = select(Event.id, Event.leaf).order_by(Event.id)
        if self._database.embedded:
            # One writer at a time: the ids stand in the order of the commits.
            last = session.scalar(select(func.max(Leaf.event_id)))
            return events.where(Event.id > (last or 0))
        placed = select(Leaf.seq).where(Leaf.event_id == Event.id).exists()
        return events.where(Event.txid >= self._mark, ~placed)

    def _append(self, session: Session, rows: list[tuple[int, str]]) -> None:
        size = log.size(session)
        edge = merkle.Edge.of(log.Reader(session), size)
        leaves, nodes = [], []
        for seq, (event_id, leaf) in enumerate(rows, start=size):
            raw = bytes.fromhex(leaf)
            leaves.append({"seq": seq, "event_id": event_id, "leaf": raw})
            nodes += [
                {"level": level, "position": position, "hash": found}
                for level, position, found in edge.append(raw)
                if level % log.STEP == 0 and level <= log.TOP
            ]
        session.execute(insert(Leaf), leaves)
        if nodes:
            session.execute(insert(Node), nodes)

    def _sign(self) -> None:
        """Sign what stands in the database, if the log has grown since."""
        with self._database.reading() as session:
            size = log.size(session)
            if size == self._signed:
                return
            mine = keys.load(self._folder, self._origin)
            signed = expect_continuity(session, mine)
            told = Checkpoint(mine.origin, size, log.root(session, size))
            left = signed if signed and _is_left(session, signed) else None
        if left:
            self._adopt(mine, left)
        with self._database.reading() as session:
            known = log.checkpoint(session, mine.origin, size)
            note, at = known.note if known else None, _moment(log.newest(session))
        if note is None:
            fresh = mine.sign(told, at)
            keys.keep_signed(mine, fresh)
            self._store(mine, fresh)
        elif signed and note == signed.render():
            keys.keep_stored(mine, signed)
        self._signed = size

    def _adopt(self, mine: Keys, left: Note) -> None:
        """What was signed and not stored, before anything else is signed."""
        if keys.was_stored(mine, left):
            size = Checkpoint.parse(left.text).size
            telling.warning(
                "The checkpoint of %s events had been removed from the database. It "
                "is put back as it was signed; find out who removed it.",
                size,
            )
        self._store(mine, left)

    def _store(self, mine: Keys, note: Note) -> None:
        with self._database.transaction() as session:
            _keep(session, mine, Checkpoint.parse(note.text), note)
        keys.keep_stored(mine, note)


def _is_left(session: Session, signed: Note) -> bool:
    """Whether it was signed and not stored, and nothing after it was."""
    told = Checkpoint.parse(signed.text)
    newest = log.newest(session)
    sizes = newest.size if newest and newest.origin == told.origin else 0
    return sizes < told.size


def _moment(before: SignedCheckpoint | None) -> int:
    """The time to sign with: now, and never before that of the checkpoint before.

    In seconds since 1970. A clock that was set back does not take the log's time back.
    """
    now = int(clock.now().timestamp())
    return now if before is None else max(now, int(before.at.timestamp()))


def expect_continuity(session: Session, mine: Keys) -> Note | None:
    """The checkpoint signed last; raises HistoryLost where the database denies it."""
    signed = keys.signed(mine)
    if signed is None:
        return None
    told = Checkpoint.parse(signed.text)
    if told.origin != mine.origin:
        raise HistoryLost(
            f"The last signed checkpoint is of the log '{told.origin}', the keys are "
            f"of '{mine.origin}'. Put the folder of the keys back as it was."
        )
    size = log.size(session)
    if size < told.size:
        raise HistoryLost(
            f"The log has signed {told.size} events, the database holds {size}: what "
            "came after is lost, as after an old backup was restored. Nothing is "
            "signed until a newer backup is restored, or an operator says so by `lims "
            "log restart`, which begins a new log and tells of the loss."
        )
    if log.root(session, told.size) != told.root:
        raise HistoryLost(
            f"The first {told.size} events of the database are not those that the log "
            "has signed. Restore the database, or find out who rewrote it; `lims "
            "verify` names the events. Nothing is signed meanwhile."
        )
    return signed


def _keep(session: Session, mine: Keys, told: Checkpoint, note: Note) -> None:
    """Store the note as it was signed, at the time that it states itself."""
    at = datetime.fromtimestamp(_stated(mine, note), UTC)
    known = set(session.scalars(select(LogKey.vkey)))
    for vkey in mine.vkeys:
        if vkey not in known:
            fresh = LogKey(vkey=vkey, since=told.size, at=at)
            session.add(fresh)
    last = session.scalar(select(func.max(SignedCheckpoint.id)))
    session.add(
        SignedCheckpoint(
            id=(last or 0) + 1,  # without a gap: one that is missing is missed
            origin=told.origin,
            size=told.size,
            root=told.root,
            note=note.render(),
            at=at,
        )
    )


def _stated(mine: Keys, note: Note) -> int:
    """The time in the signature of the key that signs one, in seconds since 1970."""
    for signer in mine.signers:
        verifier = signer.verifier
        found = note.of(verifier)
        at = verifier.check(note.text, found.blob) if found else None
        if at is not None:
            return at
    raise HistoryLost(
        "The last signed checkpoint is not signed with the keys in its folder. Put "
        "the folder of the keys back as it was."
    )
