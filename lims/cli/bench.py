"""`lims bench`: hear this bench's devices; it knows no database, only the server."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import signal
import sqlite3
import threading

import click

from instruments import bench_settings
from instruments.bench import Bench, Tone
from instruments.bench_settings import BenchSettings
from instruments.errors import InstrumentError
from instruments.outbox import Outbox
from instruments.posting import NoAnswer, Server, TokenRefused, enrol

SIGNS = {Tone.KEPT: "\a", Tone.REFUSED: "\a\a", Tone.LOST: "\a\a", Tone.BACK: ""}
"""What the terminal beeps: once for what is on the disk, twice for what is not."""


@click.command("bench")
@click.option(
    "--settings",
    "file",
    default="bench.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The devices of this bench; its outbox and token lie beside it.",
)
@click.option("--enrol", "code", default="", help="The code of the page 'Benches'.")
def command(file: Path, code: str) -> None:
    """Hear scanners and balances, keep what they say, and bring it to the server."""
    try:
        settings = bench_settings.read(file)
        if code:
            _keep(settings.token, enrol(settings.server, code))
            click.echo(f"Enrolled. Start it now: lims bench --settings {file}")
            return
        server = Server(settings.server, _token(settings.token))
    except (InstrumentError, NoAnswer, TokenRefused) as error:
        raise click.ClickException(str(error)) from error
    with _outbox(settings.outbox) as outbox:
        _run(Bench(outbox, settings.devices, server, _tell), settings)


def _run(bench: Bench, settings: BenchSettings) -> None:
    """Until the process is asked to end."""
    stop = threading.Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: stop.set())
    names = ", ".join(device.name for device in settings.devices)
    bench.start()
    click.echo(f"Hears {names}; brings it to {settings.server}.")
    stop.wait()
    bench.stop()


def _tell(device: str, tone: Tone, words: str) -> None:
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in words)
    click.echo(f"{device}: {tone} {plain}".rstrip() + SIGNS[tone])


@contextmanager
def _outbox(path: Path) -> Iterator[Outbox]:
    try:
        outbox = Outbox(path)
    except sqlite3.Error as error:
        raise click.ClickException(
            f"The outbox {path} cannot be opened ({error}). Does another bench run "
            "with these settings?"
        ) from error
    try:
        yield outbox
    finally:
        outbox.close()


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise click.ClickException(
            "This bench is not enrolled. Ask the administrator for a code on the page "
            "'Benches', then: lims bench --enrol CODE"
        ) from error


def _keep(path: Path, token: str) -> None:
    """Readable by its owner alone, and whole or not there."""
    partial = path.with_name(f"{path.name}.part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token)
    partial.replace(path)
