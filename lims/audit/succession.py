"""What follows when the log changes its keys, or begins anew after a loss.

Both are told in the record, so that whoever checks it learns of them from the log
itself: a key is followed by the next because the log, still under the old key, said so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import re
from time import sleep

from lims.access import SYSTEM
from lims.audit import keys
from lims.audit.integrator import (
    LEADER,
    HistoryLost,
    Integrator,
    expect_continuity,
)
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.db import Database
from lims.errors import RuleBroken

TRIES, PAUSE = 300, 0.1
NAME = "log"
"""The part of the system whose chain tells of both."""


def rotate(database: Database, folder: Path, origin: str, reason: str) -> keys.Keys:
    """Sign with fresh keys from now on; the old private keys are gone after it."""
    old = keys.present(folder, origin)
    fresh = keys.renew(old)
    with database.transaction() as session:
        record(
            session,
            SYSTEM,
            Tag.LOG_KEYS_ROTATED,
            system(session, NAME),
            old=list(old.vkeys),
            new=list(fresh.vkeys),
            reason=reason,
        )
    with _leading(database):
        Integrator(database, folder, origin).work()  # the old keys sign this very event
        keys.take_over(fresh)
    return keys.load(folder, origin)


def restart(database: Database, folder: Path, origin: str, reason: str) -> str:
    """Begin a new log where the old one signed more than is left; its name.

    RuleBroken while the old log is whole: nobody leaves a log that holds.
    """
    old = keys.present(folder, origin)
    with database.reading() as session:
        try:
            expect_continuity(session, old)
        except HistoryLost as error:
            lost = str(error)
        else:
            raise RuleBroken(
                f"The log '{old.origin}' is whole: nothing is lost, and it goes on. "
                "To change its keys use `lims log rotate`."
            )
    signed = keys.signed(old)
    name = _next_name(old.origin)
    with database.transaction() as session:
        record(
            session,
            SYSTEM,
            Tag.LOG_RESTARTED,
            system(session, NAME),
            old=old.origin,
            new=name,
            last_signed=signed.text if signed else None,
            lost=lost,
            reason=reason,
        )
    with _leading(database):
        keys.begin_anew(old, name)
    return name


@contextmanager
def _leading(database: Database) -> Iterator[None]:
    """Alone at the log, as soon as the integrator that works on it rests."""
    for _ in range(TRIES):
        with database.alone(LEADER) as leading:
            if leading:
                yield
                return
        sleep(PAUSE)
    raise RuleBroken("The log's integrator is busy. Repeat the command in a minute.")


def _next_name(origin: str) -> str:
    """`lab.example/record` is followed by `lab.example/record/2`."""
    found = re.fullmatch(r"(.+)/([0-9]+)", origin)
    return f"{found[1]}/{int(found[2]) + 1}" if found else f"{origin}/2"
