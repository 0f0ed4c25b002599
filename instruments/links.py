"""A line from a device: a real serial port, or a script of what it would send.

This is the only place that knows the serial library. A USB port is addressed by
`/dev/serial/by-id/...`: the number of a ttyUSB changes when a plug is moved. A device
behind a serial server is `socket://host:port` or, with its settings, `rfc2217://host:port`.
"""

from collections.abc import Iterator
from enum import StrEnum
import os
import re
from typing import Protocol

import serial

from instruments.errors import BadAddress, LinkClosed, LinkLost

BAUD = 9600
SILENCE = 0.2
"""Seconds without a byte after which a read returns with nothing."""
UNTIMED = "rfc2217://"
"""pyserial knows no limit of time for what is written there."""
STUCK = 10.0
"""Seconds after which a device that takes not a chunk more counts as lost."""
CHUNK = 512
"""Bytes."""

TROUBLE = (serial.SerialException, OSError, TypeError)
"""What pyserial raises when a device is pulled out, depending on the moment."""


class Change(StrEnum):
    """What happened to the line itself."""

    LOST = "lost"
    BACK = "back"


NUMBERED = re.compile(r"/dev/tty(?:USB|ACM)\d+|COM\d+", re.IGNORECASE)
REMOTE = re.compile(r"(?:socket|rfc2217)://[^\s/:@]+:\d{1,5}")
LOCAL = re.compile(r"/[^\s?]+")


def address(told: str) -> str:
    """Where a device hangs, as it may be written in a bench's settings.

    Raises BadAddress: a port that is known by its number is another device tomorrow.
    """
    if NUMBERED.fullmatch(told):
        raise BadAddress(
            "This port is known by its number, which changes when a plug is moved.",
            value=told,
            expected="its name below /dev/serial/by-id/",
        )
    if not (REMOTE.fullmatch(told) or LOCAL.fullmatch(told)):
        raise BadAddress(
            "This is no place where a device can hang.",
            value=told,
            expected="/dev/serial/by-id/..., socket://host:port or rfc2217://host:port",
        )
    return told


class Link(Protocol):
    def read(self) -> bytes:
        """The bytes that came, or nothing after a time of silence.

        Raises LinkLost while the device is away, and LinkClosed after the end.
        """
        ...

    def send(self, told: bytes) -> None:
        """Say something to the device. Raises LinkLost and LinkClosed as `read`."""
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
            came = bytes(port.read(max(1, port.in_waiting)))
        except TROUBLE as error:
            raise self._trouble() from error
        if self._closed and not came:  # a port closed meanwhile may say nothing
            raise LinkClosed("The line was closed.")
        return came

    def send(self, told: bytes) -> None:
        if self._closed:
            raise LinkClosed("The line was closed.")
        try:
            port = self._opened()
            for start in range(0, len(told), CHUNK):
                port.write(told[start : start + CHUNK])
        except TROUBLE as error:
            raise self._trouble() from error

    def _trouble(self) -> LinkClosed | LinkLost:
        self._release()
        if self._closed:
            return LinkClosed("The line was closed.")
        return LinkLost(
            f"The port {self._name} does not answer: is the device plugged in, and "
            "does no other program use it?"
        )

    def close(self) -> None:
        self._closed = True
        self._release()

    def _opened(self) -> serial.Serial:
        if self._port is None:
            self._port = serial.serial_for_url(
                self._name,
                self._baud,
                timeout=self._silence,
                write_timeout=None if self._name.startswith(UNTIMED) else STUCK,
                exclusive=True,
            )
        return self._port

    def _release(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()


class DeviceFile:
    """A printer on USB, as `/dev/usb/lp0` or a name that udev gives it.

    It is opened for each thing that is sent, so that it may be switched off between.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> bytes:
        raise LinkClosed("A printer's file is only written to.")

    def send(self, told: bytes) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            os.set_blocking(handle, True)
            with os.fdopen(handle, "wb") as device:
                device.write(told)
        except OSError as error:
            raise LinkLost(
                f"The printer {self._path} does not take it: is it switched on?"
            ) from error

    def close(self) -> None:
        """It is closed after each thing that is sent."""


class ScriptedLink:
    """Says what it was told, in that order: bytes, silence (b""), or a lost line."""

    def __init__(self, *script: bytes | LinkLost) -> None:
        self._script: Iterator[bytes | LinkLost] = iter(script)
        self.sent: list[bytes] = []

    def read(self) -> bytes:
        said = next(self._script, None)
        if said is None:
            raise LinkClosed("The script is at its end.")
        if isinstance(said, LinkLost):
            raise said
        return said

    def send(self, told: bytes) -> None:
        self.sent.append(told)

    def close(self) -> None:
        self._script = iter(())
