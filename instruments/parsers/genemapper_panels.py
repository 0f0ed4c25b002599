"""GeneMapper ID and ID-X: panels (markers, dyes, ranges) and bins, as text.

Lines end in CR LF, LF, or CR alone. Versions differ in their columns: the colour is
looked for, then come the range, the control's alleles, the repeat and, last, the
ladder's alleles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
import re

from instruments.errors import BadTable
from instruments.grid import BLANK
from instruments.numbers import Numbers
from instruments.parsers import Parser
from instruments.records import (
    Bin,
    Fact,
    KitExport,
    KitMarker,
    KitPanel,
    Maturity,
    RefusedRow,
    UnreadCell,
    UnreadLine,
)
from instruments.source import Source

COLOURS = frozenset(
    ("blue", "green", "yellow", "black", "red", "purple", "orange", "white")
)
FIRST = re.compile(r"version\t+\s*gm", re.IGNORECASE)
ALLELE = re.compile(r"[<>]?[0-9]{1,4}(?:\.[0-9]{1,2})?|[A-Z]{1,3}", re.IGNORECASE)
QUOTES = f'{BLANK}"'
"""What may stand around a cell; one sign alone may be left of two."""

READ = Numbers()
BINS = "binset name"
BIN = ("allele", "size", "left", "right")
RANGE = ("from", "to")
MOST_LINES = 100_000
WIDEST = 2_000
"""Base pairs: no capillary tells more."""


def claims(source: Source) -> bool:
    lines = (line for line in source.head.split("\n") if line.strip(" \t"))
    first = next((line for line in lines if not line.startswith("#")), "")
    return bool(FIRST.match(first))


def read(source: Source) -> KitExport:
    lines = source.text().split("\n")
    if len(lines) > MOST_LINES:
        expected = "the panels or bins of a laboratory"
        raise BadTable(f"The file has {len(lines)} lines.", expected=expected)
    kit = _Kit()
    for number, text in enumerate(lines, 1):
        kit.take(number, text)
    panels = tuple(panel.kept() for panel in kit.panels)
    if not any(panel.markers for panel in panels):
        raise BadTable("The file holds no markers.", expected="panels or bins")
    return KitExport(
        **PARSER.told(source),
        rows=kit.rows,
        panels=panels,
        refused=tuple(kit.refused),
        facts=tuple(kit.facts),
        unread_lines=tuple(kit.unread),
        unread_cells=tuple(kit.cells),
        warnings=() if not lines[-1] else (CUT,),
    )


CUT = "The file ends without a line end: its last row may have been cut."


@dataclass(slots=True)
class _Marker:
    line: int
    name: str
    bins: list[Bin] = field(default_factory=list)
    facts: KitMarker | None = None

    def kept(self) -> KitMarker:
        facts = self.facts or KitMarker(self.line, self.name)
        return facts._replace(bins=tuple(self.bins))


@dataclass(slots=True)
class _Panel:
    name: str
    markers: list[_Marker] = field(default_factory=list)

    def last(self) -> _Marker:
        if not self.markers:
            raise _Odd("", "a line 'Marker Name' above its bins")
        return self.markers[-1]

    def kept(self) -> KitPanel:
        return KitPanel(self.name, tuple(one.kept() for one in self.markers))


@dataclass(slots=True)
class _Kit:
    """What was read up to a line."""

    panels: list[_Panel] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    unread: list[UnreadLine] = field(default_factory=list)
    cells: list[UnreadCell] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    rows: int = 0
    in_bins: bool = False

    def take(self, line: int, text: str) -> None:
        cells = [cell.strip(QUOTES) for cell in text.split("\t")]
        filled = [cell for cell in cells if cell]
        told = filled[1] if len(filled) > 1 else ""
        match filled[:1]:
            case []:
                return
            case [first] if first.casefold().rstrip(":") in {"panel", "panel name"}:
                self.panels.append(_Panel(told))
                self._leave(line, filled[2:])
            case [first] if first.casefold() == "marker name":
                self._panel().markers.append(_Marker(line, told))
                self._leave(line, filled[2:])
            case [first] if first.startswith("#"):
                self.unread.append(UnreadLine(line, text.strip()))
            case [first] if not self.panels:
                self.in_bins = self.in_bins or first.casefold() == BINS
                facts = (Fact(line, "", first.rstrip(":"), one) for one in filled[1:])
                self.facts.extend(facts)
            case _:
                self._row(line, cells, filled)

    def _leave(self, line: int, cells: list[str]) -> None:
        where = f"line {line}"
        self.cells.extend(UnreadCell(where, "", text) for text in cells)

    def _panel(self) -> _Panel:
        if not self.panels:
            self.panels.append(_Panel(""))
        return self.panels[-1]

    def _row(self, line: int, cells: list[str], filled: list[str]) -> None:
        self.rows += 1
        try:
            if self.in_bins:
                self._panel().last().bins.append(_bin(filled))
            else:
                marker, left = _marker(line, cells)
                known = _Marker(line, marker.name, facts=marker)
                self._panel().markers.append(known)
                self._leave(line, left)
        except _Odd as odd:
            self.refused.append(RefusedRow(line, "", odd.value, odd.expected))


class _Odd(Exception):
    def __init__(self, value: str, expected: str) -> None:
        super().__init__(expected)
        self.value = value
        self.expected = expected


def _bin(filled: list[str]) -> Bin:
    """`allele, size, left, right`, and perhaps `virtual` or a remark."""
    if len(filled) < len(BIN):
        raise _Odd(filled[-1], "an allele, its size, and how far left and right")
    allele, *numbers = filled[: len(BIN)]
    size, left, right = (_number(number) for number in numbers)
    if (
        not ALLELE.fullmatch(allele)
        or left > size
        or right > size
        or _above(allele, size)
    ):
        raise _Odd(allele, "the name of an allele, then its size and its bin's width")
    note = " ".join(filled[len(BIN) :])
    virtual = note.casefold() == "virtual"
    return Bin(allele, size, left, right, virtual, "" if virtual else note)


def _above(allele: str, size: Decimal) -> bool:
    """Whether an allele's number is above its size: so the cells are not in order.

    An allele that is no number of repeats is named by its size, rounded.
    """
    name = allele.lstrip("<>")
    return name[:1].isdigit() and Decimal(name) > size + 1


def _marker(line: int, cells: list[str]) -> tuple[KitMarker, list[str]]:
    """`marker, colour, low, high, control's alleles, repeat, ..., ladder's alleles`.

    What stands between repeat and alleles, such as a filter for stutter, is not read.
    """
    at = next((n for n, cell in enumerate(cells) if cell.casefold() in COLOURS), 0)
    name = next(iter(cells[:at]), "")
    if not at or not name or any(cells[1:at]):
        raise _Odd(cells[0], "a marker and its colour")
    numbers, rest = cells[at + 1 : at + 3], [cell for cell in cells[at + 3 :] if cell]
    if len(numbers) < len(RANGE) or not rest:
        raise _Odd(cells[-1], "the marker's range, its repeat and its alleles")
    low, high = (_number(number) for number in numbers)
    if low >= high:
        raise _Odd(numbers[0], "a range in base pairs, the lower end first")
    given = len(rest) > 1 and rest[1].isdigit()
    controls, repeat = (rest[0], rest[1]) if given else ("", rest[0])
    marker = KitMarker(
        line=line,
        name=name,
        dye=cells[at],
        low=low,
        high=high,
        repeat=_number(repeat),
        controls=_names(controls),
        alleles=_names(rest[-1]) if len(rest) > 1 + given else (),
    )
    return marker, rest[1 + given : -1]


def _names(cell: str) -> tuple[str, ...]:
    return tuple(_each(cell))


def _each(cell: str) -> Iterator[str]:
    for one in cell.split(","):
        if not (name := one.strip()):
            continue
        if not ALLELE.fullmatch(name):
            raise _Odd(name, "the names of alleles, parted by commas")
        yield name


def _number(cell: str) -> Decimal:
    try:
        number = READ.one(cell.strip())
    except ValueError as error:
        raise _Odd(cell, "a number of base pairs") from error
    if number is None or number > WIDEST:
        raise _Odd(cell, f"a number of base pairs, at most {WIDEST}")
    return number


PARSER = Parser("GeneMapper panels and bins", "1", Maturity.VERIFIED, claims, read)
