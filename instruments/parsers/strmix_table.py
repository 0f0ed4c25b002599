"""A table for STRmix of one sample: `Locus, Allele, Height, Size`, a row for each peak.

lusSTR writes it, with reads as heights and R's way of writing whole alleles (8.0, read
as 8). It names no sample, and keeps peaks of stutter for STRmix to weigh: no genotype
is called in it.
"""

from decimal import Decimal
import re

from instruments import wide
from instruments.columns import key
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
)
from instruments.sequence_table import BY_R, NO_SAMPLE, NUMBER, keys_of
from instruments.source import Source

LOCUS, ALLELE, HEIGHT, SIZE = "locus", "allele", "height", "size"
READ = {LOCUS, ALLELE, HEIGHT, SIZE}
MEASURE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")


def claims(source: Source) -> bool:
    return set(map(key, header_of(source))) == READ


def read(source: Source) -> GenotypeExport:
    grid = grid_of(source)
    keys = keys_of(grid)
    peaks: dict[str, list[Peak]] = {}
    first: dict[str, int] = {}
    refused: list[RefusedRow] = []
    rows = list(wide.rows_of(grid))
    for line, cells in rows:
        if unfit := wide.unfit(line, cells, len(keys)):
            refused.append(unfit)
            continue
        told = dict(zip(keys, cells, strict=True))
        if found := _unfit(line, told):
            refused.append(found)
            continue
        whole = BY_R.fullmatch(told[ALLELE])
        name = whole[1] if whole else told[ALLELE]
        size = Decimal(told[SIZE]) if told[SIZE] else None
        first.setdefault(told[LOCUS], line)
        peak = Peak(name, Decimal(told[HEIGHT]), size)
        peaks.setdefault(told[LOCUS], []).append(peak)
    parser = (PARSER.name, PARSER.version, PARSER.maturity)
    readings = [
        MarkerReading(first[at], "", "", "", "", "", at, "", tuple(found))
        for at, found in peaks.items()
    ]
    export = wide.export(parser, source, grid, [*readings, *refused], len(rows))
    return GenotypeExport(
        parser=export.parser,
        version=export.version,
        maturity=export.maturity,
        sha256=export.sha256,
        rows=export.rows,
        readings=export.readings,
        refused=export.refused,
        warnings=(*export.warnings, NO_SAMPLE),
    )


def _unfit(line: int, told: dict[str, str]) -> RefusedRow | None:
    checks = (
        (LOCUS, re.compile(".+"), "the name of a locus"),
        (ALLELE, NUMBER, "a length as an allele"),
        (HEIGHT, MEASURE, "a height"),
        (SIZE, re.compile(f"(?:{MEASURE.pattern})?"), "a size in base pairs"),
    )
    for name, fits, expected in checks:
        if not fits.fullmatch(told[name]):
            return RefusedRow(line, name, told[name], expected, marker=told[LOCUS])
    return None


PARSER = Parser("STRmix table", "1", Maturity.VERIFIED, claims, read)
