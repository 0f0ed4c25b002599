"""A PostgreSQL server of our own on a free port, which syncs as a laboratory's does."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import socket
from subprocess import DEVNULL, run
import tempfile

SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 100
shared_buffers = '128MB'
"""


@contextmanager
def cluster() -> Iterator[str]:
    """Its address; FileNotFoundError where no PostgreSQL server is installed."""
    programs = binaries()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(place, "postgres")
            place.chmod(0o700)
        port = free_port()
        data = str(place / "data")
        _as_owner(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres")
        told = f"{SETTINGS}port = {port}\nunix_socket_directories = '{place}'\n"
        with (place / "data" / "postgresql.conf").open("a") as settings:
            settings.write(told)
        _as_owner(programs / "pg_ctl", "-D", data, "-l", f"{place}/log", "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _as_owner(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def binaries() -> Path:
    """The folder of the newest server's programs, as Debian lays them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise FileNotFoundError("no initdb below /usr/lib/postgresql")
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _as_owner(*command: str | Path) -> None:
    """A server refuses to run as root: it runs as the package's own user then."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    run([*user, *map(str, command)], check=True, stdout=DEVNULL, cwd="/")
