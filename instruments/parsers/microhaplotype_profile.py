"""MicroHapulator: a profile of microhaplotypes, as JSON.

Each marker with its genotype, a haplotype such as `A:T:G` for each copy; of a typing
result also the reads of each haplotype, parted by commas there. It names no sample.
"""

from decimal import Decimal
import re
from typing import Any

from instruments.errors import BadTable
from instruments.json_text import Lines, leaves, read_object
from instruments.parsers import Parser
from instruments.records import Fact, MarkerReading, Maturity, UnreadCell
from instruments.sequence_table import NO_SAMPLE
from instruments.sequences import Place, Sequence, SequencedGenotypes, reading
from instruments.source import Source

MARKERS, GENOTYPE, HAPLOTYPE = "markers", "genotype", "haplotype"
TYPING = "typing_result"
SIMULATED = "SimulatedProfile"
NAMED = re.compile(r"[ACGT-]+(?:[:,|][ACGT-]+){0,40}")
LONGEST = 200
MOST_READS = 10**9
SEPARATORS = re.compile(r"[,|]")


def claims(source: Source) -> bool:
    head = source.head
    return (
        source.first_line.startswith("{")
        and all(f'"{name}"' in head for name in (MARKERS, GENOTYPE, HAPLOTYPE))
        and '"properties"' not in head
    )


def read(source: Source) -> SequencedGenotypes:
    found = read_object(source)
    markers = found.get(MARKERS)
    if not isinstance(markers, dict) or not markers:
        raise BadTable("The profile has no markers.", expected=f"'{MARKERS}'")
    lines = Lines(source.text())
    readings: list[MarkerReading] = []
    sequences: list[Sequence] = []
    unread: list[UnreadCell] = []
    for name, told in markers.items():
        line = lines.of(name)
        if not isinstance(told, dict):
            raise BadTable("A marker has no genotype.", line=line, value=name)
        counted = _counted(line, name, told)
        alleles = _alleles(line, name, told)
        called = [one for one in counted if one.allele in alleles]
        known = {one.allele for one in called}
        called += [
            Sequence(line, "", name, allele, "", "", 0, "", called=True)
            for allele in dict.fromkeys(alleles)
            if allele not in known
        ]
        one = reading(Place(line, "", "", "", name), alleles, called)
        readings.append(one if counted else _without_reads(one))
        sequences += counted
        unread += [
            UnreadCell(f"line {line}", at, text)
            for at, text in leaves(_rest(told))
            if text
        ]
    rest = {k: v for k, v in found.items() if k != MARKERS}
    facts = [
        Fact(lines.of(at.partition(" / ")[0]), "", at, t) for at, t in leaves(rest)
    ]
    warnings = [NO_SAMPLE]
    if found.get("type") == SIMULATED:
        warnings.append("The profile is simulated: it is no person's.")
    return SequencedGenotypes(
        **PARSER.told(source),
        rows=len(markers),
        readings=tuple(readings),
        sequences=tuple(sequences),
        software=f"MicroHapulator {found.get('version', '')}".strip(),
        facts=tuple(facts),
        unread_cells=tuple(unread),
        warnings=tuple(warnings),
    )


def _rest(told: dict[str, Any]) -> dict[str, Any]:
    """What is neither a haplotype nor its reads."""
    rest = {name: part for name, part in told.items() if name not in {GENOTYPE, TYPING}}
    rest[GENOTYPE] = [
        {name: part for name, part in one.items() if name != HAPLOTYPE}
        for one in told[GENOTYPE]
    ]
    return rest


def _alleles(line: int, name: str, told: dict[str, Any]) -> list[str]:
    genotype = told.get(GENOTYPE)
    if not isinstance(genotype, list):
        raise BadTable("A marker has no genotype.", line=line, value=name)
    return [_haplotype(line, one) for one in genotype]


def _haplotype(line: int, one: object) -> str:
    text = one.get(HAPLOTYPE) if isinstance(one, dict) else None
    if not isinstance(text, str) or not _fits(text):
        raise BadTable(
            "A copy has no haplotype.",
            line=line,
            value=str(text),
            expected="bases, parted by a colon",
        )
    return text


def _fits(text: str) -> bool:
    return len(text) <= LONGEST and bool(NAMED.fullmatch(text))


def _counted(line: int, name: str, told: dict[str, Any]) -> list[Sequence]:
    """The reads of each haplotype, as far as the profile tells them."""
    counts = told.get(TYPING) or {}
    if not isinstance(counts, dict):
        raise BadTable("The reads of a marker are no list.", line=line, value=name)
    alleles = set(_alleles(line, name, told))
    found = []
    for haplotype, reads in counts.items():
        if not _fits(haplotype) or not _is_count(reads):
            raise BadTable(
                "A haplotype has no reads.",
                line=line,
                value=f"{haplotype}: {reads}",
                expected="bases and a whole number",
            )
        written = SEPARATORS.sub(":", haplotype)
        called = written in alleles
        found.append(Sequence(line, "", name, written, "", "", int(reads), "", called))
    return found


def _is_count(reads: object) -> bool:
    if not isinstance(reads, Decimal) or not 0 <= reads <= MOST_READS:
        return False
    return reads == reads.to_integral_value()


def _without_reads(one: MarkerReading) -> MarkerReading:
    return one._replace(peaks=tuple(peak._replace(reads=None) for peak in one.peaks))


PARSER = Parser("MicroHapulator profile", "1", Maturity.VERIFIED, claims, read)
