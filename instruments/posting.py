"""From a bench's outbox to the server: batches out, confirmations and commands back.

One short request each time; none is held open. The bench proves who it is with its
token. Without TLS the token would be read on its way, so plain HTTP is for loopback.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
import http.client
import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from instruments.errors import BadAddress
from instruments.outbox import Reading

PATIENCE = 3.0
"""Seconds for an answer; then the same batch is sent again later."""
LONGEST_ANSWER = 1_000_000
REFUSALS = {401, 403}
TROUBLE = (OSError, http.client.HTTPException)


class NoAnswer(Exception):
    """The server cannot be reached now. The readings stay in the outbox."""


class TokenRefused(Exception):
    """The server does not know this bench's token, or it was revoked."""


@dataclass(frozen=True, slots=True)
class Command:
    """What the server asks of a device: `tare`, or `print` with what is printed."""

    device: str
    does: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    received: int
    """The highest number that the server keeps of this bench, with all below it."""
    commands: tuple[Command, ...] = ()


class Server:
    """Where readings go: `https://host`, or `http://` on loopback alone."""

    def __init__(self, url: str, token: str, patience: float = PATIENCE) -> None:
        self._at = urlsplit(url)
        self._token = token
        self._patience = patience
        secure = self._at.scheme == "https"
        if not self._at.hostname or not (secure or _is_loopback(self._at)):
            raise BadAddress(
                "A bench does not send its token there.",
                value=url,
                expected="https://..., or http:// and 127.0.0.1 on one computer",
            )

    def send(self, readings: Sequence[Reading]) -> Answer:
        """Bring what waits, or nothing to ask for commands.

        Raises NoAnswer and TokenRefused. After either nothing counts as received.
        """
        told = [{"body": one.body, "hash": one.hash} for one in readings]
        batch = {"at": datetime.now(UTC).isoformat(), "readings": told}
        status, answer = self._post(json.dumps(batch).encode())
        if status in REFUSALS:
            raise TokenRefused(
                "The server does not accept this bench: its token is unknown or was "
                "revoked. What was scanned is kept. Ask for a new enrolment."
            )
        if status != http.client.OK:
            raise NoAnswer(_why(status, answer))
        try:
            return _read(json.loads(answer))
        except (ValueError, TypeError, KeyError) as error:
            raise NoAnswer("The server's answer cannot be read.") from error

    def _post(self, content: bytes) -> tuple[int, bytes]:
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
        }
        kind = (
            http.client.HTTPSConnection
            if self._at.scheme == "https"
            else http.client.HTTPConnection
        )
        line = kind(str(self._at.hostname), self._at.port, timeout=self._patience)
        try:
            line.request("POST", f"{self._at.path}/bench/readings", content, headers)
            answer = line.getresponse()
            return answer.status, answer.read(LONGEST_ANSWER)
        except TROUBLE as error:
            raise NoAnswer("The server cannot be reached now.") from error
        finally:
            line.close()


def _is_loopback(at: Any) -> bool:
    if at.scheme != "http":
        return False
    try:
        return ipaddress.ip_address(at.hostname).is_loopback
    except ValueError:
        return bool(at.hostname == "localhost")


def _why(status: int, answer: bytes) -> str:
    """The server's own sentence, where it gives one."""
    try:
        return str(json.loads(answer)["told"])
    except (ValueError, TypeError, KeyError):
        return f"The server answered {status}."


def _read(told: Any) -> Answer:
    received = told["received"]
    if not isinstance(received, int) or received < 0:
        raise ValueError(received)
    commands = (
        Command(str(one["device"]), str(one["does"]), str(one.get("content", "")))
        for one in told.get("commands", ())
    )
    return Answer(received, tuple(commands))
