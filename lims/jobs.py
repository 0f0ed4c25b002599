"""The worker: carries packages out, takes receipts in, looks after arrivals.

Each piece is one transaction, and what is done outside of it can be done again: a
worker that is killed at any moment loses and doubles nothing.
"""

from collections.abc import Callable
import logging
from pathlib import Path
from threading import Event

from lims import queue
from lims.access import Actor
from lims.errors import LimsError
from lims.handoff import operations as handoff
from lims.handoff import queries as packages
from lims.handoff.transports import drop_folder
from lims.laboratory import Laboratory
from lims.results.arrival import Gate
from lims.results.intake import Bench
from lims.results.watching import Watch, take

log = logging.getLogger("lims.jobs")

PAUSE = 0.5
"""Seconds between two looks when there is nothing to do."""

Duty = Callable[[Laboratory, Actor], int]


def send_packages(laboratory: Laboratory, worker: Actor) -> int:
    """Put each package that is due into the drop folder; the number that left."""
    if laboratory.handoff_out is None:
        return 0
    sent = 0
    while (due := _next(laboratory)) is not None:
        job, uid = due
        try:
            with laboratory.database.reading() as session:
                body = packages.package(session, worker, uid).body
            drop_folder.put(laboratory.handoff_out, f"{uid}.json", body)
        except (OSError, LimsError) as error:
            with laboratory.database.transaction() as session:
                queue.postpone(session, job, str(error))
            continue
        with laboratory.database.transaction() as session:
            handoff.mark_sent(session, worker, uid)
            queue.finish(session, job)
        sent += 1
    return sent


def take_receipts(laboratory: Laboratory, worker: Actor) -> int:
    """Take each answer that waits; one that cannot be taken is put aside and told."""
    if laboratory.handoff_in is None:
        return 0
    taken = 0
    for path, body in list(drop_folder.waiting(laboratory.handoff_in)):
        try:
            with laboratory.database.transaction() as session:
                handoff.take_receipt(session, worker, body)
            place = "taken"
        except LimsError as error:
            with laboratory.database.transaction() as session:
                handoff.refuse_receipt(session, worker, body, str(error))
            place = "refused"
        drop_folder.set_aside(path, place)
        taken += 1
    return taken


def work(laboratory: Laboratory, worker: Actor, duties: tuple[Duty, ...]) -> int:
    """One round of every duty; how much was done."""
    return sum(duty(laboratory, worker) for duty in duties)


def work_until(
    stop: Event, laboratory: Laboratory, worker: Actor, duties: tuple[Duty, ...]
) -> None:
    """Work, and rest while there is nothing to do, until told to stop."""
    while not stop.is_set():
        try:
            done = work(laboratory, worker, duties)
        except Exception as error:  # noqa: BLE001 - a thread that dies is not missed
            # The kind of fault alone: its text may hold what a log must not tell.
            kind = type(error).__name__
            log.error("A duty failed with %s; it is tried again.", kind)  # noqa: TRY400 - its text may tell too much
            done = 0
        if not done:
            stop.wait(PAUSE)


def arrivals(folder: Path) -> Duty:
    """The duty of looking after one watched folder of exports."""
    watch = Watch(folder)

    def take_arrivals(laboratory: Laboratory, instrument: Actor) -> int:
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(laboratory.kits, laboratory.rules)
        gate = Gate(laboratory.database, laboratory.store, bench)
        finished = watch.finished()
        for path in finished:
            take(gate, instrument, path)
        return len(finished)

    return take_arrivals


def _next(laboratory: Laboratory) -> tuple[int, str] | None:
    with laboratory.database.transaction() as session:
        job = queue.take(session, {handoff.SEND: None})
        return (job.id, job.key) if job is not None else None
