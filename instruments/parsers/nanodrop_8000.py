"""NanoDrop 2000/8000: a tab table of concentrations, then one of the curves.

The concentration is read; ratios, absorbances and the table of curves are kept as they
stand. Each row tells its own unit.
"""

from instruments.concentrations import Plan, column, concentrations
from instruments.errors import BadTable
from instruments.grid import split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.records import Maturity, UnreadLine
from instruments.source import Source

NAMES = ("plate id", "sample id", "conc.", "units")


def claims(source: Source) -> bool:
    header = split(source.first_line, "\t")
    return all(column(header, name) is not None for name in NAMES)


def read(source: Source) -> QuantityExport:
    lines = source.text().split("\n")
    first = next(at for at, line in enumerate(lines) if line.strip())
    end = next(
        (at for at in range(first + 1, len(lines)) if not lines[at].strip()), len(lines)
    )
    header = split(lines[first], "\t")
    sample, value = column(header, "sample id"), column(header, "conc.")
    if sample is None or value is None:
        raise BadTable(line=first + 1, expected="columns 'Sample ID' and 'Conc.'")
    rows = [(at + 1, split(lines[at], "\t")) for at in range(first + 1, end)]
    plan = Plan(
        sample, value, column(header, "units"), column(header, "na type"),
        column(header, "well"),
    )  # fmt: skip
    found = concentrations(header, rows, plan, lambda line: f"line {line}")
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        refused=found.refused,
        unread_cells=found.beside,
        unread_lines=tuple(
            UnreadLine(at + 1, lines[at])
            for at in range(end, len(lines))
            if lines[at].strip()
        ),
    )


PARSER = Parser("NanoDrop 8000", "1", Maturity.READERS_ONLY, claims, read)
