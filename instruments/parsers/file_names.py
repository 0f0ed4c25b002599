"""Which sample a trace file is of: the map that the NFI keeps beside its reports.

The first column names the raw file, each other one the sample as one report calls it.
"""

from instruments import wide
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, NotesExport, UnreadCell
from instruments.source import Source

RAW = frozenset(("ruwe data naam", "raw data name"))


def claims(source: Source) -> bool:
    return any(cell.casefold() in RAW for cell in header_of(source))


def read(source: Source) -> NotesExport:
    grid = grid_of(source)
    at = next(n for n, name in enumerate(grid.header) if name.casefold() in RAW)
    facts: list[Fact] = []
    unread: list[UnreadCell] = []
    rows = 0
    for line, cells in wide.rows_of(grid):
        rows += 1
        if wide.unfit(line, cells, len(grid.header)) or not cells[at]:
            filled = [text for text in cells if text]
            unread += [UnreadCell(f"line {line}", "", text) for text in filled]
            continue
        named = zip(grid.header, cells, strict=True)
        told = [(name, text) for n, (name, text) in enumerate(named) if n != at]
        facts += [Fact(line, cells[at], name, text) for name, text in told if text]
    return NotesExport(
        **PARSER.told(source),
        rows=rows,
        facts=tuple(facts),
        unread_cells=tuple(unread),
        warnings=tuple(wide.warnings(grid)),
    )


PARSER = Parser("Names of trace files", "1", Maturity.VERIFIED, claims, read)
