"""The bench process: hears its devices, keeps what they say, and brings it away.

One thread a port, so that a balance that is thought over holds up no scanner, and one
that posts. It knows nothing of the server's database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from queue import SimpleQueue
import threading

from instruments.drivers import barcode_scanner
from instruments.errors import LinkClosed, LinkLost
from instruments.links import Change, Link
from instruments.obeyed import LATE, CameTo, Outcome
from instruments.outbox import Outbox
from instruments.posting import Answer, Command, Server
from instruments.weighing import Driver, Refused, Settings, Weight, listen

BETWEEN = 1.0
"""Seconds between two questions to the server, when nothing is scanned."""
BATCH = 100
CANNOT = "This bench cannot do '{}' with '{}'."


class Tone(StrEnum):
    KEPT = "kept"
    """It is on the disk."""
    REFUSED = "refused"
    """Nothing was recorded; the reason is told beside."""
    LOST = "lost"
    BACK = "back"


Tell = Callable[[str, Tone, str], None]
"""Device, tone, and the words: what was read, or why it was refused."""


@dataclass(frozen=True, slots=True)
class Scanner:
    name: str
    link: Link
    frame: barcode_scanner.Frame = barcode_scanner.Frame.PLAIN


@dataclass(frozen=True, slots=True)
class Balance:
    name: str
    link: Link
    driver: Driver
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Printer:
    name: str
    link: Link


Device = Scanner | Balance | Printer


class Bench:
    """Start it, and stop it: after `stop` all threads are done."""

    def __init__(
        self,
        outbox: Outbox,
        devices: list[Device],
        server: Server,
        tell: Tell,
    ) -> None:
        self._outbox = outbox
        self._devices = {device.name: device for device in devices}
        self._server = server
        self._tell = tell
        self._queues = {
            device.name: SimpleQueue[Command | None]()
            for device in devices
            if isinstance(device, Printer)
        }
        self._kinds = {one.name: type(one).__name__.lower() for one in devices}
        self._news = threading.Event()
        self._stopping = threading.Event()
        at_work = [
            threading.Thread(
                target=self._print if isinstance(device, Printer) else self._hear,
                args=(device,),
            )
            for device in devices
        ]
        self._threads = [*at_work, threading.Thread(target=self._post)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._news.set()
        for queue in self._queues.values():
            queue.put(None)
        for device in self._devices.values():
            device.link.close()
        for thread in self._threads:
            thread.join()

    def exchange(self) -> Answer:
        """One batch out, its confirmation and the server's commands back."""
        outcomes = self._outbox.obeyed.untold(BATCH)
        waiting = self._outbox.waiting(BATCH)
        answer = self._server.send(waiting, outcomes, self._kinds)
        self._outbox.received(answer.received)
        self._outbox.obeyed.told(outcomes)
        for command in answer.commands:
            self._obey(command)
        return answer

    def _hear(self, device: Scanner | Balance) -> None:
        for heard in _heard(device):
            match heard:
                case barcode_scanner.Scan():
                    text = f"{heard.aim}{heard.text}"
                    self._keep(device.name, "scan", text, heard.raw)
                case Weight():
                    until = f" due {heard.due}" if heard.due else ""
                    text = f"{heard.grams} g {heard.serial}{until}"
                    self._keep(device.name, "weight", text, heard.raw)
                case barcode_scanner.Damaged() | Refused():
                    self._tell(device.name, Tone.REFUSED, heard.reason)
                case Change.LOST:
                    self._tell(device.name, Tone.LOST, "")
                case Change.BACK:
                    self._tell(device.name, Tone.BACK, "")

    def _keep(self, device: str, kind: str, text: str, raw: bytes) -> None:
        self._outbox.put(device, kind, text, raw, datetime.now(UTC))
        self._tell(device, Tone.KEPT, text)
        self._news.set()

    def _post(self) -> None:
        told = ""
        while not self._stopping.is_set():
            self._news.clear()
            try:
                self.exchange()
                told = ""
            except Exception as error:  # noqa: BLE001 - told; the scans go on
                told = self._once(told, str(error))
                self._stopping.wait(BETWEEN)
            if not self._outbox.waiting(1):
                self._news.wait(BETWEEN)

    def _once(self, told: str, says: str) -> str:
        if says != told:
            self._tell("server", Tone.LOST, says)
        return says

    def _obey(self, command: Command) -> None:
        """Do it now, or leave it to its printer; or not, where it was begun before."""
        if not self._outbox.obeyed.begin(command.uid):
            return
        if command.late:
            self._end(command, CameTo.LATE, LATE)
        else:
            match command.does, self._devices.get(command.device):
                case "tare", Balance() as balance:
                    self._end(command, *_tared(balance))
                case "print", Printer():
                    self._queues[command.device].put(command)
                case _:
                    says = CANNOT.format(command.does, command.device)
                    self._end(command, CameTo.REFUSED, says)

    def _print(self, printer: Printer) -> None:
        while (command := self._queues[printer.name].get()) is not None:
            self._end(command, *_sent(printer.link, command.content))

    def _end(self, command: Command, came_to: CameTo, says: str = "") -> None:
        self._outbox.obeyed.end(Outcome(command.uid, came_to, says))
        if came_to is not CameTo.DONE:
            self._tell(command.device, Tone.REFUSED, says)
        self._news.set()


def _tared(balance: Balance) -> tuple[CameTo, str]:
    try:
        balance.link.send(balance.driver.tare)
    except (LinkLost, LinkClosed) as error:
        return CameTo.REFUSED, str(error)
    return CameTo.DONE, ""


def _sent(link: Link, content: bytes) -> tuple[CameTo, str]:
    """What came of sending: nothing was sent, all of it, or nobody knows how much."""
    try:
        link.send(b"")
    except (LinkLost, LinkClosed) as error:
        return CameTo.REFUSED, str(error)
    try:
        link.send(content)
    except (LinkLost, LinkClosed) as error:
        return CameTo.UNSURE, str(error)
    return CameTo.DONE, ""


def _heard(
    device: Scanner | Balance,
) -> Iterator[barcode_scanner.Heard | Weight | Refused | Change]:
    match device:
        case Scanner():
            return barcode_scanner.listen(device.link, device.frame)
        case Balance():
            return listen(device.link, device.driver, device.settings)
