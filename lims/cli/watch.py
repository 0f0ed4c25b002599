"""`lims watch`: take in what an instrument drops into the import folder."""

from time import sleep

import click

from lims.cli.ingest import machine
from lims.laboratory import Laboratory
from lims.results.watching import Watch, take


@click.command("watch")
@click.option("--account", default="", help="The machine account that brings them.")
@click.option("--seconds", default=2.0, show_default=True, help="Between two looks.")
@click.option("--once", is_flag=True, help="Take what waits and stop.")
@click.pass_obj
def command(
    laboratory: Laboratory, account: str, seconds: float, *, once: bool
) -> None:
    """Watch the import folder. A name or a value of a file is never printed."""
    folder = laboratory.import_folder
    if folder is None or not folder.is_dir():
        raise click.ClickException(
            "No import folder is set, or it is not there. Set import_folder or"
            " LIMS_IMPORT_FOLDER to a folder that exists."
        )
    actor = machine(laboratory, account)
    watch = Watch(folder)
    watch.finished()
    while True:
        sleep(seconds)
        for path in watch.finished():
            receipt = take(laboratory.gate, actor, path)
            click.echo(f"{receipt.uid[:8]}: {receipt.fate}. {receipt.public}")
        if once:
            return
