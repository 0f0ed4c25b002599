"""Tables of photometers and of TapeStation: one row for each tube, one concentration.

NanoDrop One, 2000 and 1000, DeNovix and the like, and the sample table of TapeStation.
The unit stands in the title (`ng/uL`, `Conc. [ng/µl]`) or in a column of its own;
ratios, absorbances and dates are kept as they stand.
"""

from collections.abc import Sequence
import re

from instruments.concentrations import Plan, column, concentrations
from instruments.errors import BadTable
from instruments.grid import delimiter_of, header_of, split
from instruments.parsers import Parser
from instruments.quantities import QuantityExport
from instruments.records import Maturity
from instruments.source import Source

SAMPLE = ("sample name", "sample id", "sample description", "sample")
UNITS = ("unit", "units")
SIGNS = frozenset(
    {
        "260/280",
        "a260",
        "a260/a280",
        "a260/280",
        "wellid",
        "ratio 260/280",
        "a260 (abs)",
    }
)
"""What a photometer's table has besides, or TapeStation's."""
OTHERS = "plate id"
"""A NanoDrop 8000's: another parser's."""
TITLED = re.compile(
    r"(|conc\.?|concentration|nucleic acid(?: conc\.?)?|(?:ds)?dna)"
    r" ?[\[(]?((?:[npµμu]g|mg)/(?:[µμum]?l))[\])]?",
    re.IGNORECASE,
)
ALL = "nucleic acid"
"""What is measured where no column tells."""
BARE = ("nucleic acid conc.", "nucleic acid conc", "conc.", "conc", "concentration")


def claims(source: Source) -> bool:
    header = header_of(source)
    keys = {cell.casefold() for cell in header}
    return (
        not keys.isdisjoint(SIGNS) and OTHERS not in keys and _plan(header) is not None
    )


def read(source: Source) -> QuantityExport:
    lines = source.text().split("\n")
    top = next(at for at, line in enumerate(lines) if line.strip())
    delimiter = delimiter_of(lines[top])
    header = split(lines[top], delimiter)
    plan = _plan(header)
    if plan is None:
        raise BadTable(line=top + 1, expected="a column of samples, and one of ng/µl")
    rows = [
        (number, split(line, delimiter))
        for number, line in enumerate(lines[top + 1 :], top + 2)
        if line.strip(f" {delimiter}")
    ]
    found = concentrations(header, rows, plan, lambda line: f"line {line}")
    return QuantityExport(
        **PARSER.told(source),
        rows=len(rows),
        quantities=found.quantities,
        refused=found.refused,
        unread_cells=found.beside,
    )


def _plan(header: Sequence[str]) -> Plan | None:
    """Which column holds what; None where samples, amounts or unit are not there."""
    sample = column(header, *SAMPLE)
    if sample is None:
        return None
    well = column(header, "well", "wellid", "well id", "location")
    assay = column(header, "na type", "nucleic acid type", "sample type")
    for at, title in enumerate(header):
        if found := TITLED.fullmatch(title):
            told = "" if assay is not None else ALL
            return Plan(sample, at, None, assay, well, found[2], told)
    value, unit = column(header, *BARE), column(header, *UNITS)
    if value is None or unit is None:
        return None
    return Plan(sample, value, unit, assay, well, "", "" if assay is not None else ALL)


PARSER = Parser("Concentrations", "1", Maturity.READERS_ONLY, claims, read)
