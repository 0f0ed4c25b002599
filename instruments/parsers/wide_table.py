"""One row for each sample, one or more columns for each marker.

Reference databases, CLASTR and strprofiler lists. Columns that are no marker's are kept
as nobody reads them: an age must not become an allele.
"""

from collections.abc import Iterator
from dataclasses import replace

from instruments import wide
from instruments.grid import UNIT, grid_of, header_of
from instruments.parsers import Parser
from instruments.records import (
    NO_TITLES,
    GenotypeExport,
    MarkerReading,
    Maturity,
    RefusedRow,
    Titles,
)
from instruments.source import Source


def claims(source: Source) -> bool:
    return wide.is_wide(header_of(source, remarks=True))


def read(source: Source) -> GenotypeExport:
    grid = grid_of(source, remarks=True)
    plan = wide.Plan.of(grid.header, grid.header_line)
    rows = list(wide.rows_of(grid))
    if plan.listed:
        wide.refuse_doubtful_commas(_alleles(plan, rows), grid.delimiter)
    found: list[MarkerReading | RefusedRow] = []
    for line, cells in rows:
        one = _row(line, cells, plan)
        found += one if isinstance(one, list) else [one]
    told = (PARSER.name, PARSER.version, PARSER.maturity)
    export = wide.export(told, source, grid, found, len(rows))
    if not source.first_line.startswith("#"):
        return export
    above = f"What stands above line {grid.header_line}, the header, is not read."
    return replace(export, warnings=(above, *export.warnings))


def _alleles(plan: wide.Plan, rows: list[wide.Row]) -> Iterator[tuple[int, str]]:
    columns = [at for found in plan.markers.values() for at in found]
    return (
        (line, cells[at])
        for line, cells in rows
        for at in columns
        if at < len(cells)  # a row that was cut is refused later
    )


def _row(
    line: int, cells: list[str], plan: wide.Plan
) -> list[MarkerReading] | RefusedRow:
    """The readings of one sample, or why its row cannot be read."""
    if unfit := wide.unfit(line, cells, len(plan.names)):
        return unfit
    sample = cells[plan.sample]
    if sample in wide.EMPTY:
        title = plan.names[plan.sample]
        return RefusedRow(line, title, sample, "the name of a sample")
    beside = UNIT.join(cells[at] for at in plan.beside)
    titles = Titles(plan.titles, frozenset(), UNIT)
    readings = []
    for marker, columns in plan.markers.items():
        try:
            peaks = wide.peaks([cells[at] for at in columns], listed=plan.listed)
        except ValueError as error:
            expected = "names of alleles"
            return RefusedRow(line, marker, str(error), expected, sample, marker=marker)
        readings.append(
            MarkerReading(
                line=line,
                sample=sample,
                source="",
                run="",
                well="",
                panel="",
                marker=marker,
                dye="",
                peaks=peaks,
                beside=beside,
                titles=titles,
            )
        )
        beside, titles = "", NO_TITLES  # what stands beside is told once
    return readings


PARSER = Parser("Genotypes in wide form", "2", Maturity.VERIFIED, claims, read)
