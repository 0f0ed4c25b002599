"""Print jobs to a label printer over raw TCP (port 9100), with its host status.

The printer is asked before anything is sent, and until all has come out. `~HS` answers
three lines (ZPL II programming guide, "~HS"). Nothing is ever sent twice by itself: a
label that comes out twice is two tubes with one name.
"""

from dataclasses import dataclass
import socket
from time import monotonic, sleep

from labels.outcome import Came, Outcome

PATIENCE = 5.0
"""Seconds for a connection, or an answer."""
A_LABEL = 2.0
"""Seconds for one label to come out, at the most."""
BETWEEN = 0.3
MOST = 4096
"""Bytes of a status; a printer's has about 90."""
ASK = b"~HS"
LINES = 3


class NoStatus(Exception):
    """The printer does not answer as it should."""


@dataclass(frozen=True)
class Status:
    waiting: int
    """Formats that the printer has taken and not begun."""
    remaining: int
    """Labels of the present format that are to come."""
    troubles: tuple[str, ...]

    @property
    def done(self) -> bool:
        return not self.waiting and not self.remaining


def send(
    host: str, port: int, content: bytes, labels: int, *, tells: bool = True
) -> Outcome:
    """`tells`: whether this printer answers `~HS`; EPL and Brother printers do not."""
    try:
        line = socket.create_connection((host, port), PATIENCE)
    except OSError as error:
        return _failed(f"The printer cannot be reached ({_told(error)}).")
    with line:
        line.settimeout(PATIENCE)
        if tells and (refusal := _not_ready(line)):
            return _failed(refusal)
        try:
            line.sendall(content)
            return _until_out(line, labels) if tells else _closed(line)
        except (OSError, NoStatus) as error:
            return Outcome(
                Came.DOUBTFUL,
                f"The line to the printer broke in the middle ({_told(error)}). Labels "
                f"that were sent: {labels}. Look how many came out.",
            )


def parse(answer: bytes) -> Status:
    """The three lines of `~HS`. Raises NoStatus."""
    lines = [part.split(b"\x03")[0] for part in answer.split(b"\x02")[1:]]
    try:
        first, second = (line.split(b",") for line in lines[:2])
        flags = (
            (first[1], "it has no paper"),
            (first[2], "it is paused"),
            (first[5], "its memory is full"),
            (first[10], "it is too cold"),
            (first[11], "it is too hot"),
            (second[2], "its head is open"),
            (second[3], "it has no ribbon"),
        )
        troubles = tuple(told for flag, told in flags if int(flag))
        return Status(int(first[4]) + int(first[7]), int(second[8]), troubles)
    except (ValueError, IndexError) as error:
        raise NoStatus("its status cannot be read") from error


def status(line: socket.socket) -> Status:
    """Ask the printer. Raises NoStatus and OSError."""
    line.sendall(ASK)
    answer = b""
    while answer.count(b"\x03") < LINES:
        part = line.recv(MOST)
        answer += part
        if not part or len(answer) > MOST:
            raise NoStatus("it closed the line or tells no status")
    return parse(answer)


def _not_ready(line: socket.socket) -> str:
    """Why nothing is sent now; empty where the printer is ready."""
    try:
        now = status(line)
    except (OSError, NoStatus):
        return (
            "The printer does not answer when it is asked how it is. If it never does, "
            "say so on the page of the printers."
        )
    if now.troubles:
        return f"The printer cannot print: {', '.join(now.troubles)}."
    if not now.done:
        return "The printer is still busy with another job."
    return ""


def _until_out(line: socket.socket, labels: int) -> Outcome:
    """Ask until nothing is left in the printer."""
    end = monotonic() + PATIENCE + A_LABEL * labels
    while monotonic() < end:
        now = status(line)
        if now.troubles:
            left = now.waiting + now.remaining
            return Outcome(
                Came.DOUBTFUL,
                f"The printer stopped: {', '.join(now.troubles)}. Of {labels} about "
                f"{left} are still to come; mend it and look what came out.",
            )
        if now.done:
            return Outcome(Came.PRINTED, f"Labels that came out: {labels}.")
        sleep(BETWEEN)
    return Outcome(
        Came.DOUBTFUL,
        "The printer did not finish in time. Look how many of the "
        f"Labels that came out: {labels}.",
    )


def _closed(line: socket.socket) -> Outcome:
    """The printer has read everything when it closes its side, or keeps still."""
    line.shutdown(socket.SHUT_WR)
    try:
        while line.recv(MOST):
            pass
    except TimeoutError:
        pass
    return Outcome(Came.PRINTED, "The printer took every byte; it tells no more.")


def _told(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _failed(why: str) -> Outcome:
    return Outcome(Came.FAILED, f"{why} Nothing was printed.")
