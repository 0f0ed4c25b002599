"""`lims serve`."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click
import waitress

from lims import startup, web
from lims.access import Actor, Role
from lims.jobs import Duty, arrivals, send_packages, take_receipts, work_until
from lims.laboratory import Laboratory
from lims.people import queries as people

THREADS = 8


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5070, show_default=True)
@click.pass_obj
def command(laboratory: Laboratory, host: str, port: int) -> None:
    """Open the laboratory's pages, with the worker beside them."""
    with working(laboratory):
        serve(laboratory, host, port)


def serve(laboratory: Laboratory, host: str, port: int) -> None:
    if faults := startup.faults(laboratory):
        raise click.ClickException("\n".join(["The doors stay closed.", *faults]))
    app = web.create_app(laboratory)
    waitress.serve(app, host=host, port=port, threads=THREADS, ident="", _quiet=True)


@contextmanager
def working(laboratory: Laboratory) -> Iterator[None]:
    """Carry packages, receipts and arrivals while the doors are open."""
    stop = Event()
    threads = [
        Thread(target=work_until, args=(stop, laboratory, *one), daemon=True)
        for one in _duties(laboratory)
    ]
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
        (worker, (send_packages, take_receipts)) for worker in workers
    ]
    if laboratory.import_folder is not None:
        watching = (arrivals(laboratory.import_folder),)
        found += [(instrument, watching) for instrument in instruments[:1]]
    return found
