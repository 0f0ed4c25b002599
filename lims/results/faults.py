"""What is wrong with a file: where, what was found, what was expected.

What was found may be a person's name. It is shown to the importer alone; lists, logs
and events carry line and column, and the event a salted hash of the value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import re
from typing import Any, Self

from instruments.errors import InstrumentError, quoted, sentence
from instruments.records import RefusedRow

MOST = 100
"""Faults that are kept of one file; a file with more has one cause."""

_COLUMN = re.compile(
    r"(sample|run|file|well|panel|marker|locus|dye|allele|height|size|peak|area)"
    r"[ ._]?(name|file)?[ ._#]*\d{0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    says: str = ""
    """What no place in the file can tell; never a value of the file."""
    line: int | None = None
    column: str = ""
    value: str | None = None
    expected: str = ""

    @classmethod
    def of_error(cls, error: InstrumentError) -> Self:
        column = known_column(error.column)
        return cls(error.says, error.line, column, error.value, error.expected)

    @classmethod
    def of_row(cls, row: RefusedRow) -> Self:
        return cls("", row.line, known_column(row.column), row.value, row.expected)

    @property
    def public(self) -> str:
        """The sentence for everybody who is not the importer."""
        return sentence(self.says, self.line, self.column, None, self.expected)

    @property
    def whole(self) -> str:
        """The sentence with the value, for the importer."""
        return sentence(self.says, self.line, self.column, self.value, self.expected)


def kept(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """The faults as the import's row keeps them."""
    listed = [
        {
            "sentence": one.public,
            "line": one.line,
            "column": one.column,
            "value": None if one.value is None else quoted(one.value),
            "expected": one.expected,
        }
        for one in faults
    ]
    if (more := len(listed) - MOST) > 0:
        told = f"There are {more} more faults of this kind in the file."
        listed[MOST:] = [{"sentence": told, "line": None, "value": None}]
    return listed


def facts(faults: Iterable[Fault]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the event tells in clear, and what it tells by a salted hash."""
    listed = list(faults)
    places = [{"line": one.line, "column": one.column} for one in listed[:MOST]]
    values = [one.value for one in listed[:MOST] if one.value is not None]
    told = {"faults": places, "count": len(listed)}
    return told, {"values": values} if values else {}


def shown(fault: Mapping[str, Any], *, importer: bool) -> tuple[str, str]:
    """The sentence of a kept fault, and the value where it may be seen."""
    value = str(fault.get("value") or "") if importer else ""
    return str(fault["sentence"]), value


def known_column(title: str) -> str:
    """The title of a column that exports have; any other may be anybody's words."""
    return title if _COLUMN.fullmatch(title) else ""
