"""QuantStudio, ViiA 7 and 7500 as text: a preamble, then sections in brackets.

Only `[Results]` is read; lines of other sections are kept unread.
"""

from collections.abc import Sequence
import re

from instruments.errors import BadTable
from instruments.grid import split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.quantity_table import Row, Table, measured, of_instrument
from instruments.records import Fact, Maturity, UnreadLine
from instruments.source import Source

FACT = re.compile(r"\* ([^=]{1,100}?) *=(.*)")
SECTION = re.compile(r"\[[A-Za-z ]{1,60}\]")
RESULTS = "[Results]"


def claims(source: Source) -> bool:
    return bool(FACT.fullmatch(source.first_line.rstrip("\t ")))


def read(source: Source) -> QuantityExport:
    text = source.text()
    lines = text.split("\n")
    facts, at = _preamble(lines)
    header, rows, unread = _results(lines, at)
    table = Table(rows[0][0] - 1, header, rows, lambda line: f"line {line}")
    found = measured(table)
    cut = [] if text.endswith("\n") else ["The file may have been cut at its end."]
    return QuantityExport(
        parser=PARSER.name,
        version=PARSER.version,
        maturity=PARSER.maturity,
        sha256=source.sha256,
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
        if SECTION.fullmatch(line.strip()):
            return facts, at
        if found := FACT.fullmatch(line):
            facts.append(Fact(at + 1, "", found[1].strip(), found[2].strip()))
        elif line.strip():
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
    for number, line in enumerate(lines[start:], start + 1):
        if SECTION.fullmatch(line.strip()):
            inside = line.strip() == RESULTS
            if inside and seen:
                raise BadTable("The results stand twice.", line=number)
            seen = seen or inside
        elif not line.strip():
            inside = inside and not header
        elif not inside:
            unread.append(UnreadLine(number, line))
        elif not header:
            header = split(line, "\t")
        else:
            rows.append((number, split(line, "\t")))
    if not rows:
        raise BadTable("The file holds no results.", expected=f"rows below {RESULTS}")
    return header, rows, unread


PARSER = Parser("QuantStudio text", "3", Maturity.VERIFIED, claims, read)
