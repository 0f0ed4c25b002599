"""The bench process: hears its devices, keeps what they say, and brings it away.

One thread a port, so that a balance that is thought over holds up no scanner, and one
that posts. It knows nothing of the server's database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import threading

from instruments.drivers import barcode_scanner
from instruments.errors import LinkClosed, LinkLost
from instruments.links import Change, Link
from instruments.outbox import Outbox
from instruments.posting import Answer, Command, Server
from instruments.weighing import Driver, Refused, Settings, Weight, listen

BETWEEN = 1.0
"""Seconds between two questions to the server, when nothing is scanned."""
BATCH = 100


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


Device = Scanner | Balance


class Bench:
    """Start it, and stop it: after `stop` all threads are done."""

    def __init__(
        self,
        outbox: Outbox,
        devices: list[Device],
        server: Server,
        tell: Tell,
        printer: Callable[[Command], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self._devices = {device.name: device for device in devices}
        self._server = server
        self._tell = tell
        self._printer = printer
        self._news = threading.Event()
        self._stopping = threading.Event()
        hearing = [
            threading.Thread(target=self._hear, args=(device,)) for device in devices
        ]
        self._threads = [*hearing, threading.Thread(target=self._post)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._news.set()
        for device in self._devices.values():
            device.link.close()
        for thread in self._threads:
            thread.join()

    def exchange(self) -> Answer:
        """One batch out, its confirmation and the server's commands back."""
        answer = self._server.send(self._outbox.waiting(BATCH))
        self._outbox.received(answer.received)
        for command in answer.commands:
            self._obey(command)
        return answer

    def _hear(self, device: Device) -> None:
        for heard in _heard(device):
            match heard:
                case barcode_scanner.Scan():
                    text = f"{heard.aim}{heard.text}"
                    self._keep(device.name, "scan", text, heard.raw)
                case Weight():
                    text = f"{heard.grams} g {heard.serial}"
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
        match command.does, self._devices.get(command.device):
            case "tare", Balance() as balance:
                try:
                    balance.link.send(balance.driver.tare)
                except (LinkLost, LinkClosed) as error:
                    self._tell(command.device, Tone.REFUSED, str(error))
            case "print", None if self._printer is not None:
                self._printer(command)
            case _:
                self._tell(
                    command.device,
                    Tone.REFUSED,
                    f"This bench cannot do '{command.does}' with '{command.device}'.",
                )


def _heard(
    device: Device,
) -> Iterator[barcode_scanner.Heard | Weight | Refused | Change]:
    match device:
        case Scanner():
            return barcode_scanner.listen(device.link, device.frame)
        case Balance():
            return listen(device.link, device.driver, device.settings)
