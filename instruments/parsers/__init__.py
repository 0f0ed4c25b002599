"""One file for each kind of export. To add an instrument, add a file here.

It ends in PARSER = Parser(...); there is no list to edit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from instruments.records import Export, Maturity
from instruments.source import Source


class Told(TypedDict):
    """Who read which bytes: what every export begins with."""

    parser: str
    version: str
    maturity: Maturity
    sha256: str


@dataclass(frozen=True, slots=True)
class Parser:
    name: str
    version: str
    """Goes up whenever the same bytes would be read differently."""
    maturity: Maturity
    claims: Callable[[Source], bool]
    """Cheap and sure: looks at the head of a file, never parses the whole."""
    read: Callable[[Source], Export]

    def told(self, source: Source) -> Told:
        return {
            "parser": self.name,
            "version": self.version,
            "maturity": self.maturity,
            "sha256": source.sha256,
        }
