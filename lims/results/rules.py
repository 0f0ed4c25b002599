"""The parameters of the quality rules, as one programme has set them (domain part 9).

A number stands in the rule set and never in a rule's code. Each rule has its own
version, which every finding keeps.
"""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, replace
from dataclasses import fields as fields_of
from decimal import Decimal
from typing import Any, TypeVar

from instruments.sample_setup import TARGETS
from lims.batches.fields import Fields
from lims.quantities.limits import (
    Blank,
    Curves,
    Degradation,
    Inhibition,
    Input,
    Limits,
    Section,
    Signed,
)


@dataclass(frozen=True)
class Parameters:
    version: int


P = TypeVar("P")


@dataclass(frozen=True)
class Compare(Parameters):
    """9.0: when two profiles are the same, and when different."""

    same_loci: int
    same_soft: int
    kin_loci: int
    kin_hard: int
    kin_soft: int
    different_hard: int
    identical_share: Decimal


@dataclass(frozen=True)
class Orientation(Parameters):
    """C4: what a ladder looks like, when the plate may be turned."""

    ladder_alleles: int
    ladder_share: Decimal


@dataclass(frozen=True)
class Blanks(Parameters):
    """D1: blanks and negative controls."""

    note_alleles: int
    note_loci: int
    search_alleles: int
    search_share: Decimal


@dataclass(frozen=True)
class Positives(Parameters):
    """D2: positive controls."""

    flagged_loci: tuple[str, ...]


@dataclass(frozen=True)
class Mixtures(Parameters):
    """E1: more than two alleles."""

    mixture_loci: int


@dataclass(frozen=True)
class Balance(Parameters):
    """E2: the lower of two peaks over the higher."""

    reference: Decimal
    bone: Decimal
    warn_loci: int


@dataclass(frozen=True)
class Replicates(Parameters):
    """E5: the consensus of replicates."""

    seen: int


@dataclass(frozen=True)
class Quality(Parameters):
    """E6: quality class by usable autosomal loci."""

    full_share: Decimal
    good: int
    partial: int
    weak: int
    chance: Decimal


@dataclass(frozen=True)
class Alleles(Parameters):
    """E7: what a kit can show."""

    beyond_ladder: int


@dataclass(frozen=True)
class Sexing(Parameters):
    """E8: genetic sex."""

    low_total: int


@dataclass(frozen=True)
class Batchmates(Parameters):
    """F3: the same profile elsewhere in the batch."""

    mixture_share: Decimal
    mixture_loci: int


@dataclass(frozen=True)
class Agreement(Parameters):
    """G1: replicates and re-extracts of one source."""

    warn_hard: int
    hold_hard: int


@dataclass(frozen=True)
class RuleSet:
    name: str
    version: int
    compare: Compare
    c4: Orientation
    d1: Blanks
    d2: Positives
    d4: Curves
    e1: Mixtures
    e2: Balance
    e5: Replicates
    e6: Quality
    e7: Alleles
    e8: Sexing
    f3: Batchmates
    g1: Agreement
    q1: Degradation
    q2: Inhibition
    q3: Blank
    q4: Input
    kits: Mapping[str, Mapping[str, Section]] = field(default_factory=dict)
    """What single kits set otherwise: see `lims.quantities.limits`."""

    @property
    def quantities(self) -> Limits:
        """What a quantification is judged by."""
        return Limits(self.d4, self.q1, self.q2, self.q3, self.q4, self.kits)


OF_QUANTIFICATION: Mapping[str, tuple[str, type[Section]]] = {
    "D4": ("curves", Curves),
    "Q1": ("degradation", Degradation),
    "Q2": ("inhibition", Inhibition),
    "Q3": ("blank", Blank),
    "Q4": ("input", Input),
}
"""What a quantification kit may set otherwise; of these an amplification kit Q4."""
OF_AMPLIFICATION = {"Q4": OF_QUANTIFICATION["Q4"]}


TWO_TO_CLOSE = frozenset("DFG")


def people_to_close(rule: str) -> int:
    """How many people close a hold of this rule: two for controls, F and G."""
    return 2 if rule[:1] in TWO_TO_CLOSE else 1


def rule_set(values: Mapping[str, object], kits: Collection[str] = ()) -> RuleSet:
    """The rule set that these values describe; BadInput names every fault.

    `kits` are the names of the amplification kits of the laboratory.
    """
    fields = Fields(values, f"Rule set '{values.get('name', '')}'")
    built = RuleSet(
        name=fields.text("name"),
        version=fields.count("version", least=1),
        compare=_section(Compare, fields.section("compare")),
        c4=_section(Orientation, fields.section("C4")),
        d1=_section(Blanks, fields.section("D1")),
        d2=_section(Positives, fields.section("D2")),
        d4=_section(Curves, fields.section("D4")),
        e1=_section(Mixtures, fields.section("E1")),
        e2=_section(Balance, fields.section("E2")),
        e5=_section(Replicates, fields.section("E5")),
        e6=_section(Quality, fields.section("E6")),
        e7=_section(Alleles, fields.section("E7")),
        e8=_section(Sexing, fields.section("E8")),
        f3=_section(Batchmates, fields.section("F3")),
        g1=_section(Agreement, fields.section("G1")),
        q1=_section(Degradation, fields.section("Q1")),
        q2=_section(Inhibition, fields.section("Q2")),
        q3=_section(Blank, fields.section("Q3")),
        q4=_section(Input, fields.section("Q4")),
        kits=_kits(fields.section("kit"), kits) if "kit" in values else {},
    )
    fields.close()
    fields.raise_faults()
    return built


def _kits(fields: Fields, amplified: Collection[str]) -> dict[str, dict[str, Section]]:
    """Whole sections alone, each with a version of its own."""
    read = {}
    for kit in fields.names():
        own, known = fields.section(kit), OF_QUANTIFICATION
        if kit not in TARGETS:
            known = OF_AMPLIFICATION
            if kit not in amplified:
                fields.fault(
                    f"'{kit}' is no kit here; known are"
                    f" {', '.join([*TARGETS, *sorted(amplified)])}."
                )
        read[kit] = {
            name: replace(_section(kind, own.section(rule)), source=kit)
            for rule, (name, kind) in known.items()
            if rule in own.names()
        }
        own.close()
    return read


def _section(kind: type[P], fields: Fields) -> P:
    """One rule's parameters: each field is read as its type asks."""
    parts: tuple[Field[Any], ...] = fields_of(kind)  # type: ignore[arg-type]
    told = (one for one in parts if one.default is MISSING)
    built = kind(**{one.name: _read(fields, one) for one in told})
    fields.close()
    return built


def _read(fields: Fields, field: "Field[Any]") -> Any:
    if field.type is int:
        return fields.count(field.name)
    if field.type is Decimal:
        return fields.share(field.name)
    if field.type is Signed:
        return fields.number(field.name)
    return fields.texts(field.name)
