"""Carry print jobs to their printers, after the commit that asked for it.

A job is marked as being sent before its first byte leaves. Where the worker stops in
the middle, it stays so, and is doubtful when the worker looks again: it is never sent
a second time by itself.
"""

from datetime import timedelta

from labels.outcome import Came, Outcome
from lims import clock
from lims.db import Database
from lims.printing import queries_printers as queries
from lims.printing.addresses import host_and_port
from lims.printing.sending import Way
from lims.printing.stepping import settle, take
from lims.printing.tables import LabelSending, Printer

FORSAKEN = timedelta(minutes=30)
"""After so long nobody is sending it any more; a thousand labels take that long."""
STOPPED = "The server stopped while this was being sent. Look how many labels came out."


def open_jobs(database: Database) -> bool:
    """Whether there is anything to do: asked often, so without a turn to write."""
    with database.reading() as session:
        return queries.any_open(session)


def send(database: Database) -> int:
    """Send what is due, one job a printer at a time; how many were settled."""
    done = 0
    while (taken := _take(database)) is not None:
        uid, printer, content, labels = taken
        outcome = carried(printer, content, labels)
        with database.transaction() as session:
            settle(session, uid, ACTIONS[outcome.came], outcome.told)
        done += 1
    return done


ACTIONS = {
    Came.PRINTED: "printed", Came.FAILED: "failed", Came.DOUBTFUL: "doubtful",
}  # fmt: skip


def doubt_forsaken(database: Database) -> int:
    """What a worker was sending when it stopped; how many a person is asked about."""
    before = clock.now() - FORSAKEN
    with database.transaction() as session:
        left = [
            row.uid
            for row in queries.under_way(session)
            if row.command is None and (row.started_at or before) <= before
        ]
        for uid in left:
            settle(session, uid, "doubtful", STOPPED)
    return len(left)


def carried(printer: Printer, content: bytes, labels: int) -> Outcome:
    """To the printer, with what came of it."""
    from labels import ipp, raw_port  # noqa: PLC0415 - only who has printers

    match Way(printer.way):
        case Way.RAW:
            host, port = host_and_port(printer.address)
            return raw_port.send(host, port, content, labels, tells=printer.tells)
        case Way.IPP:
            return ipp.send(printer.address, content, labels, printer.language)
        case Way.BENCH:
            return Outcome(Came.FAILED, "The bench was not asked. Nothing was printed.")


def _take(database: Database) -> tuple[str, Printer, bytes, int] | None:
    """Mark the next job as being sent, and keep that before anything leaves."""
    with database.transaction() as session:
        for row in queries.due(session):
            printer = session.get_one(Printer, row.printer_id)
            if printer.way == Way.BENCH:
                continue
            take(session, row)
            session.flush()
            session.expunge(printer)
            return row.uid, printer, bytes(row.content), row.labels
    return None


def of_benches(database: Database) -> list[LabelSending]:
    """What benches were asked to print and is not settled."""
    with database.reading() as session:
        found = [row for row in queries.under_way(session) if row.command is not None]
        session.expunge_all()
        return found
