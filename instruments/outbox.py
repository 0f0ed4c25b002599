"""What a bench heard, kept on its own disk until the server has it.

A reading is on the disk before the person hears the beep: written in one transaction
that waits for the disk (`synchronous=FULL`). Each has the next number of this bench, a
UUID of its own, and the hash of the one before it, so that a gap, a change or a wrong
order is seen by whoever receives them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
import json
from pathlib import Path
import threading
import time
from uuid import uuid4

from instruments.obeyed import Obeyed

GENESIS = "0" * 64
"""What stands before a bench's first reading."""

TABLE = """
    CREATE TABLE IF NOT EXISTS reading (
        seq INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        hash TEXT NOT NULL,
        received INTEGER NOT NULL DEFAULT 0
    )
"""


class OutboxFault(Exception):
    """The outbox on this disk is not what this bench wrote."""


@dataclass(frozen=True, slots=True)
class Reading:
    seq: int
    body: str
    """JSON: number, uid, device, kind, text, raw bytes in hex, the bench's times."""
    hash: str


class Outbox:
    """One file; threads share it. `put` returns when the reading is on the disk."""

    def __init__(self, path: Path) -> None:
        import sqlite3  # noqa: PLC0415 - a server knows readings, and has its own

        self._lock = threading.Lock()
        self._base = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        # Alone in the file: a WAL is unsafe in some SQLite only with two connections
        # (decision 3), and two bench processes must not share a number.
        self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute(TABLE)
        self.obeyed = Obeyed(self._base, self._lock)

    def close(self) -> None:
        with self._lock:
            self._base.close()

    def put(
        self, device: str, kind: str, text: str, raw: bytes, at: datetime
    ) -> Reading:
        """Keep one reading. `kind` is `scan` or `weight`; `at` is the bench's clock."""
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone.")
        told = {
            "uid": uuid4().hex,
            "device": device,
            "kind": kind,
            "text": text,
            "raw": raw.hex(),
            "at": at.isoformat(),
            "ticks": time.monotonic_ns(),
        }
        with self._lock:
            seq, before = self._last()
            body = json.dumps({"seq": seq + 1, **told}, sort_keys=True)
            made = Reading(seq + 1, body, link(before, body))
            self._base.execute(
                "INSERT INTO reading (seq, body, hash) VALUES (?, ?, ?)",
                (made.seq, made.body, made.hash),
            )
        return made

    def waiting(self, most: int = 100) -> list[Reading]:
        """What the server has not confirmed, oldest first."""
        asked = "SELECT seq, body, hash FROM reading WHERE NOT received ORDER BY seq"
        with self._lock:
            rows = self._base.execute(f"{asked} LIMIT ?", (most,)).fetchall()
        return [Reading(*row) for row in rows]

    def received(self, seq: int) -> None:
        """The server keeps all up to this number.

        Raises OutboxFault for a number that this bench never gave: then the disk was
        put back to an older state, and nothing may be sent until a person has looked.
        """
        with self._lock:
            last, _ = self._last()
            if seq > last:
                raise OutboxFault(
                    f"The server has reading {seq} of this bench; its own last one is "
                    f"{last}. Was an older disk put in? Enrol the bench anew."
                )
            self._base.execute(
                "UPDATE reading SET received = 1 WHERE seq <= ? AND NOT received",
                (seq,),
            )

    def all(self) -> list[Reading]:
        with self._lock:
            rows = self._base.execute(
                "SELECT seq, body, hash FROM reading ORDER BY seq"
            ).fetchall()
        return [Reading(*row) for row in rows]

    def _last(self) -> tuple[int, str]:
        asked = "SELECT seq, hash FROM reading ORDER BY seq DESC LIMIT 1"
        row: tuple[int, str] | None = self._base.execute(asked).fetchone()
        return row or (0, GENESIS)


def link(before: str, body: str) -> str:
    """The hash of a reading: over the one before it and what it says."""
    return sha256(f"{before}\n{body}".encode()).hexdigest()


def broken_at(readings: Sequence[Reading], seq: int = 0, before: str = GENESIS) -> int:
    """The number of the first reading that does not follow; 0 if all do.

    They are to follow the reading `seq` with the hash `before`.
    """
    for reading in readings:
        seq += 1
        follows = reading.seq == seq and reading.hash == link(before, reading.body)
        if not follows or json.loads(reading.body).get("seq") != seq:
            return seq
        before = reading.hash
    return 0
