"""MicroHapulator: what it writes beside profiles. Notes of a run.

How many reads each marker has, and the schema of its profiles.
"""

from instruments import wide
from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import grid_of, header_of
from instruments.json_text import Lines, leaves, read_object
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, NotesExport
from instruments.source import Source

HEADER = ["marker", "readcount"]
SCHEMA = ('"properties"', '"patternProperties"', '"haplotype"')


def claims(source: Source) -> bool:
    return list(map(key, header_of(source))) == HEADER or _is_schema(source)


def read(source: Source) -> NotesExport:
    if _is_schema(source):
        return _notes(source, _of_schema(source), len(read_object(source)))
    grid = grid_of(source)
    rows = list(wide.rows_of(grid))
    for line, cells in rows:
        if wide.unfit(line, cells, len(HEADER)) or not _is_count(*cells):
            raise BadTable(
                "A row holds no count of reads.",
                line=line,
                value=cells[-1],
                expected="a marker and a whole number",
            )
    facts = [Fact(line, marker, "ReadCount", reads) for line, (marker, reads) in rows]
    return _notes(source, facts, len(rows), *wide.warnings(grid))


def _is_schema(source: Source) -> bool:
    return source.first_line.startswith("{") and all(
        sign in source.head for sign in SCHEMA
    )


def _of_schema(source: Source) -> list[Fact]:
    found, lines = read_object(source), Lines(source.text())
    told = {name: (lines.of(name), part) for name, part in found.items()}
    return [
        Fact(line, name, at, text)
        for name, (line, part) in told.items()
        for at, text in leaves(part)
    ]


def _is_count(marker: str, reads: str) -> bool:
    return bool(marker) and reads.isascii() and reads.isdigit()


def _notes(source: Source, facts: list[Fact], rows: int, *warnings: str) -> NotesExport:
    return NotesExport(
        **PARSER.told(source),
        rows=rows,
        facts=tuple(facts),
        warnings=warnings,
    )


PARSER = Parser("MicroHapulator companion file", "1", Maturity.VERIFIED, claims, read)
