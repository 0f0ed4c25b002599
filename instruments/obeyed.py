"""Which commands a bench has obeyed, on its own disk: none is ever done twice.

A command is noted as begun before the device hears of it. Where the bench stops in
between, nobody knows what was done; that is what it then tells, and it does not try
again: a label that was printed twice is a tube that exists twice.
"""

from dataclasses import dataclass
from enum import StrEnum
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

TABLE = """
    CREATE TABLE IF NOT EXISTS obeyed (
        uid TEXT PRIMARY KEY,
        came_to TEXT,
        told TEXT NOT NULL DEFAULT '',
        sent INTEGER NOT NULL DEFAULT 0
    )
"""
STOPPED = "The bench was stopped while it did this. Look at the device."
LATE = "It came too late, and was not done."


class CameTo(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    """It was not done."""
    UNSURE = "unsure"
    """Some of it may have been done: a person looks."""
    LATE = "too late"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to, and in words why."""

    uid: str
    came_to: str
    told: str = ""


class Obeyed:
    """Part of the outbox's file: its connection and its lock."""

    def __init__(self, base: "Connection", lock: threading.Lock) -> None:
        self._base, self._lock = base, lock
        self._base.execute(TABLE)
        self._base.execute(
            "UPDATE obeyed SET came_to = ?, told = ? WHERE came_to IS NULL",
            (CameTo.UNSURE, STOPPED),
        )

    def begin(self, uid: str) -> bool:
        """Whether this is to be done now; if so, it is on the disk that it was begun.

        One that is known is not done again; what it came to is told once more.
        """
        with self._lock:
            made = self._base.execute(
                "INSERT OR IGNORE INTO obeyed (uid) VALUES (?)", (uid,)
            )
            if made.rowcount:
                return True
            self._base.execute("UPDATE obeyed SET sent = 0 WHERE uid = ?", (uid,))
        return False

    def end(self, outcome: Outcome) -> None:
        with self._lock:
            self._base.execute(
                "UPDATE obeyed SET came_to = ?, told = ? WHERE uid = ?",
                (outcome.came_to, outcome.told, outcome.uid),
            )

    def untold(self, most: int = 100) -> list[Outcome]:
        """What ended, and the server has not heard."""
        with self._lock:
            rows = self._base.execute(
                "SELECT uid, came_to, told FROM obeyed"
                " WHERE came_to IS NOT NULL AND NOT sent ORDER BY rowid LIMIT ?",
                (most,),
            ).fetchall()
        return [Outcome(*row) for row in rows]

    def told(self, outcomes: list[Outcome]) -> None:
        """The server has heard of these."""
        with self._lock:
            self._base.executemany(
                "UPDATE obeyed SET sent = 1 WHERE uid = ?",
                [(one.uid,) for one in outcomes],
            )
