"""Reads typed fields out of a mapping and collects each fault instead of the first.

Kits and rules come as mappings from files that a laboratory writes by hand; all
that is wrong with a file is told at once, each fault with its place.
"""

from collections.abc import Mapping
from decimal import Decimal

from lims.errors import BadInput


class Fields:
    """The fields of one mapping; faults are shared with its sections."""

    def __init__(
        self, values: Mapping[str, object], where: str, faults: list[str] | None = None
    ) -> None:
        self.where = where
        self.faults: list[str] = [] if faults is None else faults
        self._values = values
        self._read: set[str] = set()

    def text(self, name: str) -> str:
        value = self._value(name)
        if isinstance(value, str) and value.strip():
            return value
        self._fault(name, value, "a text")
        return ""

    def count(self, name: str, *, least: int = 0) -> int:
        """A whole number, such as a number of loci or a height in RFU."""
        value = self._value(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self._fault(name, value, f"a whole number of at least {least}")
        return least

    def share(self, name: str) -> Decimal:
        """A part of one, such as 0.60."""
        value = self._number(name)
        if value is not None and 0 <= value <= 1:
            return value
        self._fault(name, self._values.get(name), "a number from 0 to 1")
        return Decimal(0)

    def number(self, name: str) -> Decimal:
        value = self._number(name)
        if value is None:
            self._fault(name, self._values.get(name), "a number")
        return value or Decimal(0)

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(str(one) for one in value)
        self._fault(name, value, "a list of texts")
        return ()

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        value = self._value(name)
        if isinstance(value, list) and all(_is_number(one) for one in value):
            return tuple(Decimal(str(one)) for one in value)
        self._fault(name, value, "a list of numbers")
        return ()

    def section(self, name: str) -> "Fields":
        value = self._value(name)
        if not isinstance(value, Mapping):
            self._fault(name, value, "a section")
            value = {}
        return Fields(value, f"{self.where}, '{name}'", self.faults)

    def sections(self, name: str) -> "tuple[Fields, ...]":
        value = self._value(name)
        if not isinstance(value, list) or not all(
            isinstance(one, Mapping) for one in value
        ):
            self._fault(name, value, "a list of sections")
            return ()
        return tuple(
            Fields(one, f"{self.where}, '{name}' number {number}", self.faults)
            for number, one in enumerate(value, start=1)
        )

    def names(self) -> tuple[str, ...]:
        """The names of the fields, where the file chooses them."""
        return tuple(self._values)

    def fault(self, sentence: str) -> None:
        self.faults.append(f"{self.where}: {sentence}")

    def close(self) -> None:
        """Nothing else may stand here: a mistyped name is a fault, not a default."""
        for name in self._values:
            if name not in self._read:
                self.fault(f"'{name}' is not known here.")

    def raise_faults(self) -> None:
        if self.faults:
            raise BadInput("\n".join(self.faults))

    def _value(self, name: str) -> object:
        self._read.add(name)
        return self._values.get(name)

    def _number(self, name: str) -> Decimal | None:
        value = self._value(name)
        return Decimal(str(value)) if _is_number(value) else None

    def _fault(self, name: str, found: object, expected: str) -> None:
        if name in self._values:
            self.fault(f"'{name}' is '{found}'; expected {expected}.")
        else:
            self.fault(f"'{name}' is missing; expected {expected}.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
