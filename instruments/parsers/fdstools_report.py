"""TSSV: how many reads were recognised at each marker, and in all. Notes of a run."""

from instruments import wide
from instruments.errors import BadTable
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, NotesExport
from instruments.source import Source

HEADER = ["marker", "unique_seqs", "tPaired"]
TOTALS = ("total reads", "unrecognised reads")


def claims(source: Source) -> bool:
    return header_of(source)[: len(HEADER)] == HEADER


def read(source: Source) -> NotesExport:
    grid = grid_of(source)
    named = [title for title in grid.header if title]
    facts: list[Fact] = []
    rows = list(wide.rows_of(grid))
    for line, cells in rows:
        name, *counts = cells
        width = 2 if name in TOTALS else len(named)
        told = counts[: width - 1]
        whole = len(told) == width - 1 and all(map(_is_count, told))
        if not name or not whole or any(counts[width - 1 :]):
            raise BadTable(
                "A row holds no counts of reads.",
                line=line,
                value=next((one for one in told if not one.isdigit()), name),
                expected="a marker and whole numbers",
            )
        titles = named[1:] if name not in TOTALS else [""]
        facts += [
            Fact(line, name, title, text)
            for title, text in zip(titles, told, strict=True)
        ]
    return NotesExport(
        **PARSER.told(source),
        rows=len(rows),
        facts=tuple(facts),
        warnings=tuple(wide.warnings(grid)),
    )


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


PARSER = Parser("TSSV report", "1", Maturity.VERIFIED, claims, read)
