"""`lims parse`: try a file before trusting the system with it; needs no database."""

import json
from pathlib import Path
import sys

import click

from instruments import InstrumentError, Source
from instruments.report import report


@click.command("parse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(files: tuple[Path, ...]) -> None:
    """Print what each export says: one JSON line a file."""
    failed = False
    for path in files:
        try:
            told = {**report(Source.from_path(path)), "file": str(path)}
        except InstrumentError as error:
            failed = True
            told = {"file": str(path), "error": str(error)}
        click.echo(json.dumps(told, ensure_ascii=False))
    if failed:
        sys.exit(1)
