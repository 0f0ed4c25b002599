"""Serial lines on pseudo-terminals: read, unplugged, plugged in again, closed."""

import threading
import time

import pytest

from instruments.errors import LinkClosed, LinkLost
from instruments.links import ScriptedLink, SerialLink
from tests.instruments.cable import Cable


def _read_until(link: SerialLink, wanted: bytes, seconds: float = 5) -> bytes:
    came, limit = b"", time.monotonic() + seconds
    while wanted not in came and time.monotonic() < limit:
        try:
            came += link.read()
        except LinkLost:
            time.sleep(0.05)
    return came


def test_what_a_device_sends_is_read(cable: Cable) -> None:
    link = SerialLink(str(cable.host), silence=0.05)
    assert link.read() == b""
    cable.send(b"one\r")
    assert _read_until(link, b"\r") == b"one\r"
    link.close()


def test_an_unplugged_device_is_lost_and_read_again_once_it_is_back(
    cable: Cable,
) -> None:
    link = SerialLink(str(cable.host), silence=0.05)
    assert link.read() == b""
    cable.pull()
    with pytest.raises(LinkLost, match="plugged in"):
        link.read()
    with pytest.raises(LinkLost):
        link.read()
    cable.plug()
    assert _read_until(link, b"nothing", 0.5) == b""  # opens the port anew
    cable.send(b"back\r")
    assert _read_until(link, b"\r") == b"back\r"
    link.close()


def test_a_port_in_use_cannot_be_opened_twice(cable: Cable) -> None:
    first = SerialLink(str(cable.host), silence=0.05)
    first.read()
    with pytest.raises(LinkLost, match="no other program"):
        SerialLink(str(cable.host), silence=0.05).read()
    first.close()


def test_a_line_that_was_closed_says_so_and_stays_closed(cable: Cable) -> None:
    link = SerialLink(str(cable.host), silence=30)
    closer = threading.Timer(0.2, link.close)
    closer.start()
    with pytest.raises(LinkClosed):
        link.read()
    closer.join()
    with pytest.raises(LinkClosed):
        link.read()


def test_a_script_says_what_it_was_told_and_ends() -> None:
    link = ScriptedLink(b"a", LinkLost("pulled"), b"")
    assert link.read() == b"a"
    with pytest.raises(LinkLost):
        link.read()
    assert link.read() == b""
    with pytest.raises(LinkClosed):
        link.read()


def test_a_script_that_was_closed_says_no_more() -> None:
    link = ScriptedLink(b"a", b"b")
    link.close()
    with pytest.raises(LinkClosed):
        link.read()
