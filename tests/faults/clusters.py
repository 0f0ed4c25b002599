"""A PostgreSQL of a test's own, durable as a laboratory's, that may be killed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
from signal import SIGKILL
import socket
import subprocess
from time import monotonic, sleep

from tests.programs import absent

PATIENCE = 60
OWNER = "postgres"
CONF = """
listen_addresses = '127.0.0.1'
shared_buffers = 16MB
max_wal_size = 64MB
checkpoint_timeout = 30s
"""


@dataclass(frozen=True)
class Cluster:
    """In `folder`; its commands run as the system's user postgres where we are root."""

    folder: Path
    port: int
    bin: Path

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def make(self, settings: str = "") -> None:
        words: list[str | Path] = ["-D", self.folder, "-A", "trust", "-U", OWNER, "-k"]
        self._run("initdb", *words)
        with (self.folder / "postgresql.conf").open("a") as conf:
            conf.write(f"{CONF}port = {self.port}\n")
            conf.write(f"unix_socket_directories = ''\n{settings}\n")

    def start(self, place: Path | None = None) -> None:
        where = place or self.folder
        log = self.folder.parent / "server.log"
        self._run("pg_ctl", "-D", where, "-l", log, "-w", "-t", "50", "start")

    def stop(self, place: Path | None = None) -> None:
        where = place or self.folder
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", where, "-m", "immediate", "-t", "20", "stop")

    def kill(self, place: Path | None = None) -> None:
        """The postmaster and all its children at once, without a word."""
        found = (place or self.folder) / "postmaster.pid"
        postmaster = int(found.read_text().splitlines()[0])
        everybody = [postmaster, *_children(postmaster)]
        for one in everybody:
            with suppress(ProcessLookupError):
                os.kill(one, SIGKILL)

    def clear(self, place: Path | None = None) -> None:
        """As after a boot: the number in postmaster.pid is nobody's any more."""
        where = place or self.folder
        postmaster = int((where / "postmaster.pid").read_text().splitlines()[0])
        end = monotonic() + PATIENCE
        while _runs(postmaster) and monotonic() < end:
            sleep(0.02)
        (where / "postmaster.pid").unlink()

    def _run(self, name: str, *words: str | Path) -> None:
        command: Sequence[str | Path] = [self.bin / name, *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", OWNER, "--", *command]
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            timeout=PATIENCE,
        )


def cluster(folder: Path) -> Cluster:
    """A new one, not yet started, in a folder that its user can reach."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        absent("the PostgreSQL server's own programs are not on this machine")
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    return Cluster(folder / "data", port, found[-1])


def _children(process: int) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(process)],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return [int(one) for one in found.stdout.split()]


def _runs(process: int) -> bool:
    """A zombie that nobody reaps runs no more."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
