"""Once a day the record is verified whole, in a process of its own.

It reads everything: beside the pages it would make people wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
import logging
from subprocess import DEVNULL, Popen, SubprocessError
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from lims import clock
from lims.audit.queries import last_verification
from lims.laboratory import Laboratory

log = logging.getLogger("lims.nightly")

LOOK_EVERY = 60.0
"""Seconds between two looks whether it is time."""
LOOK_AT_IT = 0.5
"""Seconds between two looks whether it has ended."""
NIGHT = range(1, 5)
"""Hours of the laboratory's own clock."""
RESTED, LATE = timedelta(hours=20), timedelta(hours=30)
"""By night again after so long; by day where the night was missed."""
LONGEST = timedelta(hours=6)


def is_due(last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is time for the next verification; at once where there was none."""
    if last is None:
        return True
    rested = now - last
    by_night = now.astimezone(zone).hour in NIGHT
    return rested >= LATE or (rested >= RESTED and by_night)


def verify_until(stop: Event, laboratory: Laboratory, command: Sequence[str]) -> None:
    """Run `lims verify` by this command whenever it is due, until told to stop.

    Its result is an event; what it found is shown on every page.
    """
    while not stop.is_set():
        try:
            if _is_due_for(laboratory):
                _run(command, stop)
        except (OSError, SubprocessError, SQLAlchemyError) as error:
            log.error("The verification did not end: %s.", type(error).__name__)  # noqa: TRY400 - its text may tell too much
        stop.wait(LOOK_EVERY)


def _run(command: Sequence[str], stop: Event) -> None:
    """To its end, unless it takes too long or the laboratory closes its doors."""
    ends = monotonic() + LONGEST.total_seconds()
    with Popen(  # noqa: S603 - the program's own command
        command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
    ) as running:
        while running.poll() is None:
            if stop.wait(LOOK_AT_IT) or monotonic() > ends:
                running.terminate()
                return


def _is_due_for(laboratory: Laboratory) -> bool:
    with laboratory.database.reading() as session:
        last = last_verification(session)
        return is_due(last.at if last else None, clock.now(), laboratory.zone)
