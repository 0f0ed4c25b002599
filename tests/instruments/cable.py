"""A cable between two serial ports that are none: a pair of pseudo-terminals."""

from pathlib import Path
import subprocess
import time

from tests.programs import program

PATIENCE = 5.0
"""Seconds for socat to make its terminals."""


class Cable:
    """Plug it in, pull it out, plug it in again; the ports keep their names."""

    def __init__(self, folder: Path) -> None:
        self.device = folder / "device"
        """The end where the test plays the device."""
        self.host = folder / "host"
        """The end where the program listens."""
        self._socat: subprocess.Popen[bytes] | None = None

    def plug(self) -> None:
        ends = [f"pty,raw,echo=0,link={end}" for end in (self.device, self.host)]
        self._socat = subprocess.Popen(
            [program("socat"), *ends], stderr=subprocess.DEVNULL
        )
        limit = time.monotonic() + PATIENCE
        while not (self.device.exists() and self.host.exists()):
            assert time.monotonic() < limit, "socat made no terminals"
            time.sleep(0.01)

    def pull(self) -> None:
        if self._socat is not None:
            self._socat.terminate()
            self._socat.wait()
            self._socat = None

    def send(self, data: bytes) -> None:
        with self.device.open("wb", buffering=0) as end:
            end.write(data)
