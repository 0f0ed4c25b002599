"""NanoDrop Eight: lines of labels, then a tab table with a spectrum in columns.

The concentration is read; ratios and the spectrum are kept as they stand.
"""

import re

from instruments.concentrations import Plan, column, concentrations
from instruments.errors import BadTable
from instruments.grid import split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.records import Fact, Maturity, UnreadLine
from instruments.source import Source

FIRST = re.compile(r"Application:\t+(.*)")
UNITS = ("ng/µl", "ng/μl", "ng/ul")
"""With the micro sign, with the Greek letter, and in plain letters."""
MOST_LABELS = 20


def claims(source: Source) -> bool:
    return bool(FIRST.fullmatch(source.first_line.rstrip()))


def read(source: Source) -> QuantityExport:
    lines = source.text().split("\n")
    at = next(
        (n for n, line in enumerate(lines[:MOST_LABELS]) if _unit(split(line, "\t"))),
        None,
    )
    if at is None:
        raise BadTable("The table has no concentration.", expected="a column 'ng/µL'")
    header = split(lines[at], "\t")
    sample = column(header, "sample name", "sample")
    value = column(header, *UNITS)
    if sample is None or value is None:
        raise BadTable(line=at + 1, expected="a column 'Sample Name' and one 'ng/µL'")
    rows = [
        (number, split(line, "\t"))
        for number, line in enumerate(lines[at + 1 :], at + 2)
        if line.strip()
    ]
    labels = [(n, split(line, "\t")) for n, line in enumerate(lines[:at], 1)]
    facts = [
        Fact(n, "", cells[0].rstrip(": "), " ".join(filter(None, cells[1:])))
        for n, cells in labels
        if cells[0].endswith(":")
    ]
    told = next(fact.text for fact in facts if fact.name == "Application")
    plan = Plan(
        sample, value, None, None, column(header, "location"),
        unit_told=header[value], assay_told=told,
    )  # fmt: skip
    found = concentrations(header, rows, plan, lambda line: f"line {line}")
    known = {fact.line for fact in facts}
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        refused=found.refused,
        facts=tuple(facts),
        unread_cells=found.beside,
        unread_lines=tuple(
            UnreadLine(n, lines[n - 1])
            for n, _ in labels
            if n not in known and lines[n - 1].strip()
        ),
    )


def _unit(cells: list[str]) -> bool:
    return column(cells, *UNITS) is not None


PARSER = Parser("NanoDrop", "1", Maturity.VERIFIED, claims, read)
