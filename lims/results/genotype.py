"""What the calls of one well say of it as a person's (domain rules E1, E2, E8)."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.results.calls import Calls, Genotype, TypedWell, is_on_ladder
from lims.results.compare import PERSON
from lims.results.rules import Balance, Mixtures, RuleSet, Sexing
from lims.results.verdicts import Numbers, Outcome, Verdict


class Sex(StrEnum):
    """Genetic sex, as amelogenin and the Y markers show it."""

    FEMALE = "female"
    MALE = "male"
    AMEL_Y_NULL = "AMEL-Y null candidate"
    AMEL_X_NULL = "AMEL-X null candidate"
    UNKNOWN = "unknown"


def crowded_loci(genotype: Genotype) -> tuple[str, ...]:
    """Autosomal loci with more than two alleles (E1)."""
    return tuple(
        name for name, alleles in genotype.alleles.items() if len(alleles) > PERSON
    )


def is_mixture(genotype: Genotype, rule: Mixtures) -> bool:
    return len(crowded_loci(genotype)) >= rule.mixture_loci


def unbalanced_loci(peaks: Calls, kit: Kit, least: Decimal) -> tuple[str, ...]:
    """Autosomal loci whose lower peak is less than this share of the higher (E2)."""
    return tuple(
        marker
        for marker, found in peaks.items()
        if marker in kit.autosomal
        and (balance := _balance({c.allele: c.height for c in found})) is not None
        and balance < least
    )


def genetic_sex(peaks: Calls, kit: Kit, rule: Sexing) -> Sex:
    """E8: a lone X says nothing where the whole profile is low."""
    names = {call.allele for call in peaks.get("AMEL", ()) if is_on_ladder(call)}
    has_y_marker = any(marker in kit.y_markers for marker in peaks)
    match sorted(names):
        case ["X", "Y"]:
            return Sex.MALE
        case ["X"] if has_y_marker:
            return Sex.AMEL_Y_NULL
        case ["X"]:
            return Sex.UNKNOWN if _is_low(peaks, rule) else Sex.FEMALE
        case ["Y"]:
            return Sex.AMEL_X_NULL
    return Sex.UNKNOWN


def check_genotypes(
    wells: Iterable[TypedWell], kit: Kit, rules: RuleSet, stream: str
) -> tuple[Verdict, ...]:
    """E1, E2 and E8 for each sample; the wells that pass share one finding a rule."""
    samples = [well for well in wells if well.role is WellRole.SAMPLE]
    least = rules.e2.bone if stream == "bone" else rules.e2.reference
    return (
        *_each(samples, lambda well: _mixture(well, rules.e1)),
        *_each(samples, lambda well: _heights(well, kit, rules.e2, least)),
        *_each(samples, lambda well: _sex(well, kit, rules.e8)),
    )


def _each(
    samples: Sequence[TypedWell], check: Callable[[TypedWell], Verdict]
) -> tuple[Verdict, ...]:
    """The verdicts that tell something, then one for all wells that pass."""
    verdicts = [check(well) for well in samples]
    passed = [one for one in verdicts if one.outcome is Outcome.PASS]
    told = [one for one in verdicts if one.outcome is not Outcome.PASS]
    if not passed:
        return tuple(told)
    first = passed[0]
    wells = tuple(position for one in passed for position in one.wells)
    shared = Verdict(first.rule, first.version, Outcome.PASS, first.sentence, wells)
    return (*told, shared)


def _mixture(well: TypedWell, rule: Mixtures) -> Verdict:
    crowded = crowded_loci(well.genotype)
    if is_mixture(well.genotype, rule):
        outcome = Outcome.HOLD
        sentence = (
            f"Well {well.position} has more than two alleles at {len(crowded)}"
            " autosomal loci: it is a mixture."
        )
    elif crowded:
        outcome = Outcome.WARN
        sentence = (
            f"Well {well.position} has three alleles at {crowded[0]} alone: a possible"
            " tri-allele, to be confirmed by a replicate."
        )
    else:
        outcome, sentence = (
            Outcome.PASS,
            "No autosomal locus has more than two alleles.",
        )
    numbers = {"loci": len(crowded)}
    return Verdict(
        "E1", rule.version, outcome, sentence, (well.position,), numbers, crowded
    )


def _heights(well: TypedWell, kit: Kit, rule: Balance, least: Decimal) -> Verdict:
    flagged = unbalanced_loci(well.peaks, kit, least)
    sentence = f"Peaks of one locus stand at least {least} to 1."
    outcome = Outcome.PASS
    if flagged:
        outcome = Outcome.WARN if len(flagged) >= rule.warn_loci else Outcome.NOTE
        sentence = (
            f"Well {well.position} has peaks below {least} to 1 at {len(flagged)} loci:"
            f" {', '.join(flagged)}."
        )
    numbers: Numbers = {"loci": len(flagged), "least": least}
    return Verdict(
        "E2", rule.version, outcome, sentence, (well.position,), numbers, flagged
    )


def _sex(well: TypedWell, kit: Kit, rule: Sexing) -> Verdict:
    sex = genetic_sex(well.peaks, kit, rule)
    sentence, outcome = "Amelogenin and the Y markers agree.", Outcome.PASS
    if sex in {Sex.AMEL_X_NULL, Sex.AMEL_Y_NULL}:
        outcome = Outcome.NOTE
        sentence = f"Well {well.position} is an {sex}; a second kit decides."
    return Verdict("E8", rule.version, outcome, sentence, (well.position,))


def _balance(heights: dict[str, int | None]) -> Decimal | None:
    """The lower of two peaks over the higher; None where it cannot be told."""
    known = sorted(height for height in heights.values() if height)
    if len(heights) != PERSON or len(known) != PERSON:
        return None
    return Decimal(known[0]) / Decimal(known[1])


def _is_low(peaks: Calls, rule: Sexing) -> bool:
    """Whether all peaks together are too low; unknown heights are not held against."""
    heights = [call.height for calls in peaks.values() for call in calls]
    known = [height for height in heights if height is not None]
    return len(known) == len(heights) and sum(known) < rule.low_total
