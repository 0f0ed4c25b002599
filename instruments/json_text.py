"""JSON that a file holds: read whole, each key once, numbers as they are written."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
import json
import re
from typing import Any

from instruments.errors import BadTable
from instruments.source import Source

NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,2})?")


def read_object(source: Source) -> dict[str, Any]:
    """The object that the file is. Raises InstrumentError where it is none."""
    try:
        found = json.loads(
            source.text(),
            object_pairs_hook=_once,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        raise BadTable(
            "This file is no whole JSON: it is damaged or was cut.", line=error.lineno
        ) from error
    except RecursionError as error:
        raise BadTable("The parts of this file lie too deep in one another.") from error
    if not isinstance(found, dict):
        raise BadTable("This file is no JSON object.", expected="'{'")
    return found


def leaves(part: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every value with where it stands, such as `markers / mh01 / genotype / 1`."""
    match part:
        case dict():
            for name, inner in part.items():
                yield from leaves(inner, (*path, str(name)))
        case list():
            for at, inner in enumerate(part, 1):
                yield from leaves(inner, (*path, str(at)))
        case None:
            yield " / ".join(path), ""
        case bool():
            yield " / ".join(path), str(part).lower()
        case _:
            yield " / ".join(path), str(part)


class Lines:
    """The lines of keys, asked for in the order in which they stand."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._line = 0, 1

    def of(self, name: str) -> int:
        """Where this key stands next; the last line known if it is not found."""
        found = re.compile(re.escape(json.dumps(name)) + r"\s*:").search(
            self._text, self._at
        )
        if found:
            self._line += self._text.count("\n", self._at, found.start())
            self._at = found.start()
        return self._line


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadTable("A part of this file stands twice.", value=twice)
    return found


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise BadTable("A number cannot be read.", value=text, expected="a number")
    return Decimal(text)
