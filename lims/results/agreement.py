"""Replicates and re-extracts of one source must agree (domain rule G1)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from lims.batches.plate import WellRole
from lims.results.calls import Genotype, Known, PlateFacts, TypedWell, genotype
from lims.results.compare import Comparison, compare
from lims.results.rules import Agreement, RuleSet
from lims.results.verdicts import Numbers, Outcome, Verdict


@dataclass(frozen=True)
class Placed:
    """The content of one well, here or on another plate."""

    plate: str
    position: str
    item: str
    source: str
    genotype: Genotype = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.plate} {self.position}"


@dataclass(frozen=True)
class Pair:
    """Two wells of one source, compared."""

    x: Placed
    y: Placed
    counted: Comparison


def placed(
    plate: PlateFacts, wells: Iterable[TypedWell], known: Known
) -> tuple[Placed, ...]:
    """The samples of this plate and of the others that are known, typed ones only."""
    here = (
        (plate.code, one.position, one.item, one.genotype)
        for one in wells
        if one.role is WellRole.SAMPLE
    )
    before = (
        (one.plate, one.position, one.item, genotype(one.calls, one.kit))
        for one in known.earlier
    )
    return tuple(
        Placed(code, position, item, known.source(item), typed)
        for code, position, item, typed in (*here, *before)
        if typed.alleles
    )


def pairs(everything: Iterable[Placed]) -> Iterator[Pair]:
    """Every two wells of one source."""
    by_source: defaultdict[str, list[Placed]] = defaultdict(list)
    for one in everything:
        by_source[one.source].append(one)
    for group in by_source.values():
        for x, y in combinations(group, 2):
            yield Pair(x, y, compare(x.genotype, y.genotype))


def conflicts(compared: Iterable[Pair], rule: Agreement) -> tuple[Pair, ...]:
    """The pairs that cannot be one person."""
    return tuple(pair for pair in compared if pair.counted.hard >= rule.hold_hard)


def check_agreement(
    plate: PlateFacts, compared: Sequence[Pair], rules: RuleSet
) -> tuple[Verdict, ...]:
    """G1 for each pair that touches this plate; the pairs that agree share one."""
    rule = rules.g1
    ours = [pair for pair in compared if plate.code in {pair.x.plate, pair.y.plate}]
    unlike = [pair for pair in ours if pair.counted.hard >= rule.warn_hard]
    told = tuple(_unlike(plate, pair, rule) for pair in unlike)
    agreeing = len(ours) - len(unlike)
    sentence = f"{agreeing} pairs of wells of one source agree."
    numbers = {"pairs": len(ours), "unlike": len(unlike)}
    return (
        *told,
        Verdict("G1", rule.version, Outcome.PASS, sentence, (), numbers),
    )


def _unlike(plate: PlateFacts, pair: Pair, rule: Agreement) -> Verdict:
    hard = pair.counted.hard
    outcome = Outcome.HOLD if hard >= rule.hold_hard else Outcome.WARN
    names = " and ".join(_name(plate, one) for one in (pair.x, pair.y))
    loci = "locus" if hard == 1 else "loci"
    sentence = (
        f"Wells {names} are of one source and exclude each other at {hard} {loci}."
    )
    if outcome is Outcome.HOLD:
        sentence += " Both are held; look for a swap."
    numbers: Numbers = {"hard": hard, "compared": pair.counted.compared}
    wells = tuple(one.position for one in (pair.x, pair.y) if one.plate == plate.code)
    excluding = pair.counted.excluding
    return Verdict("G1", rule.version, outcome, sentence, wells, numbers, excluding)


def _name(plate: PlateFacts, one: Placed) -> str:
    return one.position if one.plate == plate.code else str(one)
