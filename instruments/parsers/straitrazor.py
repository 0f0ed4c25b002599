"""STRait Razor 3: each sequence found at a marker, with forward and reverse reads.

No header; five cells: `TH01:9.3`, `54 bases`, the sequence, forward, reverse. The
number of bases is checked against the sequence. Markers of ancestry and phenotype are
closed (see `instruments.closing`): counted, and told nowhere. Amelogenin 0 is X and 1
is Y, kept as written. Odd lengths (`-1`, `-3.-2`) are the software's names of broken
sequences.
"""

from collections import Counter
import re

from instruments.closing import is_closed_marker, kinds_of_marker
from instruments.grid import delimiter_of, split
from instruments.parsers import Parser
from instruments.records import Closed, Maturity, RefusedRow
from instruments.sequences import Sequence, SequenceExport
from instruments.source import Source

ROW = re.compile(
    r"([^\t:]{1,60}):([^\t:]{1,20})\t([0-9]{1,5}) bases\t([ACGTN]*)\t"
    r"([0-9]{1,9})\t([0-9]{1,9})"
)
CELLS = 5
EXPECTED = (
    "a marker with its allele, a number of bases, so many bases, "
    "forward and reverse reads"
)


def claims(source: Source) -> bool:
    return bool(_matched(source.first_line))


def read(source: Source) -> SequenceExport:
    text = source.text()
    rows = [(at, row) for at, row in enumerate(text.split("\n"), 1) if row.strip()]
    every = [_row(line, row) for line, row in source.telling(rows, len(rows))]
    closed = Counter(told for one in every if (told := _closed(source, one)))
    found = [one for one in every if not _closed(source, one)]
    warnings = [
        "The file names no sample.",
        "These are counted sequences with stutter and errors: no genotype is called.",
    ]
    if not text.endswith("\n"):
        warnings.append(
            "The file ends without a line end: its last row, line "
            f"{rows[-1][0]}, may have been cut."
        )
    return SequenceExport(
        **PARSER.told(source),
        rows=len(rows),
        sequences=tuple(one for one in found if isinstance(one, Sequence)),
        refused=tuple(one for one in found if isinstance(one, RefusedRow)),
        closed=tuple(Closed(told, rows * CELLS) for told, rows in closed.items()),
        warnings=tuple(warnings),
    )


def _matched(row: str) -> re.Match[str] | None:
    """A row as it was written, or as a table program leaves it: commas, quotes."""
    if found := ROW.fullmatch(row):
        return found
    cells = split(row, delimiter_of(row))
    return ROW.fullmatch("\t".join(cells[:CELLS])) if not any(cells[CELLS:]) else None


def _row(line: int, row: str) -> Sequence | RefusedRow:
    cells = _matched(row)
    if not cells or int(cells[3]) != len(cells[4]):
        return RefusedRow(line, "", row, EXPECTED)
    marker, allele, _, bases, forward, reverse = cells.groups()
    reads = int(forward) + int(reverse)
    return Sequence(
        *(line, "", marker, allele, bases, "", reads),
        forward=int(forward),
        reverse=int(reverse),
    )


def _closed(source: Source, one: Sequence | RefusedRow) -> str:
    """What a row is of that stays closed; empty where it does not."""
    if isinstance(one, RefusedRow) or not is_closed_marker(source.opened, one.marker):
        return ""
    return f"markers of {' and '.join(sorted(kinds_of_marker(one.marker)))}"


PARSER = Parser("STRait Razor 3", "3", Maturity.VERIFIED, claims, read)
