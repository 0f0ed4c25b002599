"""`lims witness`: cosign another organisation's checkpoints; needs no database."""

from pathlib import Path
import socket
import sqlite3

import click

from lims.anchors import policy
from lims.audit.notes import BadNote, Verifier
from lims.witness.keys import BadKey, read
from lims.witness.memory import Forgotten
from lims.witness.service import serve
from lims.witness.witness import KEY_FILE, Logs, Witness, at_home

FAULTS = (BadKey, BadNote, Forgotten, policy.BadPolicy, sqlite3.Error, OSError)


@click.command("witness")
@click.option("--folder", required=True, type=click.Path(path_type=Path))
@click.option("--origin", default="", help="The log's name, where no key is named so.")
@click.option("--key", "vkeys", multiple=True, help="A key of the log, as its vkey.")
@click.option(
    "--policy",
    "file",
    type=click.Path(path_type=Path),
    help="A file with a line `log VKEY` for each log, instead of --key.",
)
@click.option("--name", default="", help="The witness's name, told at its first start.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5075, show_default=True)
@click.option("--show-key", is_flag=True, help="Print the witness's keys and stop.")
@click.option("--show-forks", is_flag=True, help="Print what convicts a log and stop.")
def command(
    folder: Path,
    origin: str,
    vkeys: tuple[str, ...],
    file: Path | None,
    name: str,
    host: str,
    port: int,
    *,
    show_key: bool,
    show_forks: bool,
) -> None:
    """Watch over logs of other organisations: cosign each checkpoint that goes on."""
    try:
        logs = _logs(origin, vkeys, file)
        witness = at_home(folder, name or f"{socket.gethostname()}/witness", logs)
        if show_forks:
            _show_forks(witness)
            return
        click.echo("\n".join(read(folder / KEY_FILE).vkeys))
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    if show_key:
        return
    if not logs:
        raise click.ClickException("Name the log by --key VKEY, or by --policy FILE.")
    click.echo(f"Cosigns {', '.join(sorted(logs))} on http://{host}:{port}.")
    serve(witness, host, port)


def _logs(origin: str, vkeys: tuple[str, ...], file: Path | None) -> Logs:
    keys = [Verifier.parse(one) for one in vkeys]
    if file is not None:
        keys += [one.key for one in policy.read(file).logs]
    found: dict[str, list[Verifier]] = {}
    for key in keys:
        found.setdefault(origin or key.name, []).append(key)
    return found


def _show_forks(witness: Witness) -> None:
    for _, _, note in witness.memory.forks():
        click.echo(note.decode())
