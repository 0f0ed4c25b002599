"""`lims serve`."""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL
import sys
from threading import Event, Thread

import click
import waitress

from lims import startup, web
from lims.access import SYSTEM, Actor, Role
from lims.jobs import (
    Duty,
    anchor_until,
    arrivals,
    check_requirements,
    drop_bundles,
    follow_mentions,
    integrate_until,
    late_files,
    look_at_traces,
    make_bundles,
    overdue,
    print_labels,
    send_packages,
    take_receipts,
    work_until,
)
from lims.keyring import UnsafeKeys
from lims.laboratory import Laboratory
from lims.nightly import verify_until
from lims.people import queries as people

THREADS = 8
NIGHTLY = [sys.executable, "-m", "app", "verify", "--rows"]
"""The verification of each night: everything that there is to be looked at."""

HEAPS, _M_ARENA_MAX = 1, -8
"""One heap for all threads; the number of that option in the malloc.h of glibc."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5070, show_default=True)
@click.pass_obj
def command(laboratory: Laboratory, host: str, port: int) -> None:
    """Open the laboratory's pages, with the worker beside them."""
    keep_one_heap()
    expect_ready(laboratory)
    with working(laboratory):
        serve(laboratory, host, port)


def keep_one_heap() -> None:
    """Let the threads share one heap, before the first of them starts.

    glibc gives each thread a heap of its own and keeps what each once freed. A C
    library that knows no heaps of threads is left as it is.
    """
    if tune := getattr(CDLL(None), "mallopt", None):
        tune(_M_ARENA_MAX, HEAPS)


def expect_ready(laboratory: Laboratory) -> None:
    """Before anything works here: what was erased is erased, and nothing is wrong."""
    try:
        told = startup.replay(laboratory) if startup.is_current(laboratory) else []
    except UnsafeKeys as error:
        raise click.ClickException(f"The doors stay closed.\n{error}") from error
    for sentence in told:
        click.echo(sentence)
    if faults := startup.faults(laboratory):
        raise click.ClickException("\n".join(["The doors stay closed.", *faults]))


def serve(laboratory: Laboratory, host: str, port: int) -> None:
    app = web.create_app(laboratory)
    waitress.serve(app, host=host, port=port, threads=THREADS, ident="", _quiet=True)


@contextmanager
def working(laboratory: Laboratory) -> Iterator[None]:
    """Carry packages, receipts and arrivals while the doors are open.

    Beside the embedded database the log is kept here as well; beside PostgreSQL by
    `lims integrate`, under a role of its own.
    """
    stop = Event()
    threads = [
        Thread(target=work_until, args=(stop, laboratory, *one), daemon=True)
        for one in _duties(laboratory)
    ]
    if laboratory.database.embedded:
        threads.append(
            Thread(target=integrate_until, args=(stop, laboratory), daemon=True)
        )
    threads.append(
        Thread(target=verify_until, args=(stop, laboratory, NIGHTLY), daemon=True)
    )
    if laboratory.log_policy or laboratory.authority:
        threads.append(
            Thread(target=anchor_until, args=(stop, laboratory), daemon=True)
        )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _duties(laboratory: Laboratory) -> list[tuple[Actor, tuple[Duty, ...]]]:
    """Each machine account with what it does; a laboratory without one does without."""
    with laboratory.database.reading() as session:
        workers = people.machines(session, Role.WORKER)
        instruments = people.machines(session, Role.INSTRUMENT)
    found: list[tuple[Actor, tuple[Duty, ...]]] = [
        (worker, (send_packages, take_receipts, look_at_traces)) for worker in workers
    ]
    found.append((SYSTEM, (print_labels,)))
    found.append((SYSTEM, (make_bundles, drop_bundles)))
    found.append(
        (SYSTEM, (check_requirements, follow_mentions, late_files(), overdue()))
    )
    if laboratory.import_folder is not None:
        watching = (arrivals(laboratory.import_folder),)
        found += [(instrument, watching) for instrument in instruments[:1]]
    return found
