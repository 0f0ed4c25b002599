"""A bench without hardware: a scanner and a balance on this program's own terminals.

They are heard by the same bench process as real ones, over serial lines, and what they
say goes to the server by HTTP with the bench's own token. What the scanner reads is
written to the pipe `gun`, what lies on the balance to the pipe `pan`, a line each:

    echo S7K2M9QXAT > demo/bench/gun
    echo 0.4123 > demo/bench/pan
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
import os
from pathlib import Path
from threading import Thread
import tty

from instruments.bench import Balance, Bench, Device, Scanner, Tone
from instruments.drivers.mettler_toledo_sics import DRIVER
from instruments.links import SerialLink
from instruments.outbox import Outbox
from instruments.posting import Server
from instruments.simulators import Sics
from lims.db import Database
from lims.demo.staff import ADMINISTRATOR
from lims.people import queries as people
from lims.stations import operations

NAME = "Demo bench"
GUN, PAN = "gun", "pan"
LONGEST = 256
HERE = "127.0.0.1"


class Line:
    """A serial line whose far end this program plays."""

    def __init__(self) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.port = os.ttyname(self._near)

    def say(self, told: bytes) -> None:
        os.write(self._far, told)

    def answer(self, hear: Callable[[bytes], bytes]) -> None:
        """Answer each line that is asked, for as long as the program runs."""
        rest = b""
        while True:
            *whole, rest = (rest + os.read(self._far, LONGEST)).split(b"\n")
            for asked in whole:
                self.say(hear(asked))


class Simulated:
    """The demo's bench; `scan` and `weigh` stand for a person's hands."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self._scanner, self._balance, self._scale = Line(), Line(), Sics()
        devices: list[Device] = [
            Scanner(GUN, SerialLink(self._scanner.port)),
            Balance(PAN, SerialLink(self._balance.port), DRIVER),
        ]
        self._bench = Bench(
            Outbox(folder / "outbox.db"), devices, Server(url, token), _silent
        )
        self._folder = folder

    def start(self) -> None:
        _beside(self._balance.answer, self._scale.hear)
        for name, act in ((GUN, self.scan), (PAN, self.weigh)):
            pipe = self._folder / name
            pipe.unlink(missing_ok=True)
            os.mkfifo(pipe, 0o600)
            _beside(_read, pipe, act)
        self._bench.start()

    def stop(self) -> None:
        self._bench.stop()

    def scan(self, text: str) -> None:
        self._scanner.say(f"{text}\r".encode())

    def weigh(self, grams: str) -> None:
        """Put so much on the balance, and press its print key."""
        try:
            self._scale.grams = Decimal(grams)
        except InvalidOperation:
            return
        self._balance.say(self._scale.line())

    def take(self, line: str) -> bool:
        """What somebody types in the demo's terminal: a code, or a weight: `1.5 g`."""
        text = line.strip()
        if text.endswith(" g"):
            self.weigh(text.removesuffix(" g"))
        elif text:
            self.scan(text)
        return bool(text)


def furnished(database: Database, folder: Path, url: str) -> Simulated:
    """The bench of this demo, enrolled at the first start."""
    folder.mkdir(exist_ok=True, mode=0o700)
    kept = folder / "token"
    if not kept.exists():
        kept.touch(0o600)
        kept.write_text(_enrolled(database), encoding="ascii")
    return Simulated(folder, url, kept.read_text(encoding="ascii"))


def _enrolled(database: Database) -> str:
    """The token of a new bench of the laboratory that has technicians."""
    with database.transaction() as session:
        administrator = people.actor_named(session, ADMINISTRATOR)
        _, code = operations.add(session, administrator, NAME)
        found = operations.enrol(session, code, HERE)
        return found[1] if found else ""


def _read(pipe: Path, act: Callable[[str], None]) -> None:
    """Each line that somebody writes there; whoever closes it may open it again."""
    while True:
        with pipe.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if text := line.strip()[:LONGEST]:
                    act(text)


def _silent(_device: str, _tone: Tone, _words: str) -> None:
    """The pages tell what came."""


def _beside(task: Callable[..., None], *given: object) -> None:
    Thread(target=task, args=given, daemon=True).start()
