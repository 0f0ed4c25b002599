"""What the witness remembers: of each log the last checkpoint that it cosigned.

One small SQLite file of the witness's own. Comparing and remembering is one
transaction, on the disk before anybody gets a signature; it holds among threads, among
processes and over a crash. The journal is a rollback journal, not a WAL: the machine's
SQLite may be one of those whose WAL is not safe (docs/decisions/0003).
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import sqlite3

from lims import clock
from lims.audit.notes import Checkpoint

WAIT = 10
"""Seconds until a request gives up while another holds the file."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS cosigned (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
        note BLOB NOT NULL, at TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS fork (
        origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
        note BLOB NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (origin, size, root)) STRICT""",
)


class Forgotten(Exception):
    """The memory is not there where it must be."""


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint of a log with its signed note; size 0 where there is none yet."""

    size: int
    root: bytes
    note: bytes = b""


NOTHING = Cosigned(0, b"")
Judge = Callable[[Cosigned], None]
"""Raises where the remembered checkpoint forbids the new one."""


class Memory:
    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> None:
        """Make the empty memory of a new witness; one that is there stays as it is."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            for table in _TABLES:
                connection.execute(table)
            connection.execute("COMMIT")

    def require(self) -> None:
        """Refuse to go on without a memory: an empty one would cosign anything."""
        if not self.path.exists():
            raise Forgotten(
                f"The witness has a key but its memory '{self.path}' is not there. "
                "Without it a log could show it another history. Restore the file, or "
                "begin a new witness with a new key in another folder."
            )
        with closing(self._connect()) as connection:
            connection.execute("SELECT count(*) FROM cosigned").fetchone()

    def last(self, origin: str) -> Cosigned:
        with closing(self._connect()) as connection:
            return _last(connection, origin)

    def advance(self, new: Checkpoint, note: bytes, judge: Judge) -> datetime:
        """Remember the checkpoint if the judge lets it pass; the time of doing so.

        The time is taken while no other request can pass, so that of two cosignatures
        the later one never states the smaller tree.
        """
        with self._alone() as connection:
            judge(_last(connection, new.origin))
            at = clock.now()
            connection.execute(
                "INSERT INTO cosigned VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO "
                "UPDATE SET size=excluded.size, root=excluded.root, "
                "note=excluded.note, at=excluded.at",
                (new.origin, new.size, new.root, note, at.isoformat()),
            )
        return at

    def keep_fork(self, origin: str, *two: Cosigned) -> None:
        """Two signed checkpoints of one size and different roots convict the log."""
        at = clock.now().isoformat()
        with self._alone() as connection:
            connection.executemany(
                "INSERT INTO fork VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [(origin, one.size, one.root, one.note, at) for one in two],
            )

    def forks(self) -> list[tuple[str, int, bytes]]:
        """Origin, size and signed note of every checkpoint that convicts its log."""
        with closing(self._connect()) as connection:
            return connection.execute(
                "SELECT origin, size, note FROM fork ORDER BY origin, size, at, root"
            ).fetchall()

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """One transaction that nobody else can write in; undone where it raises."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        made = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        made.execute("PRAGMA journal_mode=DELETE")
        made.execute("PRAGMA synchronous=EXTRA")
        return made


def _last(connection: sqlite3.Connection, origin: str) -> Cosigned:
    row = connection.execute(
        "SELECT size, root, note FROM cosigned WHERE origin = ?", (origin,)
    ).fetchone()
    return Cosigned(*row) if row else NOTHING
