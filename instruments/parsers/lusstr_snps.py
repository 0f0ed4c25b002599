"""lusSTR: the SNPs of a report of UAS, one row for each allele with its reads.

Alleles are read on the forward strand; those of UAS, which are on the other at some,
are kept unread. A row with an issue (`Contains untyped allele`) is counted and not
called. Rows of ancestry and phenotype are closed: see `instruments.closing`.
"""

from collections import Counter
from collections.abc import Mapping
import re

from instruments import wide
from instruments.closing import is_closed
from instruments.grid import grid_of, header_of
from instruments.parsers import Parser
from instruments.records import Closed, MarkerReading, Maturity, RefusedRow, UnreadCell
from instruments.sequence_table import READS as WHOLE
from instruments.sequence_table import folded, keys_of
from instruments.sequences import Place, Sequence, SequencedGenotypes, reading
from instruments.source import Source

SAMPLE, SNP, READS = "sampleid", "snp", "reads"
ALLELE, KIND, ISSUES = "forwardstrandallele", "type", "issues"
COLUMNS = (SAMPLE, SNP, READS, ALLELE, KIND, ISSUES)
KINDS = re.compile(
    r"(?:Identity|Ancestry|Phenotype|Kinship|Kintelligence|[XY]-?SNP)"
    r"(?:;[A-Za-z -]{1,20})*"
)

FIT = {
    SAMPLE: (re.compile(".+"), "the name of a sample"),
    SNP: (re.compile(r"[A-Za-z0-9_.-]{1,40}"), "the name of a SNP"),
    READS: (WHOLE, "a whole number of reads"),
    ALLELE: (re.compile(r"[ACGT]"), "a base"),
    KIND: (KINDS, "Identity, Ancestry, Phenotype, Kinship or Kintelligence"),
}


def claims(source: Source) -> bool:
    return set(COLUMNS) <= set(folded(header_of(source)))


def read(source: Source) -> SequencedGenotypes:
    grid = grid_of(source)
    keys = keys_of(grid)
    sequences: list[Sequence] = []
    refused: list[RefusedRow] = []
    unread: list[UnreadCell] = []
    closed: Counter[str] = Counter()
    rows = list(wide.rows_of(grid))
    for line, cells in rows:
        told = dict(zip(keys, cells, strict=False))
        if unfit := wide.unfit(line, cells, len(keys)):
            refused.append(unfit)
            continue
        if is_closed(source.opened, told[KIND]):
            closed[told[KIND]] += sum(map(bool, cells))
            continue
        one = _row(line, told)
        if isinstance(one, RefusedRow):
            refused.append(one)
            continue
        sequences.append(one)
        unread.extend(
            UnreadCell(f"line {line}", title, cell)
            for title, name, cell in zip(grid.header, keys, cells, strict=True)
            if cell and name not in COLUMNS
        )
    return SequencedGenotypes(
        **PARSER.told(source),
        rows=len(rows),
        readings=_readings(sequences),
        sequences=tuple(sequences),
        refused=tuple(refused),
        software="lusSTR",
        unread_cells=tuple(unread),
        closed=tuple(
            Closed(f"rows of type {kind}", cells) for kind, cells in closed.items()
        ),
        warnings=tuple(wide.warnings(grid)),
    )


def _row(line: int, told: Mapping[str, str]) -> Sequence | RefusedRow:
    for name, (fit, expected) in FIT.items():
        if not fit.fullmatch(told[name]):
            return RefusedRow(
                line, name, told[name], expected, told[SAMPLE], marker=told[SNP]
            )
    return Sequence(
        line,
        told[SAMPLE],
        told[SNP],
        told[ALLELE],
        "",
        "",
        int(told[READS]),
        told[ISSUES],
        not told[ISSUES],
    )


def _readings(sequences: list[Sequence]) -> tuple[MarkerReading, ...]:
    found: dict[tuple[str, str], list[Sequence]] = {}
    for one in sequences:
        found.setdefault((one.sample, one.marker), []).append(one)
    return tuple(
        reading(
            Place(told[0].line, sample, "", "", marker),
            [one.allele for one in told if one.called],
            [one for one in told if one.called],
        )
        for (sample, marker), told in found.items()
    )


PARSER = Parser("lusSTR SNPs", "1", Maturity.VERIFIED, claims, read)
