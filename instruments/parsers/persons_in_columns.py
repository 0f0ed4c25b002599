"""One row for each marker, two columns of the same name for each person.

Reference profiles as Kongoh and other mixture programs take them: `Marker, victim,
victim, suspect, suspect`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from instruments import wide
from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import GenotypeExport, MarkerReading, Maturity, RefusedRow
from instruments.source import Source

COPIES = 2


def claims(source: Source) -> bool:
    header = header_of(source)
    persons = Counter(name for name in header if key(name) != "marker" and name)
    one = [key(name) for name in header].count("marker") == 1
    return one and COPIES in persons.values() and len(persons) * COPIES < len(header)


def read(source: Source) -> GenotypeExport:
    grid = grid_of(source)
    persons = _persons(_named(grid.header), grid.header_line)
    at = [key(name) for name in grid.header].index("marker")
    found: list[MarkerReading | RefusedRow] = []
    rows = list(wide.rows_of(replace(grid, header=list(_named(grid.header)))))
    for line, cells in rows:
        found += _row(line, cells, at, persons)
    told = (PARSER.name, PARSER.version, PARSER.maturity)
    return wide.export(told, source, grid, found, len(rows))


def _named(header: Sequence[str]) -> Sequence[str]:
    """Without the empty titles that a table program leaves at the end."""
    last = max(at for at, name in enumerate(header, 1) if name)
    return header[:last]


def _persons(header: Sequence[str], line: int) -> dict[str, tuple[int, ...]]:
    """The two columns of each person."""
    found: dict[str, tuple[int, ...]] = {}
    for at, name in enumerate(header):
        if key(name) != "marker":
            found[name] = (*found.get(name, ()), at)
    odd = [
        name for name, columns in found.items() if len(columns) != COPIES or not name
    ]
    if odd:
        raise BadTable(
            "This column does not stand twice.",
            line=line,
            value=odd[0],
            expected="two columns of one name for each person, one for each allele",
        )
    return found


def _row(
    line: int, cells: list[str], at: int, persons: dict[str, tuple[int, ...]]
) -> list[MarkerReading | RefusedRow]:
    """What each person shows at one marker, or one refused row."""
    if unfit := wide.unfit(line, cells, 1 + COPIES * len(persons)):
        return [unfit]
    marker = cells[at]
    if marker in wide.EMPTY:
        return [RefusedRow(line, "Marker", marker, "the name of a marker")]
    found: list[MarkerReading | RefusedRow] = []
    for person, columns in persons.items():
        try:
            peaks = wide.peaks([cells[at] for at in columns], listed=False)
        except ValueError as error:
            expected = "the name of an allele"
            return [RefusedRow(line, marker, str(error), expected, person)]
        found.append(
            MarkerReading(
                line=line,
                sample=person,
                source="",
                run="",
                well="",
                panel="",
                marker=marker,
                dye="",
                peaks=peaks,
            )
        )
    return found


PARSER = Parser("Persons in columns", "1", Maturity.VERIFIED, claims, read)
