"""Real-time PCR results as a text table without sections.

CSV of Design & Analysis 2 and of SDS 1 (7500), and results that were saved alone. What
stands above the header is facts: `# Block Type: 96-Well`, `Operator,…`. The table ends
at an empty line; what follows is kept unread.
"""

from collections.abc import Iterator, Sequence
import re

from instruments.errors import BadTable
from instruments.grid import delimiter_of, split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.quantity_table import Table, measured, places_of
from instruments.records import Fact, Maturity, UnreadLine
from instruments.source import Source

MOST_FACTS = 60
"""Lines above the header."""
SECTIONS = "* "
"""How the text begins that has sections: another parser's."""
AROUND = " \t,;"
"""What an empty line may hold, and what a table program leaves at the end of others."""
FACT = re.compile(r"#? *([^:=]{1,100}?) *[:=](?= |$) *(.*)")


def claims(source: Source) -> bool:
    if source.first_line.startswith(SECTIONS):
        return False
    return _header(source.head.split("\n")) is not None


def read(source: Source) -> QuantityExport:
    text = source.text()
    lines = text.split("\n")
    at = _header(lines)
    if at is None:
        raise BadTable(expected="a header with Well, Sample, Target and Cq")
    delimiter = delimiter_of(lines[at])
    below = range(at + 1, len(lines))
    end = next((one for one in below if not lines[one].strip(AROUND)), len(lines))
    rows = [(one + 1, split(lines[one], delimiter)) for one in range(at + 1, end)]
    if not rows:
        raise BadTable("The file holds no results.", expected="rows below its header")
    header = split(lines[at], delimiter)
    found = measured(Table(at + 1, header, rows, lambda line: f"line {line}"))
    cut = [] if text.endswith("\n") else ["The file may have been cut at its end."]
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        curves=found.curves,
        refused=found.refused,
        facts=tuple(_facts(lines[:at])),
        unread_cells=found.beside,
        unread_lines=tuple(
            UnreadLine(one + 1, lines[one])
            for one in range(end, len(lines))
            if lines[one].strip(AROUND)
        ),
        warnings=(*cut, *found.warnings),
    )


def _header(lines: Sequence[str]) -> int | None:
    """Where the header stands; a table without wells or cycles is none of these."""
    for at, line in enumerate(lines[:MOST_FACTS]):
        delimiter = delimiter_of(line)
        if line.count(delimiter) > len(SECTIONS):
            places = places_of(split(line, delimiter)).keys()
            told = {"target", "reporter"} & places and {"well", "position"} & places
            if told and {"ct", "task"} <= places:
                return at
    return None


def _facts(lines: Sequence[str]) -> Iterator[Fact]:
    for number, line in enumerate(lines, 1):
        told = line.strip(AROUND)
        if found := FACT.fullmatch(told):
            yield Fact(number, "", found[1], found[2])
        elif told:
            name, _, rest = told.partition(delimiter_of(told))
            yield Fact(number, "", name, rest.strip(AROUND))


PARSER = Parser("real-time PCR table", "1", Maturity.READERS_ONLY, claims, read)
