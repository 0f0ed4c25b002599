"""QuantStudio, ViiA 7 and 7500 as text: a preamble, then sections in brackets.

Only `[Results]`, of tabs or commas, is read; lines of other sections are kept unread.
"""

from collections.abc import Sequence
import re

from instruments.errors import BadTable
from instruments.grid import delimiter_of, split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.quantity_table import Row, Table, measured, of_instrument
from instruments.records import Fact, Maturity, UnreadLine
from instruments.source import Source

FACT = re.compile(r"\* ([^=]{1,100}?) *=(.*)")
SECTION = re.compile(r"\[[A-Za-z ]{1,60}\]")
RESULTS = "[Results]"
AROUND = " \t,;"
"""What an empty line may hold, and what a table program leaves at the end of others."""


def claims(source: Source) -> bool:
    return bool(FACT.fullmatch(source.first_line.rstrip(AROUND)))


def read(source: Source) -> QuantityExport:
    text = source.text()
    lines = text.split("\n")
    facts, at = _preamble(lines)
    header, rows, unread = _results(lines, at)
    table = Table(rows[0][0] - 1, header, rows, lambda line: f"line {line}")
    found = measured(table)
    cut = [] if text.endswith("\n") else ["The file may have been cut at its end."]
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        curves=found.curves,
        refused=found.refused,
        facts=tuple(facts),
        unread_cells=found.beside,
        unread_lines=tuple(unread),
        warnings=(*cut, *of_instrument(facts), *found.warnings),
    )


def _preamble(lines: Sequence[str]) -> tuple[list[Fact], int]:
    facts: list[Fact] = []
    for at, line in enumerate(lines):
        if SECTION.fullmatch(line.strip(AROUND)):
            return facts, at
        if found := FACT.fullmatch(line.rstrip(AROUND)):
            facts.append(Fact(at + 1, "", found[1].strip(), found[2].strip()))
        elif line.strip(AROUND):
            facts.append(Fact(at + 1, "", "", line))
    raise BadTable("The file ends before its results.", expected=RESULTS)


def _results(
    lines: Sequence[str], start: int
) -> tuple[list[str], list[Row], list[UnreadLine]]:
    """The header and rows of the results; every other filled line."""
    header: list[str] = []
    rows: list[Row] = []
    unread: list[UnreadLine] = []
    seen = inside = False
    delimiter = "\t"
    for number, line in enumerate(lines[start:], start + 1):
        told = line.strip(AROUND)
        if SECTION.fullmatch(told):
            inside = told == RESULTS
            if inside and seen:
                raise BadTable("The results stand twice.", line=number)
            seen = seen or inside
        elif not told:
            inside = inside and not header
        elif not inside:
            unread.append(UnreadLine(number, line))
        elif not header:
            delimiter = delimiter_of(line)
            header = split(line, delimiter)
        else:
            rows.append((number, split(line, delimiter)))
    if not rows:
        raise BadTable("The file holds no results.", expected=f"rows below {RESULTS}")
    return header, rows, unread


PARSER = Parser("QuantStudio text", "4", Maturity.VERIFIED, claims, read)
