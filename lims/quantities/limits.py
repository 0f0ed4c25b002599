"""The numbers by which a quantification is judged, as the programme has set them.

They stand in the rule set; each rule has its own version (domain part 9).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NewType

Signed = NewType("Signed", Decimal)
"""A number that is no part of one, and may be below zero."""


@dataclass(frozen=True)
class Curves:
    """D4: the standard curve. R² is a part of one, the slope cycles for each decade."""

    version: int
    slope_low: Signed
    slope_high: Signed
    r2: Decimal


@dataclass(frozen=True)
class Degradation:
    """Q1: the small target over the large one."""

    version: int
    differs: Decimal
    """The part by which the file's index may differ from ours."""
    degraded: Signed
    """From this index on, short amplicons are worth more."""


@dataclass(frozen=True)
class Inhibition:
    """Q2: cycles by which the internal control comes later than without DNA."""

    version: int
    shift: Signed


@dataclass(frozen=True)
class Blank:
    """Q3: an extraction blank holds less than this, in ng/µl."""

    version: int
    most: Signed


@dataclass(frozen=True)
class Input:
    """Q4: how much is amplified: ng, and the least and the most µl of an extract."""

    version: int
    amount: Signed
    least: Signed
    most: Signed


@dataclass(frozen=True)
class Limits:
    curves: Curves
    degradation: Degradation
    inhibition: Inhibition
    blank: Blank
    input: Input
