"""Devices that are none: what a scanner and each balance would say.

For tests, and for a bench without hardware. A simulator hears bytes and answers bytes,
so that it can sit behind a pseudo-terminal as well as inside a program.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from decimal import Decimal
from queue import Empty, SimpleQueue

from instruments.errors import LinkClosed

SERIAL = "B123456789"


@dataclass(slots=True)
class Balance(ABC):
    """What lies on it, and whether it is at rest. `hear` takes one command."""

    grams: Decimal = field(default=Decimal("0.4123"))
    stable: bool = field(default=True)
    over: bool = field(default=False)
    unit: str = field(default="g")
    serial: str = field(default=SERIAL)
    tared: Decimal = field(default=Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.grams - self.tared

    @abstractmethod
    def line(self) -> bytes:
        """What the print key sends."""

    @abstractmethod
    def hear(self, command: bytes) -> bytes:
        """What it answers, if it does."""


class Sics(Balance):
    def line(self) -> bytes:
        if self.over:
            return b"S +\r\n"
        return f"S {'S' if self.stable else 'D'} {self.net:10} {self.unit}\r\n".encode()

    def hear(self, command: bytes) -> bytes:
        match command.strip():
            case b"S" | b"SI":
                return self.line()
            case b"T":
                self.tared = self.grams
                return f"T S {self.tared:10} {self.unit}\r\n".encode()
            case b"I4":
                return f'I4 A "{self.serial}"\r\n'.encode()
            case _:
                return b"ES\r\n"


class Sbi(Balance):
    def line(self) -> bytes:
        if self.over:
            return b"Stat       H    \r\n"
        sign = "-" if self.net < 0 else "+"
        unit = self.unit if self.stable else ""
        return f"{sign}{abs(self.net):>9} {unit:<3}\r\n".encode()

    def hear(self, command: bytes) -> bytes:
        match command.strip():
            case b"\x1bP":
                return self.line()
            case b"\x1bT":
                self.tared = self.grams
                return b""
            case b"\x1bx2_":
                return f"Ser.no. {self.serial}\r\n".encode()
            case _:
                return b""


class Lines(Balance):
    """Ohaus and Kern."""

    def line(self) -> bytes:
        if self.over:
            return b"OVERLOAD\r\n"
        mark = "" if self.stable else " ?"
        return f"{self.net:>10} {self.unit}{mark}\r\n".encode()

    def hear(self, command: bytes) -> bytes:
        match command.strip():
            case b"P":
                return self.line()
            case b"T":
                self.tared = self.grams
                return b""
            case b"PSN":
                return f"SN: {self.serial}\r\n".encode()
            case _:
                return b""


class SimulatedLink:
    """A line inside the program: `press` is the print key, or the scanner's trigger."""

    def __init__(self, balance: Balance | None = None, silence: float = 0.2) -> None:
        self._balance = balance
        self._silence = silence
        self._said: SimpleQueue[bytes | None] = SimpleQueue()

    def press(self, said: bytes) -> None:
        self._said.put(said)

    def send(self, told: bytes) -> None:
        if self._balance is not None:
            self._said.put(self._balance.hear(told))

    def read(self) -> bytes:
        try:
            said = self._said.get(timeout=self._silence)
        except Empty:
            return b""
        if said is None:
            raise LinkClosed("The simulated line was closed.")
        return said

    def close(self) -> None:
        self._said.put(None)
