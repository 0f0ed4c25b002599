"""Three families of balances: against their simulators, against noise, on a line."""

from contextlib import closing, suppress
from datetime import date
from decimal import Decimal
import random
import threading

import pytest

from instruments import simulators
from instruments.drivers import mettler_toledo_sics, ohaus_kern_line, sartorius_sbi
from instruments.errors import BadAddress, LinkClosed, LinkLost
from instruments.links import Change, ScriptedLink, SerialLink, address
from instruments.weighing import (
    NAMELESS,
    OVER,
    UNSTABLE,
    Driver,
    Heard,
    Refused,
    Settings,
    Weight,
    listen,
)
from tests.instruments.cable import Cable

FAMILIES = [
    pytest.param(mettler_toledo_sics.DRIVER, simulators.Sics, id="MT-SICS"),
    pytest.param(sartorius_sbi.DRIVER, simulators.Sbi, id="SBI"),
    pytest.param(ohaus_kern_line.DRIVER, simulators.Lines, id="Ohaus/Kern"),
]
TODAY = date(2026, 11, 24)


def _heard(
    driver: Driver, *script: bytes | LinkLost, settings: Settings | None = None
) -> list[Heard]:
    link = ScriptedLink(*script)
    return list(
        listen(link, driver, settings, today=lambda: TODAY, pause=lambda _: None)
    )


def _often(driver: Driver, balance: simulators.Balance) -> list[bytes]:
    """The same line as often as it takes to be believed."""
    return [balance.line()] * driver.alike


def _name(driver: Driver, balance: simulators.Balance) -> bytes:
    return balance.hear(driver.who)


