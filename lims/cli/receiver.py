"""`lims receiver`."""

from pathlib import Path
from time import sleep

import click

from lims.laboratory import Laboratory
from lims.screening.receiver import answer_all


@click.command("receiver")
@click.option("--once", is_flag=True, help="Answer what waits and stop.")
@click.pass_obj
def command(laboratory: Laboratory, *, once: bool) -> None:
    """Answer packages as a matching engine would, from folder to folder."""
    if laboratory.handoff_out is None or laboratory.handoff_in is None:
        raise click.ClickException(
            "No folders are set. Set handoff_out and handoff_in, or LIMS_HANDOFF_OUT "
            "and LIMS_HANDOFF_IN."
        )
    serve(laboratory.handoff_out, laboratory.handoff_in, once=once)


def serve(packages: Path, receipts: Path, *, once: bool = False) -> None:
    while True:
        answered = answer_all(packages, receipts)
        if answered:
            click.echo(f"{answered} packages answered.")
        if once:
            return
        sleep(0.5)
