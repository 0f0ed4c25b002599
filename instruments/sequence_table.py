"""Tables with one row for each sequence and its reads, told by their columns.

Several programs write this shape. Nothing is skipped silently: a row that holds
anything becomes a sequence, a fact beside them, or a refused row.
"""

from collections.abc import Callable, Mapping
import re
from typing import NamedTuple, TypeAlias

from instruments import wide
from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import Grid, grid_of
from instruments.loci import is_amelogenin
from instruments.records import Fact, Maturity, RefusedRow, UnreadCell
from instruments.sequences import Sequence, SequenceExport
from instruments.source import Source

Read: TypeAlias = Sequence | Fact | RefusedRow
Row: TypeAlias = Callable[[int, Mapping[str, str]], Read]
"""What a row is, by its line and its cells under their folded titles."""

NONE: Mapping[str, str] = {}

NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,2})?|[XY]")
DNA = re.compile(r"[ACGTN]*")
READS = re.compile(r"[0-9]{1,9}")
NAME = re.compile(r".+")
BY_R = re.compile(r"(-?[0-9]+)\.0+")
"""How R and pandas write a whole allele: 8.0."""


class Plan(NamedTuple):
    """The folded title of the column for each part; empty where there is none."""

    marker: str
    reads: str
    sample: str = ""
    allele: str = ""
    bases: str = ""
    bracket: str = ""
    call: str = ""

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(filter(None, self))


def row_of(plan: Plan, called: frozenset[str] = frozenset()) -> Row:
    """Rows as the plan says; `called` are the calls that name an allele."""
    checks = (
        (plan.sample, NAME, "the name of a sample"),
        (plan.marker, NAME, "the name of a marker"),
        (plan.allele, NUMBER, "a length as an allele"),
        (plan.bases, DNA, "bases"),
        (plan.reads, READS, "a whole number of reads"),
    )

    def row(line: int, told: Mapping[str, str]) -> Read:
        sample = told.get(plan.sample, "")
        allele = told.get(plan.allele, "")
        whole = BY_R.fullmatch(allele)
        for column, fits, expected in checks:
            if column and not fits.fullmatch(told[column]):
                return RefusedRow(line, column, told[column], expected, sample)
        bases = told.get(plan.bases, "")
        # UAS tells of Amelogenin's X without its bases.
        if plan.bases and not bases and not is_amelogenin(told[plan.marker]):
            return RefusedRow(line, plan.bases, "", "bases", sample)
        bracket = told.get(plan.bracket, "")
        call = told.get(plan.call, "")
        return Sequence(
            line,
            sample,
            told[plan.marker],
            whole[1] if whole else allele,
            bases,
            "" if bracket == "NA" else bracket,
            int(told[plan.reads]),
            call,
            call in called,
        )

    return row


def read_table(
    parser: tuple[str, str, Maturity],
    source: Source,
    row: Row,
    columns: frozenset[str],
    renamed: Mapping[str, str] = NONE,
) -> SequenceExport:
    """The whole file. `columns` are those that `row` reads; all others are kept.

    Raises InstrumentError where it is no table at all.
    """
    grid = grid_of(source)
    keys = keys_of(grid, renamed)
    sequences: list[Sequence] = []
    facts: list[Fact] = []
    refused: list[RefusedRow] = []
    unread: list[UnreadCell] = []
    rows = list(wide.rows_of(grid))
    for line, cells in source.telling(rows, len(rows)):
        if unfit := wide.unfit(line, cells, len(keys)):
            refused.append(unfit)
            continue
        match row(line, dict(zip(keys, cells, strict=True))):
            case RefusedRow() as one:
                refused.append(one)
                continue
            case Sequence() as one:
                sequences.append(one)
            case Fact() as one:
                facts.append(one)
        unread.extend(
            UnreadCell(f"line {line}", title, cell)
            for title, name, cell in zip(grid.header, keys, cells, strict=True)
            if cell and name not in columns
        )
    name, version, maturity = parser
    return SequenceExport(
        parser=name,
        version=version,
        maturity=maturity,
        sha256=source.sha256,
        rows=len(rows),
        sequences=tuple(sequences),
        facts=tuple(facts),
        refused=tuple(refused),
        unread_cells=tuple(unread),
        warnings=(
            *wide.warnings(grid),
            *([] if any(one.sample for one in sequences) else [NO_SAMPLE]),
        ),
    )


NO_SAMPLE = "The file names no sample."


def keys_of(grid: Grid, renamed: Mapping[str, str] = NONE) -> list[str]:
    """The folded titles. Raises BadTable where one stands twice."""
    keys = folded(grid.header, renamed)
    for title in keys:
        if title and keys.count(title) > 1:  # nameless columns are nobody's
            raise BadTable(
                "A column stands twice, and nothing tells which one is meant.",
                line=grid.header_line,
                expected="each column once",
            )
    return keys


def folded(header: list[str], renamed: Mapping[str, str] = NONE) -> list[str]:
    return [renamed.get(name, name) for name in map(key, header)]
