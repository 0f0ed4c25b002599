"""How much DNA the demo's extracts hold: as much as their peaks are high.

What is broken in the bone gives few long fragments, so the degradation index follows
the decay of the peaks. One extract inhibits, in one nothing was measured.
"""

from collections.abc import Sequence
from decimal import Decimal
import math
from random import Random

from lims.demo.bones import Quality
from lims.demo.people import People
from lims.demo.plan import Plan
from lims.demo.plan import Tube as Extract
from lims.demo.quantified import Tube

FITTING = 84
"""Tubes beside the standards and negative controls of one plate."""
INHIBITING, SILENT = 7, 11
"""Which extracts of the run, counted from 0."""
LATE = Decimal("2.4")
HEIGHT, EXPONENT = 1400, 2.2
"""RFU of 1 ng/µl, and how steeply amounts fall with heights."""
BETWEEN = 134
"""Base pairs by which the large target is longer than the small one (80 and 214)."""


def tubes_of(
    people: People, plan: Plan, extracts: Sequence[tuple[Extract, str]]
) -> list[Tube]:
    """What these extracts hold, each with its code."""
    return [
        _tube(number, code, people, plan, one)
        for number, (one, code) in enumerate(extracts)
    ]


def _tube(number: int, code: str, people: People, plan: Plan, extract: Extract) -> Tube:
    if number == SILENT:
        return Tube(code, None)
    content = plan.content(extract)
    small, large = _amounts(plan.qualities[content], Random(f"{content} amount"))
    alleles = people.genotype(content).get("AMEL", ())
    return Tube(
        code,
        small,
        large,
        small if "Y" in alleles else None,
        late=LATE if number == INHIBITING else Decimal(0),
    )


def _amounts(quality: Quality, chance: Random) -> tuple[Decimal, Decimal]:
    """Of the small and the large target, in ng/µl."""
    spread = math.exp(chance.gauss(0, 0.4))
    small = (quality.height / HEIGHT) ** EXPONENT * spread
    large = small * math.exp(-quality.decay * BETWEEN)
    return _written(small), _written(large)


def _written(amount: float) -> Decimal:
    """With four decimals, as the software shows it; never nothing at all."""
    return max(Decimal(f"{amount:.4f}"), Decimal("0.0001"))
