"""GENis: the tables of autosomal and of mitochondrial profiles for its bulk import.

The first is a GeneMapper table with a category of the specimen and, as UD2, the kit.
The second has a row for each sequenced range; mutations are differences to the revised
Cambridge reference, such as T16046C, G16047DEL and 16048.1C.
"""

import re

from instruments import wide
from instruments.columns import OTHERWISE, is_table, key
from instruments.errors import BadTable
from instruments.genotype_table import read_table
from instruments.grid import UNIT, grid_of, header_of
from instruments.parsers import Parser
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
    Titles,
)
from instruments.source import Source

CATEGORY, FIRST, LAST, NAME = "specimencategory", "rangefrom", "rangeto", "samplename"
MUTATION = re.compile(r"mut[0-9]{1,3}")
DIFFERENCE = re.compile(
    r"[ACGT]?[0-9]{1,5}(?:\.[0-9]{1,2})?(?:[ACGTRYSWKMBDHVN]|DEL|-)"
)
BASE = re.compile(r"[0-9]{1,5}")


def claims(source: Source) -> bool:
    header = header_of(source)
    keys = {key(cell) for cell in header}
    table = is_table(header, "", " ", ".", "_")
    return CATEGORY in keys and (table or {FIRST, LAST} <= keys)


def read(source: Source) -> GenotypeExport:
    if FIRST in map(key, header_of(source)):
        return _mitochondrial(source)
    told = (PARSER.name, PARSER.version, PARSER.maturity)
    return read_table(source, *told, {**OTHERWISE, "ud2": "panel"})


def _mitochondrial(source: Source) -> GenotypeExport:
    grid = grid_of(source)
    keys = [key(cell) for cell in grid.header]
    for needed in (NAME, FIRST, LAST):
        if keys.count(needed) != 1:
            raise BadTable(
                f"The table has {keys.count(needed)} columns of one kind.",
                line=grid.header_line,
                expected="one column each of Sample Name, Range From and Range To",
            )
    mutations = [name for name in keys if MUTATION.fullmatch(name)]
    if len(set(mutations)) < len(mutations):
        raise BadTable(
            "A column of mutations stands twice.",
            line=grid.header_line,
            expected="each column once",
        )
    rows = list(wide.rows_of(grid))
    found = [_row(line, cells, keys, grid.header) for line, cells in rows]
    told = (PARSER.name, PARSER.version, PARSER.maturity)
    return wide.export(told, source, grid, found, len(rows))


def _row(
    line: int, cells: list[str], keys: list[str], header: list[str]
) -> MarkerReading | RefusedRow:
    """One sequenced range of one sample."""
    if unfit := wide.unfit(line, cells, len(keys)):
        return unfit
    told = dict(zip(keys, cells, strict=True))
    sample, first, last = told[NAME], told[FIRST], told[LAST]
    if not sample:
        return RefusedRow(line, "Sample Name", sample, "the name of a sample")
    for title, base in (("Range From", first), ("Range To", last)):
        if not BASE.fullmatch(base):
            return RefusedRow(line, title, base, "the number of a base", sample)
    at = [index for index, name in enumerate(keys) if MUTATION.fullmatch(name)]
    at.sort(key=lambda index: int(keys[index].removeprefix("mut")))
    names = [cells[index] for index in at if cells[index]]
    for name in names:
        if not DIFFERENCE.fullmatch(name):
            expected = "a difference such as T16046C, G16047DEL or 16048.1C"
            return RefusedRow(line, "Mut", name, expected, sample)
    read = {keys.index(NAME), keys.index(FIRST), keys.index(LAST), *at}
    beside = [index for index in range(len(keys)) if index not in read]
    return MarkerReading(
        line=line,
        sample=sample,
        source="",
        run="",
        well="",
        panel="",
        marker=f"mtDNA {first}-{last}",
        dye="",
        peaks=tuple(map(Peak, names)),
        beside=UNIT.join(cells[index] for index in beside),
        titles=Titles(tuple(header[index] for index in beside), frozenset(), UNIT),
    )


PARSER = Parser("GENis import", "1", Maturity.VERIFIED, claims, read)
