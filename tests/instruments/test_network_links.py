"""Devices behind a serial server: a plain socket, and RFC 2217 with its settings."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
import socket
import threading
import time
from typing import Any

import pytest
import serial
import serial.rfc2217

from instruments.errors import LinkLost
from instruments.links import SerialLink
from tests.instruments.cable import Cable


@contextmanager
def _listening() -> Iterator[tuple[socket.socket, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server, server.getsockname()[1]


def _read_until(link: SerialLink, wanted: bytes, seconds: float = 10) -> bytes:
    came, limit = b"", time.monotonic() + seconds
    while wanted not in came:
        assert time.monotonic() < limit, came
        with suppress(LinkLost):
            came += link.read()
    return came


def _read_to_the_end(link: SerialLink) -> None:
    for _ in range(100):
        link.read()


def test_a_scanner_behind_a_plain_serial_server_is_read_again_after_it_went() -> None:
    with (
        _listening() as (server, port),
        closing(SerialLink(f"socket://127.0.0.1:{port}", silence=0.05)) as link,
    ):
        assert link.read() == b""
        first, _ = server.accept()
        first.sendall(b"A\r")
        assert _read_until(link, b"\r") == b"A\r"
        first.close()
        with pytest.raises(LinkLost):
            _read_to_the_end(link)
        assert link.read() == b""
        second, _ = server.accept()
        with second:
            second.sendall(b"B\r")
            assert _read_until(link, b"\r") == b"B\r"
            link.send(b"S\r\n")
            assert second.recv(10) == b"S\r\n"


class _Pty(serial.Serial):  # type: ignore[misc]  # pyserial: untyped
    """A pseudo-terminal has no modem lines to ask or set."""

    cts = dsr = ri = cd = property(lambda _: True)

    def _update_dtr_state(self) -> None: ...

    def _update_rts_state(self) -> None: ...


class _Out:
    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def write(self, told: bytes) -> None:
        self._line.sendall(told)


@pytest.mark.filterwarnings("ignore:set(Daemon|Name)")  # pyserial's own
def test_a_balance_behind_rfc_2217_hears_and_is_heard(cable: Cable) -> None:
    done = threading.Event()
    with _listening() as (server, port):

        def serve() -> None:
            line, _ = server.accept()
            with suppress(OSError), line, _Pty(str(cable.host), timeout=0.02) as device:
                line.settimeout(0.02)
                manager: Any = serial.rfc2217.PortManager(device, _Out(line))
                while not done.is_set():
                    if came := device.read(device.in_waiting or 1):
                        line.sendall(b"".join(manager.escape(came)))
                    with suppress(TimeoutError):
                        if not (told := line.recv(1024)):
                            return
                        device.write(b"".join(manager.filter(told)))

        thread = threading.Thread(target=serve)
        thread.start()
        with (
            closing(SerialLink(str(cable.device), silence=0.05)) as device,
            closing(SerialLink(f"rfc2217://127.0.0.1:{port}", silence=0.05)) as link,
        ):
            assert device.read() == b""  # open: opening drops what came before
            link.send(b"S\r\n")
            assert _read_until(device, b"\n") == b"S\r\n"
            device.send(b"S S     0.4123 g\r\n")
            assert _read_until(link, b"\n") == b"S S     0.4123 g\r\n"
        done.set()
        thread.join()
