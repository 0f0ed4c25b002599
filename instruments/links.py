"""A line from a device: a real serial port, or a script of what it would send.

This is the only place that knows the serial library. A port should be addressed by
`/dev/serial/by-id/...`: the number of a ttyUSB changes when a plug is moved.
"""

from collections.abc import Iterator
from typing import Protocol

import serial

from instruments.errors import LinkClosed, LinkLost

BAUD = 9600
SILENCE = 0.2
"""Seconds without a byte after which a read returns with nothing."""

TROUBLE = (serial.SerialException, OSError, TypeError)
"""What pyserial raises when a device is pulled out, depending on the moment."""


class Link(Protocol):
    def read(self) -> bytes:
        """The bytes that came, or nothing after a time of silence.

        Raises LinkLost while the device is away, and LinkClosed after the end.
        """
        ...

    def close(self) -> None: ...


class SerialLink:
    """A serial port. Nobody else can open it meanwhile; it opens again when it can."""

    def __init__(self, port: str, baud: int = BAUD, silence: float = SILENCE) -> None:
        self._name = port
        self._baud = baud
        self._silence = silence
        self._port: serial.Serial | None = None
        self._closed = False

    def read(self) -> bytes:
        if self._closed:
            raise LinkClosed("The line was closed.")
        try:
            port = self._opened()
            return bytes(port.read(max(1, port.in_waiting)))
        except TROUBLE as error:
            self._release()
            if self._closed:
                raise LinkClosed("The line was closed.") from error
            raise LinkLost(
                f"The port {self._name} does not answer: is the device plugged in, and "
                "does no other program use it?"
            ) from error

    def close(self) -> None:
        self._closed = True
        self._release()

    def _opened(self) -> serial.Serial:
        if self._port is None:
            self._port = serial.Serial(
                self._name, self._baud, timeout=self._silence, exclusive=True
            )
        return self._port

    def _release(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()


class ScriptedLink:
    """Says what it was told, in that order: bytes, silence (b""), or a lost line."""

    def __init__(self, *script: bytes | LinkLost) -> None:
        self._script: Iterator[bytes | LinkLost] = iter(script)

    def read(self) -> bytes:
        said = next(self._script, None)
        if said is None:
            raise LinkClosed("The script is at its end.")
        if isinstance(said, LinkLost):
            raise said
        return said

    def close(self) -> None:
        self._script = iter(())
