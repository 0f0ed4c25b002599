"""FDSTools and TSSV: each sequence at a marker, with forward and reverse reads.

Tab-separated: `marker, sequence, total, forward, reverse`, and `flags` where stutter
was looked for. A sequence is written in one of three ways: as bases, as TSSV writes it
(`TAGA(14)CAGA(7)`), or as an allele's name (`CE11_TCTA[11]ATCT[3]`, `REF`,
`11296932T>C`). `Other sequences` are reads of what is not listed: told beside them.
The alleles that its allele finder took (`sample, marker, total, allele`) are called.

The total is taken as it stands: in files of other programs the reads of both strands
need not add up to it.
"""

from collections.abc import Mapping
import re

from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, RefusedRow
from instruments.sequence_table import Read, folded, read_table
from instruments.sequences import Sequence, SequenceExport
from instruments.source import Source

COUNTED = frozenset({"marker", "sequence", "total", "forward", "reverse"})
FOUND = frozenset({"sample", "marker", "total", "allele"})
FLAGS = "flags"
OTHERS = "Other sequences"

READS = re.compile(r"[0-9]{1,9}")
DNA = re.compile(r"[ACGTN]+")
REPEATS = re.compile(r"(?:[ACGTN]{1,400}\([0-9]{1,4}\))+")
REPEAT = re.compile(r"([ACGTN]+)\(([0-9]+)\)")
NAMED = re.compile(r"CE(-?[0-9]{1,3}(?:\.[0-9]{1,2})?)_([A-Z0-9\[\]]+)(_.+)?")
VARIED = re.compile(r"REF|[-+]?[0-9]+(?:\.[0-9]+)?[ACGTN-]+>[ACGTN-]+(?: .+)?")
MOST_BASES = 2_000


def claims(source: Source) -> bool:
    return _columns(source) is not None


def read(source: Source) -> SequenceExport:
    parser = (PARSER.name, PARSER.version, PARSER.maturity)
    columns = _columns(source) or COUNTED
    row = _found if columns == FOUND else _counted
    return read_table(parser, source, row, columns | {FLAGS})


def _columns(source: Source) -> frozenset[str] | None:
    names = set(folded(header_of(source)))
    return next((one for one in (COUNTED, FOUND) if one <= names), None)


def _counted(line: int, told: Mapping[str, str]) -> Read:
    for name in ("total", "forward", "reverse"):
        if not READS.fullmatch(told[name]):
            return RefusedRow(line, name, told[name], "a whole number of reads")
    if not told["marker"]:
        return RefusedRow(line, "marker", "", "the name of a marker")
    if told["sequence"] == OTHERS:
        return Fact(line, told["marker"], OTHERS, told["total"])
    return _sequence(line, told, "sequence", told.get(FLAGS, ""), called=False)


def _found(line: int, told: Mapping[str, str]) -> Read:
    if not READS.fullmatch(told["total"]):
        return RefusedRow(line, "total", told["total"], "a whole number of reads")
    if not told["marker"]:
        return RefusedRow(line, "marker", "", "the name of a marker")
    return _sequence(line, told, "allele", "", called=True)


def _sequence(
    line: int, told: Mapping[str, str], column: str, call: str, *, called: bool
) -> Sequence | RefusedRow:
    parts = _parts(told[column])
    if parts is None:
        expected = "bases, repeats such as TAGA(14), or the name of an allele"
        return RefusedRow(line, column, told[column], expected)
    sample = told.get("sample", "")
    allele, bases, bracket = parts
    return Sequence(
        line,
        "" if sample == "-" else sample,
        told["marker"],
        allele,
        bases,
        bracket,
        int(told["total"]),
        call,
        called,
        int(told["forward"]) if "forward" in told else None,
        int(told["reverse"]) if "reverse" in told else None,
    )


def _parts(text: str) -> tuple[str, str, str] | None:
    """Length as an allele, bases and bracket form, as far as the text tells them."""
    if DNA.fullmatch(text):
        return "", text, ""
    if REPEATS.fullmatch(text):
        repeats = [(unit, int(times)) for unit, times in REPEAT.findall(text)]
        if sum(len(unit) * times for unit, times in repeats) > MOST_BASES:
            return None
        return "", "".join(unit * times for unit, times in repeats), text
    if found := NAMED.fullmatch(text):
        return found[1], "", f"{found[2]}{found[3] or ''}"
    return ("", "", text) if VARIED.fullmatch(text) else None


PARSER = Parser("FDSTools table", "1", Maturity.VERIFIED, claims, read)
