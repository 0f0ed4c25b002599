"""The same profile elsewhere in the batch: contamination or mix-up (domain rule F3).

Whether two samples are of one body is the coordinator's secret; the rule is told
'explained' and no more.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations

from lims.batches.plate import WellRole
from lims.results.calls import Genotype, Known, TypedWell
from lims.results.compare import ALIKE, Relation, compare, likeness_of
from lims.results.genotype import is_mixture
from lims.results.rules import Batchmates, RuleSet
from lims.results.verdicts import Numbers, Outcome, Verdict

Explained = Callable[[str, str], bool]
"""Whether the coordinator's hidden group explains that these two items agree."""

COMPARED = frozenset({WellRole.SAMPLE, WellRole.POSITIVE})


FEW = 4
"""People in one mixture that are still told one by one."""


def check_batchmates(
    wells: Sequence[TypedWell],
    rules: RuleSet,
    known: Known,
    explained: Explained,
) -> tuple[Verdict, ...]:
    """F3: each pair of wells that agree; one finding that tells how many do not."""
    compared = [well for well in wells if well.role in COMPARED]
    mixtures = {w.position for w in compared if is_mixture(w.genotype, rules.e1)}
    found: list[Verdict] = []
    pairs = 0
    for x, y in combinations(compared, 2):
        if known.source(x.item) == known.source(y.item):
            continue
        if x.role is y.role is WellRole.POSITIVE:
            continue
        pairs += 1
        verdict = _pair(x, y, mixtures, rules, explained)
        if verdict is not None:
            found.append(verdict)
    sentence = f"{pairs - len(found)} pairs of wells show different profiles."
    numbers = {"pairs": pairs, "alike": len(found)}
    passed = Verdict("F3", rules.f3.version, Outcome.PASS, sentence, (), numbers)
    return (*_gathered(found, mixtures), passed)


def _gathered(found: Sequence[Verdict], mixtures: set[str]) -> list[Verdict]:
    """One finding for a mixture that holds more people than a few can be.

    A ladder in a sample's well holds nearly everybody: sixty findings that say so
    would bury the one that says why.
    """
    crowds: dict[str, list[Verdict]] = defaultdict(list)
    for one in found:
        for mixture in mixtures.intersection(one.wells):
            if one.outcome is Outcome.HOLD:
                crowds[mixture].append(one)
    crowds = {well: told for well, told in crowds.items() if len(told) > FEW}
    told_together = {id(one) for crowd in crowds.values() for one in crowd}
    kept = [one for one in found if id(one) not in told_together]
    return kept + [_crowd(well, crowd) for well, crowd in sorted(crowds.items())]


def _crowd(mixture: str, crowd: Sequence[Verdict]) -> Verdict:
    wells = [one for verdict in crowd for one in verdict.wells if one != mixture]
    sentence = (
        f"The mixture in well {mixture} holds the profiles of {len(wells)} wells, more "
        "than a few people give: a ladder, pooled DNA or a turned plate. All of them "
        "are held until the cause is known."
    )
    numbers: Numbers = {"people": len(wells)}
    return Verdict(
        "F3", crowd[0].version, Outcome.HOLD, sentence, (mixture, *wells), numbers
    )


def included_share(person: Genotype, mixture: Genotype) -> tuple[Decimal, int]:
    """Share of a person's alleles found in a mixture, and over how many loci."""
    loci = [name for name in person.alleles if name in mixture.alleles]
    carried = sum(len(person.alleles[name]) for name in loci)
    found = sum(len(person.alleles[name] & mixture.alleles[name]) for name in loci)
    return (Decimal(found) / carried if carried else Decimal(0)), len(loci)


def is_included(person: Genotype, mixture: Genotype, rule: Batchmates) -> bool:
    share, loci = included_share(person, mixture)
    return loci >= rule.mixture_loci and share >= rule.mixture_share


def _pair(
    x: TypedWell, y: TypedWell, mixtures: set[str], rules: RuleSet, explained: Explained
) -> Verdict | None:
    if (x.position in mixtures) != (y.position in mixtures):
        person, mixture = (y, x) if x.position in mixtures else (x, y)
        if not is_included(person.genotype, mixture.genotype, rules.f3):
            return None
        return _included(person, mixture, rules, explained)
    alike = likeness_of(x.genotype, y.genotype, rules.compare)
    return _alike(x, y, alike, rules, explained) if alike in ALIKE else None


def _included(
    person: TypedWell, mixture: TypedWell, rules: RuleSet, explained: Explained
) -> Verdict:
    share, loci = included_share(person.genotype, mixture.genotype)
    told = (
        f"The mixture in well {mixture.position} holds the profile of well"
        f" {person.position}."
    )
    numbers: Numbers = {"share": round(share, 3), "loci": loci}
    return _verdict(person, mixture, told, numbers, rules, explained)


def _alike(
    x: TypedWell, y: TypedWell, alike: Relation, rules: RuleSet, explained: Explained
) -> Verdict:
    counted = compare(x.genotype, y.genotype)
    told = f"Wells {x.position} and {y.position} show the same profile."
    if alike is Relation.SAME_OR_KIN:
        told = (
            f"Wells {x.position} and {y.position} agree: the same person or"
            " a close relative."
        )
    numbers: Numbers = {
        "relation": alike,
        "compared": counted.compared,
        "identical": counted.identical,
    }
    return _verdict(x, y, told, numbers, rules, explained)


def _verdict(
    x: TypedWell,
    y: TypedWell,
    told: str,
    numbers: Numbers,
    rules: RuleSet,
    explained: Explained,
) -> Verdict:
    if explained(x.item, y.item):
        outcome, told = Outcome.NOTE, f"{told} This is explained."
    else:
        outcome, told = Outcome.HOLD, f"{told} Both are held until the cause is known."
    wells = (x.position, y.position)
    return Verdict("F3", rules.f3.version, outcome, told, wells, numbers)
