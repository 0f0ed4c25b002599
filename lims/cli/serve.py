"""`lims serve`."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click
import waitress

from lims import startup, web
from lims.access import Actor, Role
from lims.jobs import send_packages, take_receipts, work_until
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
    """Carry packages and receipts in the background while the doors are open."""
    stop = Event()
    threads = [
        Thread(
            target=work_until,
            args=(stop, laboratory, worker, (send_packages, take_receipts)),
            daemon=True,
        )
        for worker in _workers(laboratory)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _workers(laboratory: Laboratory) -> list[Actor]:
    with laboratory.database.reading() as session:
        return people.machines(session, Role.WORKER)
