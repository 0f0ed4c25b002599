"""GeneMarker HTS: the STR table of one sample, each sequence with its call.

Comma-separated; lines `#Name: text` above the header. The call of a user goes before
that of the software. The table calls nothing at Amelogenin: what passed the filter
there is taken, and told. Bases are those of the repeat, to which the bracket form
belongs; the flanks, which stand in small letters around it, are kept unread.
"""

from collections.abc import Iterator, Mapping
import re

from instruments import wide
from instruments.errors import BadTable
from instruments.grid import Grid, grid_of
from instruments.loci import is_amelogenin
from instruments.parsers import Parser
from instruments.records import (
    Fact,
    MarkerReading,
    Maturity,
    RefusedRow,
    UnreadCell,
)
from instruments.sequence_table import keys_of
from instruments.sequences import Place, Sequence, SequencedGenotypes, reading
from instruments.source import Source

TOP = "#Report: STR Table"
ABOVE = re.compile(r"#([A-Za-z ]{1,40}): *(.*?),*")
MOST_ABOVE = 50

MARKER, ALLELE, STATUS = "marker", "allelename", "filterstatus"
SOFTWARE, USER, BRACKET = "swcall", "usercall", "bracketsequence"
FORWARD, REVERSE = "sequenceforwardcount", "sequencereversecount"
TOTAL, WHOLE = "sequencetotalcount", "sequence"
LEFT, REPEAT, RIGHT = "leftflank", "repeat", "rightflank"
READ = frozenset(
    (MARKER, ALLELE, STATUS, SOFTWARE, USER, BRACKET, FORWARD, REVERSE, TOTAL, REPEAT)
)
CHECKED = frozenset((WHOLE, LEFT, RIGHT))
CALLED, PASSED = "Called", "Passed"

FIT = {
    MARKER: (re.compile(r".+"), "the name of a marker"),
    ALLELE: (
        re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,2})?|(?:chr)?[XY]"),
        "a length as an allele, or chrX or chrY",
    ),
    FORWARD: (re.compile(r"[0-9]{1,9}"), "a whole number of reads"),
    REVERSE: (re.compile(r"[0-9]{1,9}"), "a whole number of reads"),
    TOTAL: (re.compile(r"[0-9]{1,9}"), "a whole number of reads"),
    REPEAT: (re.compile(r"[ACGTNacgtn]*"), "bases"),
}


def claims(source: Source) -> bool:
    return source.first_line.rstrip(", ") == TOP


def read(source: Source) -> SequencedGenotypes:
    facts, below = _above(source.text())
    sample = next((one.text for one in facts if one.name == "Sample"), "")
    if not sample:
        raise BadTable("The table does not say whose it is.", expected="'#Sample: ...'")
    grid = grid_of(Source(source.name, below.encode()))
    keys = keys_of(grid)
    if lacking := sorted((READ | CHECKED) - set(keys)):
        raise BadTable(
            "The table lacks columns.",
            line=grid.header_line,
            expected=f"'{lacking[0]}'",
        )
    found = [_row(line, cells, keys, sample) for line, cells in wide.rows_of(grid)]
    sequences = [one for one in found if isinstance(one, Sequence)]
    version = next((one.text for one in facts if one.name == "Version"), "")
    return SequencedGenotypes(
        **PARSER.told(source),
        rows=len(found),
        readings=tuple(_readings(sequences, sample)),
        sequences=tuple(sequences),
        refused=tuple(one for one in found if isinstance(one, RefusedRow)),
        software=f"GeneMarker HTS {version}".strip(),
        facts=tuple(facts),
        unread_cells=tuple(_unread(grid, keys, {one.line for one in sequences})),
        warnings=tuple(_warnings(grid, sequences)),
    )


def _above(text: str) -> tuple[list[Fact], str]:
    """What stands above the header; and the text with those lines made blank."""
    lines = text.split("\n")
    facts = []
    for at, line in enumerate(lines[:MOST_ABOVE]):
        if found := ABOVE.fullmatch(line.strip()):
            facts.append(Fact(at + 1, "", found[1], found[2]))
            lines[at] = ""
        elif line.strip(", "):
            break
    return facts, "\n".join(lines)


def _row(
    line: int, cells: list[str], keys: list[str], sample: str
) -> Sequence | RefusedRow:
    if unfit := wide.unfit(line, cells, len(keys)):
        return unfit
    told = dict(zip(keys, cells, strict=True))
    for name, (fit, expected) in FIT.items():
        if not fit.fullmatch(told[name]):
            return RefusedRow(
                line, name, told[name], expected, sample, marker=told[MARKER]
            )
    forward, reverse, total = (int(told[name]) for name in (FORWARD, REVERSE, TOTAL))
    if forward + reverse != total:
        expected = f"the reads of both strands, {forward + reverse}"
        return RefusedRow(line, TOTAL, told[TOTAL], expected, sample)
    whole = told[LEFT] + told[REPEAT] + told[RIGHT]
    if whole and whole != told[WHOLE]:
        expected = "the bases of the flanks and the repeat"
        return RefusedRow(line, WHOLE, told[WHOLE], expected, sample)
    call = told[USER] or told[SOFTWARE]
    return Sequence(
        line,
        sample,
        told[MARKER],
        told[ALLELE],
        (told[REPEAT] or told[WHOLE]).upper(),
        told[BRACKET],
        total,
        call or told[STATUS],
        call == CALLED or _is_taken(told, call),
        forward,
        reverse,
    )


def _is_taken(told: Mapping[str, str], call: str) -> bool:
    """Whether this is an allele of Amelogenin that passed, where nothing is called."""
    return not call and told[STATUS] == PASSED and is_amelogenin(told[MARKER])


def _readings(sequences: list[Sequence], sample: str) -> Iterator[MarkerReading]:
    """One for each marker, with what was called there."""
    markers: dict[str, list[Sequence]] = {}
    for one in sequences:
        markers.setdefault(one.marker, []).append(one)
    for marker, found in markers.items():
        called = [one for one in found if one.called]
        place = Place(found[0].line, sample, "", "", marker)
        yield reading(place, [one.allele for one in called], called)


def _unread(grid: Grid, keys: list[str], lines: set[int]) -> Iterator[UnreadCell]:
    """Of the rows that were read; the whole sequence is its flanks and its repeat."""
    known = READ | {WHOLE}
    for line, cells in wide.rows_of(grid):
        if line in lines:
            for title, name, cell in zip(grid.header, keys, cells, strict=True):
                if cell and name not in known:
                    yield UnreadCell(f"line {line}", title, cell)


def _warnings(grid: Grid, sequences: list[Sequence]) -> Iterator[str]:
    yield from wide.warnings(grid)
    if taken := [one for one in sequences if one.called and one.call == PASSED]:
        yield (
            f"The software calls nothing at {taken[0].marker}: {len(taken)} sequences "
            "that passed its filter are taken as alleles."
        )


PARSER = Parser("GeneMarker HTS table", "1", Maturity.VERIFIED, claims, read)
