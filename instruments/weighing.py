"""What a balance says, and when it may be believed: lines in, stable weights out.

A weight is taken where the balance calls it stable, in a unit of the metric system, and
says it again alike: the lines of a balance carry no checksum, so that a digit that was
damaged on its way is told only by asking again.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
import re
import time

from instruments.errors import LinkClosed, LinkLost, quoted
from instruments.links import Change, Link

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds between two attempts to reach a balance that was unplugged."""

LONGEST = 256
LINE_END = re.compile(rb"[\r\n]+")
NUMBER = re.compile(r"[+-]?[ ]*\d{1,7}(?:\.\d{1,6})?")
SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{2,31}")
GRAMS = {"g": Decimal(1), "mg": Decimal("0.001"), "kg": Decimal(1000)}
"""How many grams one of each unit is."""

UNSTABLE = "The balance is not at rest. Wait until it is, then weigh again."
OVER = "The load is above what the balance can weigh. Take something off."
UNDER = "The load is below what the balance can weigh. Is the pan in its place?"
UNKNOWN = "This line is no weight that we know. Weigh again."
NAMELESS = (
    "The balance has not told its serial number, so nobody could say later what "
    "weighed this. Write its number into the bench's settings, or switch it on again."
)


@dataclass(frozen=True, slots=True)
class Weight:
    grams: Decimal
    told: str
    """As the balance wrote it, with its unit."""
    serial: str
    raw: bytes
    due: date | None = None
    """The last day on which the balance's calibration holds, where it is known."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no weight to record, and what a person can do."""

    raw: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """The balance told its serial number."""

    serial: str


Said = Weight | Refused | Named
Heard = Weight | Refused | Change


@dataclass(frozen=True, slots=True)
class Driver:
    """How to speak with one family of balances."""

    name: str
    ask: bytes
    """What asks for a stable weight."""
    tare: bytes
    who: bytes
    """What asks for the serial number; empty where the balance cannot tell."""
    understood: Callable[[bytes], Said | None]
    """One line without its end; None for a line that only acknowledges."""
    continuous: bool = False
    """Whether it writes without being asked, one line after the other."""
    alike: int = 2
    """How often it must say the same. More where a line has no fixed width."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a laboratory knows of its balance."""

    serial: str = ""
    due: date | None = None
    """The last day on which its calibration holds."""


def weight(raw: bytes, number: str, unit: str) -> Weight | Refused:
    """A number and its unit; the serial number is added by who listens."""
    if not NUMBER.fullmatch(number):
        return Refused(raw, UNKNOWN)
    factor = GRAMS.get(unit)
    if factor is None:
        return Refused(
            raw,
            f"The balance weighs in {quoted(unit)}. Set it to grams: other units are "
            "not recorded, and not converted.",
        )
    value = Decimal(number.replace(" ", ""))
    return Weight(value * factor, f"{value} {unit}", "", raw)


def listen(
    link: Link,
    driver: Driver,
    settings: Settings | None = None,
    *,
    today: Callable[[], date] = date.today,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Heard]:
    """Every weight and refusal, until the line is closed. An unplugged one comes back.

    After a plug was moved, another balance may hang there: its number is asked anew.
    """
    ear = _Ear(driver, settings or Settings(), today)
    rest, wait, away, fresh = b"", SHORTEST_PAUSE, False, True
    while True:
        try:
            if fresh and driver.who:
                link.send(driver.who)
            came = link.read()
        except LinkClosed:
            return
        except LinkLost:
            ear.forget()
            rest, fresh = b"", True
            if not away:
                yield Change.LOST
            away = True
            pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE)
            continue
        if away:
            yield Change.BACK
        away, wait, fresh = False, SHORTEST_PAUSE, False
        *whole, rest = LINE_END.split(rest + came)
        if len(rest) > LONGEST:
            whole, rest = [*whole, rest], b""
        yield from chain.from_iterable(ear.hear(raw, link) for raw in whole if raw)


@dataclass(slots=True)
class _Ear:
    """Believes what a named, calibrated balance said twice alike."""

    driver: Driver
    settings: Settings
    today: Callable[[], date]
    serial: str = field(default="")
    first: Weight | None = field(default=None)
    times: int = field(default=0)
    given: Decimal | None = field(default=None)

    def forget(self) -> None:
        self.serial, self.first, self.given = "", None, None

    def hear(self, raw: bytes, link: Link) -> Iterator[Heard]:
        match self.driver.understood(raw):
            case Named(serial):
                self.serial, self.given = serial, None
            case Weight() as told:
                yield from self._weighed(told, link)
            case Refused() as refused:
                self.first, self.given = None, None
                if not (self.driver.continuous and refused.reason == UNSTABLE):
                    yield refused

    def _weighed(self, told: Weight, link: Link) -> Iterator[Weight | Refused]:
        if self.driver.continuous and told.grams == self.given:
            return
        if self.first is None or self.first.told != told.told:
            self.first, self.times = told, 0
        self.times += 1
        if self.times < self.driver.alike:
            if not self.driver.continuous:
                with suppress(LinkLost, LinkClosed):  # the next read tells it
                    link.send(self.driver.ask)
            return
        self.first, self.given = None, told.grams
        yield self._believed(told)

    def _believed(self, told: Weight) -> Weight | Refused:
        expected, due = self.settings.serial, self.settings.due
        if expected and self.serial not in {"", expected}:
            return Refused(
                told.raw,
                f"The balance is {quoted(self.serial)}; this bench expects "
                f"{quoted(expected)}. Was it exchanged? Change the bench's settings.",
            )
        if not (serial := self.serial or expected):
            return Refused(told.raw, NAMELESS)
        if due is not None and self.today() > due:
            return Refused(
                told.raw,
                f"The calibration of the balance {quoted(serial)} was due by {due}. "
                "Nothing is weighed with it until it is calibrated.",
            )
        return Weight(told.grams, told.told, serial, told.raw, due)
