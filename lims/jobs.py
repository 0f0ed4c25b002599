"""The worker: carries packages out, takes receipts in, looks after arrivals.

Each piece is one transaction, and what is done outside of it can be done again: a
worker that is killed at any moment loses and doubles nothing.
"""

from collections.abc import Callable
from datetime import timedelta
import logging
from pathlib import Path
from threading import Event
from time import monotonic

from sqlalchemy.orm import Session

from lims import clock, queue
from lims.access import Actor
from lims.anchors import policy
from lims.audit.integrator import HistoryLost, Integrator
from lims.audit.keys import UnsafeKeys
from lims.boxes import DoesNotOpen
from lims.custody import reminding
from lims.custody.overdue import out_before
from lims.desk import mentions
from lims.desk import operations_checks as checks
from lims.desk.evidence import run as run_check
from lims.erasure import late
from lims.errors import LimsError, RuleBroken
from lims.evidence import making
from lims.evidence import queries as evidence
from lims.handoff import operations as handoff
from lims.handoff import queries as packages
from lims.handoff.transports import drop_folder
from lims.laboratory import Laboratory
from lims.printing.stepping import settle
from lims.results import looking
from lims.results.queries_traces import LOOK
from lims.results.watching import Watch, take
from lims.stations import queries as stations

log = logging.getLogger("lims.jobs")

PAUSE = 0.5
"""Seconds between two looks when there is nothing to do."""

CHECKPOINT_EVERY = 1.0
"""Seconds between two checkpoints of the log, where there is something new."""

BAD_POLICY_AGAIN = 30.0
"""Seconds until a policy file that cannot be followed is read again."""

OVERDUE_EVERY = 60.0
"""Seconds between two looks for what is out too long."""

UNNAMED = timedelta(hours=1)
"""How long a copy may lie there before its bundle names it."""

Duty = Callable[[Laboratory, Actor], int]
Act = Callable[[int, str], None]
"""Carries out one promise, by its job and its key, and finishes the job."""
Put = Callable[[Session, Actor, Path, str], str]
"""Puts one message, by its id, into the folder; answers the package to forget."""


def send_packages(laboratory: Laboratory, worker: Actor) -> int:
    """Put each package and recall that is due into the drop folder; how many left.

    Recalls first: what the engine must forget it is told before it gets anything new.
    """
    if laboratory.handoff_out is None:
        return 0
    lanes = ((handoff.TELL, _recall), (handoff.SEND, _package))
    return sum(
        _carry(laboratory, worker, laboratory.handoff_out, kind, put)
        for kind, put in lanes
    )


def _carry(
    laboratory: Laboratory, worker: Actor, folder: Path, kind: str, put: Put
) -> int:
    def carry(job: int, uid: str) -> None:
        with laboratory.database.transaction() as session:
            named = put(session, worker, folder, uid)
            queue.finish(session, job)
        if named and laboratory.handoff_in is not None:
            drop_folder.forget(laboratory.handoff_in / "refused", named)

    return _each(laboratory, kind, carry)


def _package(session: Session, worker: Actor, folder: Path, uid: str) -> str:
    # Locked until it lies there: what is erased meanwhile does not leave.
    package = packages.package(session, worker, uid, lock=True)
    if not package.body:
        raise RuleBroken("The package was erased; nothing is sent.")
    if packages.recalls_of(session, [package.id]):
        raise RuleBroken("The package was recalled; nothing is sent.")
    if packages.waits_for_a_recall(session, package):
        raise RuleBroken("The recall of the earlier version is sent before it.")
    drop_folder.put(folder, f"{uid}.json", package.body)
    handoff.mark_sent(session, worker, uid)
    return ""


def _recall(session: Session, worker: Actor, folder: Path, uid: str) -> str:
    recall = handoff.mark_told(session, worker, uid)
    package = packages.recalled(session, recall)
    # Told first, so that whoever took the package meanwhile learns of it.
    drop_folder.put(folder, f"{uid}.json", recall.body)
    drop_folder.take_back(folder, f"{package.uid}.json")
    return package.uid


def take_receipts(laboratory: Laboratory, worker: Actor) -> int:
    """Take each answer that waits; one that cannot be taken is put aside and told.

    What was taken is kept sealed in the database and not left in the folder.
    """
    if laboratory.handoff_in is None:
        return 0
    taken = 0
    for path, body in list(drop_folder.waiting(laboratory.handoff_in)):
        try:
            with laboratory.database.transaction() as session:
                handoff.take_receipt(session, worker, body)
            path.unlink(missing_ok=True)
        except LimsError as error:
            with laboratory.database.transaction() as session:
                handoff.refuse_receipt(session, worker, body, str(error))
            drop_folder.set_aside(path, "refused")
        taken += 1
    return taken


def look_at_traces(laboratory: Laboratory, worker: Actor) -> int:
    """Hold traces against calls where new ones of either came; promises carried out."""

    def look(job: int, uid: str) -> None:
        looking.promised(laboratory.gate, worker, uid)
        with laboratory.database.transaction() as session:
            queue.finish(session, job)

    return _each(laboratory, LOOK, look)


def make_bundles(laboratory: Laboratory, _worker: Actor) -> int:
    """Make each evidence bundle that was asked for; the number that was made."""

    def make(job: int, uid: str) -> None:
        making.make(laboratory.database, laboratory.bundles, laboratory.shop, uid, job)

    return _each(laboratory, evidence.MAKE, make)


