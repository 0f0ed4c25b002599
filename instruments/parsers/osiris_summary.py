"""OSIRIS 2 summary: a preamble, one row for each sample, then notices.

Each locus has a column, named with its channel (`FGA-4`); its alleles share a cell
(`23,24`). AMEL is written 1 for X and 2 for Y. The sample is named by the path of its
file. The notices are free text: they are kept as lines that nobody reads.
"""

from dataclasses import dataclass
from itertools import chain, repeat, takewhile
from pathlib import PureWindowsPath
import re
from typing import Self

from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
    Titles,
    UnreadLine,
)
from instruments.source import Source

FIRST_LINE = "OAR 2.0"
HEADER = "Sample Name\tILS\tChannels\t"
KIT = "Kit Name:"
LOCUS = re.compile(r"(.+)-([1-9])")
FLAGS = frozenset({"ILS", "+Cntrl"})
"""Is the size standard right, and with what is a positive control compared?"""

MOST_CELLS = 200_000
MARK = re.compile(r"^&[^&\t\n]*&", re.MULTILINE)
"""A mark such as &3& that OSIRIS may put before a line, for other programs."""


def claims(source: Source) -> bool:
    return MARK.sub("", source.first_line).strip() == FIRST_LINE


def read(source: Source) -> GenotypeExport:
    lines = MARK.sub("", source.text()).split("\n")
    table = _Table.within(lines)
    if len(table.rows) * len(table.header) > MOST_CELLS:
        raise BadTable(
            f"The table has {len(table.rows)} rows of {len(table.header)} columns.",
            expected=f"at most {MOST_CELLS} cells: the summary of one run",
        )
    rows = [_row(line, text, table) for line, text in enumerate(table.rows, table.line)]
    if not rows:
        raise BadTable("The table has no rows below its header.", line=table.line - 1)
    return GenotypeExport(
        **PARSER.told(source),
        rows=len(rows),
        readings=tuple(one for row in rows if isinstance(row, list) for one in row),
        refused=tuple(row for row in rows if isinstance(row, RefusedRow)),
        unread_lines=tuple(table.outside(lines)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    header: list[str]
    line: int
    """The line of the first row."""
    rows: list[str]
    kit: str

    @classmethod
    def within(cls, lines: list[str]) -> Self:
        heads = (at for at, line in enumerate(lines) if line.startswith(HEADER))
        if (head := next(heads, None)) is None:
            expected = "a line that begins with Sample Name, ILS, Channels"
            raise BadTable("The summary has no table.", expected=expected)
        rows = list(takewhile(str.strip, lines[head + 1 :]))
        kits = (line.removeprefix(KIT) for line in lines if line.startswith(KIT))
        header = lines[head].rstrip("\t").split("\t")
        return cls(header, head + 2, rows, next(kits, "").strip())

    def outside(self, lines: list[str]) -> list[UnreadLine]:
        """The lines that hold something and are not the table's."""
        read = {1, *range(self.line - 1, self.line + len(self.rows))}
        return [
            UnreadLine(number, line)
            for number, line in enumerate(lines, 1)
            if line.strip() and number not in read and not line.startswith(KIT)
        ]

    @property
    def loci(self) -> list[tuple[int, str, str]]:
        """Index, locus and channel of each column of alleles."""
        found = ((at, LOCUS.fullmatch(name)) for at, name in enumerate(self.header))
        return [(at, match[1], match[2]) for at, match in found if match]

    @property
    def flags(self) -> list[int]:
        return [at for at, name in enumerate(self.header) if name in FLAGS]

    @property
    def beside(self) -> list[int]:
        read = {0, *(index for index, _, _ in self.loci)}
        return [at for at in range(len(self.header)) if at not in read]


def _row(line: int, text: str, table: _Table) -> list[MarkerReading] | RefusedRow:
    """The readings of one sample, or why its row cannot be read."""
    cells, width = text.split("\t"), len(table.header)
    path, sample = cells[0], _sample(cells[0])
    beyond = [cell for cell in cells[width:] if cell.strip()]
    if not sample:
        return RefusedRow(line, "Sample Name", path, "the path of a sample file")
    if beyond:
        title, expected = f"column {width + 1}", "no cell beyond the header's columns"
        return RefusedRow(line, title, beyond[0], expected, sample, path)
    if len(cells) < width:
        title, expected = f"column {len(cells)}", f"{width} cells: the row looks cut"
        return RefusedRow(line, title, cells[-1], expected, sample, path)
    return _readings(line, cells, table)


def _readings(line: int, cells: list[str], table: _Table) -> list[MarkerReading]:
    """The readings of a row. What nobody reads in it is told once, with the first."""
    return [
        MarkerReading(
            line=line,
            sample=_sample(cells[0]),
            source=cells[0],
            run="",
            well="",
            panel=table.kit,
            marker=locus,
            dye=channel,
            peaks=_peaks(cells[index]),
            beside="\t".join(cells[at] for at in beside),
            titles=Titles(tuple(table.header[at] for at in beside), FLAGS, "\t"),
        )
        for (index, locus, channel), beside in zip(
            table.loci, chain([table.beside], repeat(table.flags)), strict=False
        )
    ]


def _peaks(cell: str) -> tuple[Peak, ...]:
    return tuple(Peak(name.strip()) for name in cell.split(",") if name.strip())


def _sample(path: str) -> str:
    """The name of a sample from the path of its file, on whatever system."""
    name = PureWindowsPath(path.strip()).name
    return re.sub(r"\.(fsa|hid)$", "", name, flags=re.IGNORECASE)


PARSER = Parser("OSIRIS summary", "1", Maturity.VERIFIED, claims, read)
