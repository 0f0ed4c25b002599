"""`lims ingest`: take exports in from the command line, one transaction a file."""

from pathlib import Path
import sys

import click
from sqlalchemy.orm import Session

from lims.access import Actor, Role
from lims.errors import LimsError, NotFound
from lims.laboratory import Laboratory
from lims.people import queries as people
from lims.results.arrival import Parcel, arrive
from lims.results.intake import Fate, Stated

WAITING = frozenset({Fate.QUARANTINED, Fate.INCIDENT})


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", default="", help="The machine account that brings them.")
@click.option("--plate", default="", help="The plate, where a file names none.")
@click.option("--reason", default="", help="Why a run is analysed again: its code.")
@click.pass_obj
def command(
    laboratory: Laboratory,
    paths: tuple[Path, ...],
    account: str,
    plate: str,
    reason: str,
) -> None:
    """Take exports in; a folder stands for the files in it."""
    actor = machine(laboratory, account)
    stated = Stated(plate, reason)
    taken = [_is_taken(laboratory, actor, path, stated) for path in _files(paths)]
    if not all(taken):
        sys.exit(1)


def _is_taken(laboratory: Laboratory, actor: Actor, path: Path, stated: Stated) -> bool:
    """Take one file in and say what became of it; whether nobody need look at it."""
    try:
        receipt = arrive(laboratory.gate, actor, Parcel.of_path(path), stated)
    except OSError as error:
        click.echo(f"{path}: it cannot be opened: {error.strerror}.", err=True)
        return False
    except LimsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}: {receipt.fate}. {receipt.whole}")
    return receipt.fate not in WAITING


def machine(laboratory: Laboratory, account: str) -> Actor:
    """The account that acts: nobody imports in a person's name from here."""
    with laboratory.database.reading() as session:
        known = people.machines(session, Role.INSTRUMENT)
        wanted = _uid(session, account) if account else ""
    named = [one for one in known if wanted in {"", one.uid}]
    if len(named) == 1:
        return named[0]
    choice = ", ".join(one.name for one in known) or "none yet"
    raise click.ClickException(
        f"Name the machine account with --account. Possible: {choice}. An"
        f" administrator adds one with the role '{Role.INSTRUMENT}' on the page People."
    )


def _uid(session: Session, account: str) -> str:
    try:
        return people.actor_named(session, account).uid
    except NotFound as error:
        raise click.ClickException(str(error)) from error


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = (
            sorted(one for one in path.iterdir() if one.is_file())
            if path.is_dir()
            else []
        )
        found += inside or [path]
    return found
