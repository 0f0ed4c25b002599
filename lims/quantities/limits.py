"""The numbers by which a quantification is judged, as the programme has set them.

They stand in the rule set; each rule has its own version (domain part 9). A kit may
have its own section of a rule: it stands in place of the programme's, version and all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import NewType

from instruments.sample_setup import TARGETS

Signed = NewType("Signed", Decimal)
"""A number that is no part of one, and may be below zero."""


PROGRAMME = ""
"""The source of what no kit sets otherwise."""


@dataclass(frozen=True)
class Section:
    """The numbers of one rule, and who has set them."""

    version: int
    source: str = field(default=PROGRAMME, kw_only=True)
    """The kit that they are set for; empty: the programme's default."""

    @property
    def set_by(self) -> str:
        """As sentences tell it."""
        return f"{self.source or 'the programme'}, version {self.version}"

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Name and value of each limit."""
        for one in fields(self):
            if one.name not in {"version", "source"}:
                yield one.name, str(getattr(self, one.name))


@dataclass(frozen=True)
class Curves(Section):
    """D4: the standard curve. R² is a part of one, the slope cycles for each decade."""

    slope_low: Signed
    slope_high: Signed
    r2: Decimal


@dataclass(frozen=True)
class Degradation(Section):
    """Q1: the small target over the large one."""

    differs: Decimal
    """The part by which the file's index may differ from ours."""
    degraded: Signed
    """From this index on, short amplicons are worth more."""


@dataclass(frozen=True)
class Inhibition(Section):
    """Q2: cycles by which the internal control comes later than without DNA."""

    shift: Signed


@dataclass(frozen=True)
class Blank(Section):
    """Q3: an extraction blank holds less than this, in ng/µl."""

    most: Signed


@dataclass(frozen=True)
class Input(Section):
    """Q4: how much is amplified: ng, and the least and the most µl of an extract."""

    amount: Signed
    least: Signed
    most: Signed


@dataclass(frozen=True)
class Limits:
    """The sections by rule: the programme's, and what kits have in their place."""

    curves: Curves
    degradation: Degradation
    inhibition: Inhibition
    blank: Blank
    input: Input
    kits: Mapping[str, Mapping[str, Section]] = field(default_factory=dict)
    """Kit to the sections, by their names here, that it sets otherwise."""

    def of(self, kit: str) -> "Limits":
        """What holds for a run of this kit; of an unknown one, the programme's."""
        return replace(self, **self.kits.get(kit, {}))  # type: ignore[arg-type]

    @property
    def inputs(self) -> dict[str, Input]:
        """Amplification kits that want another amount than is usual."""
        found = {kit: own.get("input") for kit, own in self.kits.items()}
        return {
            kit: one
            for kit, one in found.items()
            if isinstance(one, Input) and kit not in TARGETS
        }

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Each rule with its numbers."""
        yield from (
            ("D4", self.curves),
            ("Q1", self.degradation),
            ("Q2", self.inhibition),
            ("Q3", self.blank),
            ("Q4", self.input),
        )
