"""`lims integrate`."""

import signal
from threading import Event

import click

from lims.audit.integrator import HistoryLost, Integrator
from lims.audit.keys import UnsafeKeys
from lims.jobs import integrate_until
from lims.laboratory import Laboratory


@click.command("integrate")
@click.option("--once", is_flag=True, help="One round, then end.")
@click.pass_obj
def command(laboratory: Laboratory, once: bool) -> None:  # noqa: FBT001 - click gives it so
    """Keep the log: give events their places, sign a checkpoint each second.

    One of these runs beside PostgreSQL, under the integrator's own database role; a
    second one waits. Beside the embedded database `lims serve` does it.
    """
    one = Integrator(laboratory.database, laboratory.log_keys, laboratory.log_origin)
    try:
        found = one.round()
    except (HistoryLost, UnsafeKeys) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{found} events got their places in the log.")
    if not once:
        stop = Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        integrate_until(stop, laboratory)
