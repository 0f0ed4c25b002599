"""A mounted lazy tree, and the power cut that leaves its durable side."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
from signal import SIGSTOP
import subprocess
import sys
from time import monotonic, sleep

import pytest

from tests.programs import program

PATIENCE = 30.0
"""Seconds after which a mount that does not come is given up."""


@dataclass(frozen=True)
class Mount:
    """`seen` is what programs write to; `durable` is what a power cut leaves."""

    seen: Path
    durable: Path
    process: subprocess.Popen[bytes]

    def lose_power(self, kill: Callable[[], None]) -> None:
        """Nothing more becomes durable from now on; then every program dies."""
        self.process.send_signal(SIGSTOP)
        kill()
        self.process.kill()
        self.process.wait(PATIENCE)


def expect_fuse() -> None:
    """Skip where the kernel has no such file systems; fuse3 can be installed."""
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        pytest.skip(f"this machine lends no device /dev/fuse: {error}")
    program("fusermount3")


@contextmanager
def lazy(folder: Path) -> Iterator[Mount]:
    """A tree over what lies in folder/durable; it is unmounted whatever happens."""
    durable, view, seen = (folder / name for name in ("durable", "view", "seen"))
    shutil.rmtree(view, ignore_errors=True)
    subprocess.run(["cp", "-a", durable, view], check=True, timeout=PATIENCE)
    seen.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.lazy_tree"]
    log = (folder / "lazy_tree.log").open("ab")
    process = subprocess.Popen([*command, view, durable, seen], stdout=log, stderr=log)
    try:
        _await(seen, process, folder / "lazy_tree.log")
        yield Mount(seen, durable, process)
    finally:
        process.kill()
        process.wait(PATIENCE)
        log.close()
        subprocess.run(
            ["fusermount3", "-u", "-z", seen],
            check=False,
            capture_output=True,
            timeout=PATIENCE,
        )


def _await(seen: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    end = monotonic() + PATIENCE
    while not seen.is_mount():
        if process.poll() is not None or monotonic() > end:
            raise TimeoutError(f"The tree was not mounted: {log.read_text()}")
        sleep(0.02)
