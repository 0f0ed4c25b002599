"""The bench process on simulated devices, with a server that loses answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import time

import pytest

from instruments.bench import Balance, Bench, Device, Printer, Scanner, Tone
from instruments.drivers.mettler_toledo_sics import DRIVER
from instruments.errors import BadAddress, LinkLost
from instruments.links import DeviceFile, ScriptedLink, SerialLink
from instruments.outbox import Outbox, broken_at
from instruments.posting import NoAnswer, Server, TokenRefused
from instruments.simulators import SERIAL, Sics, SimulatedLink
from tests.instruments.cable import Cable
from tests.instruments.receiving import TOKEN, Receiver, asked, receiving

Told = list[tuple[str, Tone, str]]


def _until(done: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.01)


@contextmanager
def _running(
    path: Path, devices: list[Device], server: Server
) -> Iterator[tuple[Outbox, Told]]:
    outbox, told = Outbox(path / "outbox.db"), Told()
    bench = Bench(outbox, devices, server, lambda *words: told.append(words))
    bench.start()
    try:
        yield outbox, told
    finally:
        bench.stop()
        outbox.close()


def test_scans_and_weights_arrive_once_and_in_order_though_answers_are_lost(
    tmp_path: Path,
) -> None:
    trigger, balance = SimulatedLink(), Sics()
    pan = SimulatedLink(balance)
    devices: list[Device] = [Scanner("gun", trigger), Balance("pan", pan, DRIVER)]
    with receiving(Receiver(lossy=0.5)) as receiver:
        server = Server(receiver.url, TOKEN)
        with _running(tmp_path, devices, server) as (outbox, told):
            for number in range(30):
                trigger.press(f"]d1{number}\r".encode())
            pan.press(balance.line())
            _until(lambda: len(receiver.kept) == 31 and not outbox.waiting())
            assert broken_at(outbox.all()) == 0
    weight = f"0.4123 g {SERIAL}"
    assert receiver.texts.count(weight) == 1
    scans = [text for text in receiver.texts if text != weight]
    assert scans == [f"]d1{number}" for number in range(30)]
    assert sum(tone is Tone.KEPT for _, tone, _ in told) == 31


def test_without_a_server_scans_beep_and_are_kept(tmp_path: Path) -> None:
    trigger = SimulatedLink()
    nobody = Server("http://127.0.0.1:9", TOKEN)
    with _running(tmp_path, [Scanner("gun", trigger)], nobody) as (outbox, told):
        trigger.press(b"A\rB\r")
        _until(lambda: len(outbox.waiting()) == 2)
        _until(lambda: [w for _, t, w in told if t is Tone.KEPT] == ["A", "B"])


def test_a_bench_with_a_stolen_or_revoked_token_keeps_its_scans(
    tmp_path: Path,
) -> None:
    trigger = SimulatedLink()
    with receiving(Receiver()) as receiver:
        server = Server(receiver.url, "another")
        with pytest.raises(TokenRefused, match="enrolment"):
            server.send([])
        devices: list[Device] = [Scanner("gun", trigger)]
        with _running(tmp_path, devices, server) as (outbox, told):
            trigger.press(b"A\r")
            _until(lambda: any("revoked" in words for _, _, words in told))
            _until(lambda: len(outbox.waiting()) == 1)
    assert receiver.kept == {}


def test_a_damaged_scan_is_told_and_not_recorded(tmp_path: Path) -> None:
    trigger = SimulatedLink()
    with receiving(Receiver()) as receiver:
        devices: list[Device] = [Scanner("gun", trigger)]
        server = Server(receiver.url, TOKEN)
        with _running(tmp_path, devices, server) as (outbox, told):
            trigger.press(b"\x02A\r")
            _until(lambda: [tone for _, tone, _ in told] == [Tone.REFUSED])
            assert outbox.all() == []


def test_the_server_tares_and_prints_by_its_answers(tmp_path: Path) -> None:
    balance, paper = Sics(), ScriptedLink()
    devices: list[Device] = [
        Balance("pan", SimulatedLink(balance), DRIVER),
        Printer("labels", paper),
    ]
    with receiving(Receiver(lossy=0.3)) as receiver:
        receiver.commands = [
            asked("1", "pan", "tare"),
            asked("2", "labels", "print", b"^XA\x00\xff^XZ"),
            asked("3", "pan", "explode"),
            asked("4", "labels", "print", b"late", late=True),
        ]
        server = Server(receiver.url, TOKEN)
        with _running(tmp_path, devices, server) as (_, told):
            _until(lambda: len(receiver.outcomes) == 4)
    assert balance.net == 0
    assert [sent for sent in paper.sent if sent] == [b"^XA\x00\xff^XZ"]
    came = {one["uid"]: one["came_to"] for one in receiver.outcomes.values()}
    assert came == {"1": "done", "2": "done", "3": "refused", "4": "too late"}
    assert any("'explode'" in words for _, _, words in told)
    assert receiver.devices == {"pan": "balance", "labels": "printer"}


def test_a_command_that_was_begun_is_never_done_again(tmp_path: Path) -> None:
    """The bench was killed between the device and its note."""
    first = Outbox(tmp_path / "outbox.db")
    assert first.obeyed.begin("1")
    first.close()
    paper = ScriptedLink()
    with receiving(Receiver()) as receiver:
        receiver.commands = [asked("1", "labels", "print", b"^XA^XZ")] * 2
        server = Server(receiver.url, TOKEN)
        with _running(tmp_path, [Printer("labels", paper)], server):
            _until(lambda: "1" in receiver.outcomes)
    assert receiver.outcomes["1"]["came_to"] == "unsure"
    assert paper.sent == []


class Torn(ScriptedLink):
    """It opens, and takes no more than that."""

    def send(self, told: bytes) -> None:
        if told:
            raise LinkLost("The paper is torn.")


def test_a_printer_that_is_off_did_nothing_and_one_that_failed_is_unsure(
    tmp_path: Path,
) -> None:
    devices: list[Device] = [
        Printer("off", DeviceFile(str(tmp_path / "no such printer"))),
        Printer("torn", Torn()),
    ]
    with receiving(Receiver()) as receiver:
        receiver.commands = [
            asked("1", "off", "print", b"X"),
            asked("2", "torn", "print", b"X"),
        ]
        with _running(tmp_path, devices, Server(receiver.url, TOKEN)):
            _until(lambda: len(receiver.outcomes) == 2)
    came = [receiver.outcomes[uid]["came_to"] for uid in "12"]
    assert came == ["refused", "unsure"]
    assert "switched on" in receiver.outcomes["1"]["told"]


def test_a_printer_gets_its_bytes_by_usb_and_by_a_serial_line(
    tmp_path: Path, cable: Cable
) -> None:
    job = bytes(range(256)) * 16
    usb = tmp_path / "lp0"
    usb.touch()
    devices: list[Device] = [
        Printer("usb", DeviceFile(str(usb))),
        Printer("serial", SerialLink(str(cable.host))),
    ]
    with cable.device.open("rb", buffering=0) as end, receiving(Receiver()) as receiver:
        receiver.commands = [
            asked("1", "usb", "print", job),
            asked("2", "serial", "print", job),
        ]
        with _running(tmp_path, devices, Server(receiver.url, TOKEN)):
            came = b""
            while len(came) < len(job):
                came += end.read(4096)
            _until(lambda: len(receiver.outcomes) == 2)
    assert came == job
    assert usb.read_bytes() == job


def test_a_scanner_that_was_pulled_out_scans_again(
    tmp_path: Path, cable: Cable
) -> None:
    link = SerialLink(str(cable.host), silence=0.05)
    with receiving(Receiver()) as receiver:
        server = Server(receiver.url, TOKEN)
        with _running(tmp_path, [Scanner("gun", link)], server) as (_, told):
            cable.send(b"A\r")
            _until(lambda: receiver.texts == ["A"])
            cable.pull()
            _until(lambda: ("gun", Tone.LOST, "") in told)
            cable.plug()
            _until(lambda: ("gun", Tone.BACK, "") in told)
            cable.send(b"B\r")
            _until(lambda: receiver.texts == ["A", "B"])


@pytest.mark.parametrize("url", ["https://lims.example", "http://127.0.0.1:80"])
def test_the_token_goes_by_tls_or_stays_on_the_computer(url: str) -> None:
    Server(url, TOKEN)


@pytest.mark.parametrize("url", ["http://lims.example", "http://10.0.0.1", "ftp://x"])
def test_the_token_never_goes_over_the_network_in_clear(url: str) -> None:
    with pytest.raises(BadAddress, match="https"):
        Server(url, TOKEN)


def test_a_server_that_is_away_is_told_as_that() -> None:
    with pytest.raises(NoAnswer):
        Server("http://127.0.0.1:9", TOKEN).send([])