@pytest.mark.parametrize(("driver", "kind"), FAMILIES)
class TestEveryBalance:
    def test_a_stable_weight_told_often_enough_is_taken_with_the_serial_number(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        balance = kind()
        (told,) = _heard(driver, _name(driver, balance), *_often(driver, balance))
        assert isinstance(told, Weight)
        assert (told.grams, told.serial) == (Decimal("0.4123"), simulators.SERIAL)

    def test_a_weight_told_once_is_not_taken(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        balance = kind()
        assert _heard(driver, _name(driver, balance), balance.line()) == []

    def test_a_balance_in_motion_gives_no_weight(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        moving = kind(stable=False).line()
        heard = _heard(driver, _name(driver, kind()), moving, moving)
        assert {one.reason for one in heard if isinstance(one, Refused)} <= {UNSTABLE}
        assert not any(isinstance(one, Weight) for one in heard)

    def test_over_range_is_refused_in_a_sentence(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        (told,) = _heard(driver, kind(over=True).line())
        assert isinstance(told, Refused)
        assert told.reason == OVER

    @pytest.mark.parametrize("unit", ["lb", "oz", "pcs", "ct"])
    def test_pounds_and_pieces_are_refused_by_name(
        self, driver: Driver, kind: type[simulators.Balance], unit: str
    ) -> None:
        (told,) = _heard(driver, kind(unit=unit).line())
        assert isinstance(told, Refused)
        assert f"'{unit}'" in told.reason

    def test_milligrams_are_the_same_weight(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        balance = kind(grams=Decimal("412.3"), unit="mg")
        (told,) = _heard(driver, _name(driver, balance), *_often(driver, balance))
        assert isinstance(told, Weight)
        assert told.grams == Decimal("0.4123")
        assert told.told == "412.3 mg"

    def test_a_balance_without_a_name_weighs_nothing(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        (told,) = _heard(driver, *_often(driver, kind()))
        assert isinstance(told, Refused)
        assert told.reason == NAMELESS

    def test_another_balance_than_expected_weighs_nothing(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        balance = kind(serial="Z999")
        script = [_name(driver, balance), *_often(driver, balance)]
        (told,) = _heard(driver, *script, settings=Settings(serial="B123456789"))
        assert isinstance(told, Refused)
        assert "'Z999'" in told.reason

    @pytest.mark.parametrize(
        ("due", "taken"), [(date(2026, 11, 24), True), (date(2026, 11, 23), False)]
    )
    def test_after_the_calibration_was_due_nothing_is_weighed(
        self, driver: Driver, kind: type[simulators.Balance], due: date, *, taken: bool
    ) -> None:
        balance = kind()
        script = [_name(driver, balance), *_often(driver, balance)]
        (told,) = _heard(driver, *script, settings=Settings(due=due))
        assert isinstance(told, Weight) is taken

    def test_after_a_plug_was_moved_the_name_is_asked_anew(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        balance = kind()
        lost = LinkLost("pulled")
        name, lines = _name(driver, balance), _often(driver, balance)
        heard = _heard(driver, name, lost, *lines)
        assert heard[:2] == [Change.LOST, Change.BACK]
        assert isinstance(heard[2], Refused)

    def test_of_damaged_lines_no_wrong_weight_is_taken(
        self, driver: Driver, kind: type[simulators.Balance]
    ) -> None:
        """Three in ten lines have a byte changed, lost or doubled on their way."""
        chance = random.Random(30)
        settings = Settings(serial="B123456789")
        told: list[Decimal] = []
        for number in range(500):
            balance = kind(grams=Decimal(number + 1) / 10000)
            lines = [_maybe_damaged(chance, balance.line()) for _ in range(12)]
            taken = [
                one.grams
                for one in _heard(driver, *lines, settings=settings)
                if isinstance(one, Weight)
            ]
            assert set(taken) <= {balance.grams}
            told += taken[:1]
        assert len(told) > 400


def _maybe_damaged(chance: random.Random, line: bytes) -> bytes:
    if chance.random() > 0.3:
        return line
    made, place = bytearray(line), chance.randrange(len(line) - 2)
    match chance.randrange(3):
        case 0:
            made[place] ^= chance.randint(1, 255)
        case 1:
            del made[place]
        case _:
            made.insert(place, made[place])
    return bytes(made)


def test_a_balance_that_writes_on_and_on_gives_each_load_once() -> None:
    balance = simulators.Lines()
    first = [balance.line()] * 20
    between = [simulators.Lines(stable=False).line()] * 5
    heard = _heard(
        ohaus_kern_line.DRIVER, *first, *between, *first, settings=Settings("B1")
    )
    assert [one.grams for one in heard if isinstance(one, Weight)] == [
        Decimal("0.4123"), Decimal("0.4123"),
    ]  # fmt: skip


def test_what_only_acknowledges_is_no_weight() -> None:
    driver = mettler_toledo_sics.DRIVER
    assert _heard(driver, b"T S     0.4123 g\r\n", b"Z A\r\n", b"\r\n") == []


@pytest.mark.parametrize(("driver", "kind"), FAMILIES)
def test_a_weight_comes_over_a_real_line(
    cable: Cable, driver: Driver, kind: type[simulators.Balance]
) -> None:
    balance, device = kind(), SerialLink(str(cable.device), silence=0.05)

    def play() -> None:
        device.send(balance.line())
        rest = b""
        with suppress(LinkClosed, LinkLost):
            while True:
                *whole, rest = (rest + device.read()).split(b"\n")
                for command in whole:
                    device.send(balance.hear(command))
                if driver.continuous:
                    device.send(balance.line())

    with closing(SerialLink(str(cable.host), silence=0.05)) as link:
        link.read()
        player = threading.Thread(target=play, daemon=True)
        player.start()
        watch = threading.Timer(10, link.close)
        watch.start()
        told = next(one for one in listen(link, driver) if isinstance(one, Weight))
        watch.cancel()
    assert (told.grams, told.serial) == (Decimal("0.4123"), simulators.SERIAL)
    device.close()
    player.join()


@pytest.mark.parametrize(
    "told",
    ["/dev/serial/by-id/usb-x", "socket://10.0.0.7:4001", "rfc2217://scale:2217"],
)
def test_a_device_is_named_by_what_it_is(told: str) -> None:
    assert address(told) == told


@pytest.mark.parametrize(
    "told", ["/dev/ttyUSB0", "/dev/ttyACM3", "COM3", "http://x:1", "", "socket://x"]
)
def test_a_port_known_by_its_number_is_refused(told: str) -> None:
    with pytest.raises(BadAddress, match="expected"):
        address(told)
