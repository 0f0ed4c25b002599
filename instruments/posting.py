"""From a bench's outbox to the server: batches out, confirmations and commands back.

One short request each time; none is held open. The bench proves who it is with its
token. Without TLS the token would be read on its way, so plain HTTP is for loopback.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
import http.client
import ipaddress
import json
from typing import Any
from urllib.parse import SplitResult, urlsplit

from instruments.errors import BadAddress
from instruments.obeyed import Outcome
from instruments.outbox import Reading

PATIENCE = 3.0
"""Seconds for an answer; then the same batch is sent again later."""
LONGEST_ANSWER = 16_000_000
"""Bytes of an answer, print jobs included."""
REFUSALS = {401, 403}
TROUBLE = (OSError, http.client.HTTPException)


class NoAnswer(Exception):
    """The server cannot be reached now. The readings stay in the outbox."""


class TokenRefused(Exception):
    """The server does not know this bench's token, or it was revoked."""


@dataclass(frozen=True, slots=True)
class Command:
    """What the server asks of a device: `tare`, or `print` with what is printed."""

    uid: str
    device: str
    does: str
    content: bytes = b""
    late: bool = False
    """Its time is over: it is only asked what it came to, and not done any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    received: int
    """The highest number that the server keeps of this bench, with all below it."""
    commands: tuple[Command, ...] = ()


class Server:
    """Where readings go: `https://host`, or `http://` on loopback alone."""

    def __init__(self, url: str, token: str, patience: float = PATIENCE) -> None:
        self._at = _place(url)
        self._token = token
        self._patience = patience

    def send(
        self,
        readings: Sequence[Reading],
        outcomes: Sequence[Outcome] = (),
        devices: Mapping[str, str] | None = None,
    ) -> Answer:
        """Bring what waits, or nothing to ask for commands.

        `outcomes` tell what commands came to; `devices` what hangs here, by its name.
        Raises NoAnswer and TokenRefused. After either nothing counts as received.
        """
        batch = {
            "at": datetime.now(UTC).isoformat(),
            "readings": [{"body": one.body, "hash": one.hash} for one in readings],
            "outcomes": [asdict(one) for one in outcomes],
            "devices": dict(devices or {}),
        }
        status, answer = _post(
            self._at, "/bench/readings", batch, self._patience, self._token
        )
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


def enrol(url: str, code: str, patience: float = PATIENCE) -> str:
    """The token of a bench for its one-time code.

    Raises BadAddress, NoAnswer, and TokenRefused with the server's own reason.
    """
    status, answer = _post(_place(url), "/bench/enrol", {"code": code}, patience)
    if status != http.client.OK:
        raise TokenRefused(_why(status, answer))
    try:
        return str(json.loads(answer)["token"])
    except (ValueError, TypeError, KeyError) as error:
        raise NoAnswer("The server's answer cannot be read.") from error


def _place(url: str) -> SplitResult:
    at = urlsplit(url)
    if not at.hostname or not (at.scheme == "https" or _is_loopback(at)):
        raise BadAddress(
            "A bench does not send its token there.",
            value=url,
            expected="https://..., or http:// and 127.0.0.1 on one computer",
        )
    return at


def _post(
    at: SplitResult, path: str, content: Any, patience: float, token: str = ""
) -> tuple[int, bytes]:
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    secure = at.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    line = kind(str(at.hostname), at.port, timeout=patience)
    try:
        told = json.dumps(content).encode()
        line.request("POST", f"{at.path}{path}", told, headers)
        answer = line.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    except TROUBLE as error:
        raise NoAnswer("The server cannot be reached now.") from error
    finally:
        line.close()


def _is_loopback(at: SplitResult) -> bool:
    if at.scheme != "http":
        return False
    try:
        return ipaddress.ip_address(str(at.hostname)).is_loopback
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
        Command(
            str(one["uid"]),
            str(one["device"]),
            str(one["does"]),
            b64decode(one.get("content", ""), validate=True),
            one.get("late") is True,
        )
        for one in told.get("commands", ())
    )
    return Answer(received, tuple(commands))