def print_labels(laboratory: Laboratory, _worker: Actor) -> int:
    """Send each print job that is due to its printer; the number that was settled."""
    from lims.printing import worker  # noqa: PLC0415 - only who has printers

    database = laboratory.database
    if not worker.open_jobs(database):
        return 0
    worker.doubt_forsaken(database)
    return worker.send(database) + _hear_benches(laboratory)


def _hear_benches(laboratory: Laboratory) -> int:
    """What benches were asked to print, as far as they have answered."""
    from lims.printing import worker  # noqa: PLC0415 - only who has printers

    heard = 0
    for row in worker.of_benches(laboratory.database):
        with laboratory.database.transaction() as session:
            told = stations.outcome(session, str(row.command))
            if told is not None:
                settle(session, row.uid, *told)
                heard += 1
    return heard


def check_requirements(laboratory: Laboratory, _worker: Actor) -> int:
    """Run each requirement's query that was asked for; the number that was run."""

    def check(job: int, uid: str) -> None:
        with laboratory.database.reading() as session:
            actor, found = run_check(session, uid, laboratory.store)
        with laboratory.database.transaction() as session:
            checks.finish(session, actor, uid, found)
            queue.finish(session, job)

    return _each(laboratory, checks.CHECK, check)


def follow_mentions(laboratory: Laboratory, _worker: Actor) -> int:
    """Keep the index of what names which code behind the log; events looked through."""
    with laboratory.database.reading() as session:
        if not mentions.lags(session):
            return 0
    with laboratory.database.transaction() as session:
        return mentions.follow(session)


def drop_bundles(laboratory: Laboratory, _worker: Actor) -> int:
    """Remove the copies that were kept for long enough, and those that none names.

    A copy is written before its bundle names it: one of the last hour is waited for.
    """
    written = laboratory.bundles.names(before=clock.now() - UNNAMED)
    with laboratory.database.reading() as session:
        gone = {*evidence.outdated(session), *(set(written) - evidence.copies(session))}
    for name in gone:
        laboratory.bundles.drop(name)
    return 0


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


def integrate_until(stop: Event, laboratory: Laboratory) -> None:
    """Give events their places in the log and sign it, each second, until told to stop.

    What cannot go on is said once; the log waits for a person meanwhile.
    """
    one = Integrator(laboratory.database, laboratory.log_keys, laboratory.log_origin)
    trouble = ""
    while not stop.is_set():
        try:
            one.round()
            trouble = ""
        except (HistoryLost, UnsafeKeys) as error:
            if str(error) != trouble:
                trouble = str(error)
                log.error("%s", error)  # noqa: TRY400 - the sentence says it all
        except Exception as error:  # noqa: BLE001 - a thread that dies is not missed
            log.error("The integrator failed with %s.", type(error).__name__)  # noqa: TRY400 - its text may tell too much
        stop.wait(CHECKPOINT_EVERY)


def anchor_until(stop: Event, laboratory: Laboratory) -> None:
    """Carry each new checkpoint out of the house until told to stop.

    Apart from the other duties: an anchor that does not answer holds up nothing.
    """
    from lims.anchors.rounds import Rounds  # noqa: PLC0415 - only who has anchors

    rounds = Rounds(laboratory.database)
    while not stop.wait(CHECKPOINT_EVERY):
        try:
            rounds.round(policy.read(laboratory.log_policy), laboratory.authority)
        except policy.BadPolicy as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            stop.wait(BAD_POLICY_AGAIN)
        except Exception as error:  # noqa: BLE001 - a thread that dies is not missed
            log.error("The anchors failed with %s.", type(error).__name__)  # noqa: TRY400 - its text may tell too much


def overdue() -> Duty:
    """The duty of asking, each minute, for what is out too long (rule B10)."""
    next_look = 0.0

    def ask(laboratory: Laboratory, _worker: Actor) -> int:
        nonlocal next_look
        if monotonic() < next_look:
            return 0
        next_look = monotonic() + OVERDUE_EVERY
        before = out_before(clock.now(), laboratory.zone, laboratory.shift_ends)
        with laboratory.database.reading() as session:
            if not reminding.is_due(session, before):
                return 0
        with laboratory.database.transaction() as session:
            return reminding.remind(session, before)

    return ask


def late_files() -> Duty:
    """The duty of searching files that come after an erasure for who was erased."""
    seen = 0

    def search(laboratory: Laboratory, _worker: Actor) -> int:
        nonlocal seen
        seen = late.search(laboratory.database, laboratory.store, seen)
        return 0

    return search


def arrivals(folder: Path) -> Duty:
    """The duty of looking after one watched folder of exports."""
    watch = Watch(folder)

    def take_arrivals(laboratory: Laboratory, instrument: Actor) -> int:
        folder.mkdir(parents=True, exist_ok=True)
        gate = laboratory.gate
        finished = watch.finished()
        for path in finished:
            take(gate, instrument, path)
        return len(finished)

    return take_arrivals


def _each(laboratory: Laboratory, kind: str, act: Act) -> int:
    """Carry out what is due of one kind; what fails is tried again later. How many."""
    done = 0
    while (due := _next(laboratory, kind)) is not None:
        try:
            act(*due)
        except (OSError, LimsError, DoesNotOpen) as error:
            with laboratory.database.transaction() as session:
                queue.postpone(session, due[0], str(error))
        else:
            done += 1
    return done


def _next(laboratory: Laboratory, kind: str) -> tuple[int, str] | None:
    with laboratory.database.transaction() as session:
        job = queue.take(session, {kind: None})
        return (job.id, job.key) if job is not None else None
