"""OSIRIS 2 summary: a preamble, one row for each sample, then notices.

Each locus has a column, named with its channel (`FGA-4`); its alleles share a cell
(`23,24`). AMEL is written 1 for X and 2 for Y. The sample is named by the path of its
file. The notices are free text: they are kept as lines that nobody reads.
"""

from dataclasses import dataclass
from itertools import takewhile
from pathlib import PureWindowsPath
import re

from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.records import (
    NO_CELLS,
    Cells,
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
    UnreadLine,
)
from instruments.source import Source

FIRST_LINE = "OAR 2.0"
HEADER = "Sample Name\tILS\tChannels\t"
KIT = "Kit Name:"
LOCUS = re.compile(r"(.+)-([1-9])")
FLAGS = ("ILS", "+Cntrl")
"""Is the size standard right, and with what is a positive control compared?"""

MARK = re.compile(r"^&[^&\t]*&", re.MULTILINE)
"""A mark such as &3& that OSIRIS may put before a line, for other programs."""


def claims(source: Source) -> bool:
    return MARK.sub("", source.first_line).strip() == FIRST_LINE


def read(source: Source) -> GenotypeExport:
    lines = MARK.sub("", source.text()).split("\n")
    table = _table(lines)
    about = _About(table.header, _kit(lines))
    rows = [
        _row(line, text, about) for line, text in enumerate(table.rows, table.first)
    ]
    if not rows:
        raise BadTable(
            "The summary has a header and no rows below it.", line=table.first - 1
        )
    return GenotypeExport(
        parser=PARSER.name,
        version=PARSER.version,
        maturity=PARSER.maturity,
        sha256=source.sha256,
        rows=len(rows),
        readings=tuple(
            reading for row in rows if isinstance(row, list) for reading in row
        ),
        refused=tuple(row for row in rows if isinstance(row, RefusedRow)),
        unread_lines=tuple(_outside(lines, table)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    header: list[str]
    first: int
    """The line of the first row."""
    rows: list[str]


@dataclass(frozen=True, slots=True)
class _About:
    """What the rows share."""

    header: list[str]
    kit: str

    @property
    def loci(self) -> list[tuple[int, str, str]]:
        """Index, locus and channel of each column of alleles."""
        found = (
            (index, LOCUS.fullmatch(name)) for index, name in enumerate(self.header)
        )
        return [(index, match[1], match[2]) for index, match in found if match]


def _table(lines: list[str]) -> _Table:
    head = next(
        (number for number, line in enumerate(lines) if line.startswith(HEADER)), None
    )
    if head is None:
        raise BadTable(
            "The summary has no table.",
            expected="a line that begins with Sample Name, ILS, Channels",
        )
    rows = list(takewhile(str.strip, lines[head + 1 :]))
    return _Table(lines[head].rstrip("\t").split("\t"), head + 2, rows)


def _kit(lines: list[str]) -> str:
    return next(
        (line.removeprefix(KIT).strip() for line in lines if line.startswith(KIT)), ""
    )


def _outside(lines: list[str], table: _Table) -> list[UnreadLine]:
    read = {1, *range(table.first - 1, table.first + len(table.rows))}
    places = enumerate(lines, 1)
    return [
        UnreadLine(at, line)
        for at, line in places
        if line.strip() and at not in read and not line.startswith(KIT)
    ]


def _row(line: int, text: str, about: _About) -> list[MarkerReading] | RefusedRow:
    """The readings of one sample, or why its row cannot be read."""
    cells = text.split("\t")
    width = len(about.header)
    sample = _sample(cells[0])
    if surplus := [cell for cell in cells[width:] if cell.strip()]:
        return RefusedRow(
            line,
            f"column {width + 1}",
            surplus[0],
            "no cell beyond the header",
            sample,
            cells[0],
        )
    if len(cells) < width:
        return RefusedRow(
            line,
            f"column {len(cells)}",
            cells[-1],
            f"{width} cells: the row looks cut",
            sample,
            cells[0],
        )
    if not sample:
        return RefusedRow(line, "Sample Name", cells[0], "the path of a sample file")
    return _readings(line, cells, sample, about)


def _readings(
    line: int, cells: list[str], sample: str, about: _About
) -> list[MarkerReading]:
    named = dict(zip(about.header, cells, strict=False))
    flags = Cells(FLAGS, tuple(named.get(flag, "") for flag in FLAGS))
    read = {"Sample Name", *FLAGS, *(about.header[index] for index, _, _ in about.loci)}
    rest = {
        name: cell for name, cell in named.items() if cell.strip() and name not in read
    }
    return [
        MarkerReading(
            line=line,
            sample=sample,
            source=cells[0],
            run="",
            well="",
            panel=about.kit,
            marker=locus,
            dye=channel,
            peaks=tuple(
                Peak(name.strip()) for name in cells[index].split(",") if name.strip()
            ),
            flags=flags,
            unread=rest
            if not place
            else NO_CELLS,  # cells of the sample are counted once
        )
        for place, (index, locus, channel) in enumerate(about.loci)
    ]


def _sample(path: str) -> str:
    """The name of a sample from the path of its file, on whatever system."""
    return re.sub(
        r"\.(fsa|hid)$", "", PureWindowsPath(path.strip()).name, flags=re.IGNORECASE
    )


PARSER = Parser("OSIRIS summary", "1", Maturity.VERIFIED, claims, read)
