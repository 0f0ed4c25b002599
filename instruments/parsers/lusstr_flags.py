"""lusSTR: loci at which its filters found something odd. Notes of a run."""

from instruments import wide
from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, NotesExport
from instruments.source import Source

HEADER = ["sampleid", "locus", "flags"]


def claims(source: Source) -> bool:
    return list(map(key, header_of(source))) == HEADER


def read(source: Source) -> NotesExport:
    grid = grid_of(source)
    rows = list(wide.rows_of(grid))
    for line, cells in rows:
        if wide.unfit(line, cells, len(HEADER)) or not all(cells):
            raise BadTable(
                "A row tells of no flag.",
                line=line,
                value=cells[-1],
                expected="a sample, a locus and a flag",
            )
    return NotesExport(
        **PARSER.told(source),
        rows=len(rows),
        facts=tuple(Fact(line, *cells) for line, cells in rows),
        warnings=tuple(wide.warnings(grid)),
    )


PARSER = Parser("lusSTR flags", "1", Maturity.VERIFIED, claims, read)
