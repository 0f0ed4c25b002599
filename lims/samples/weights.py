"""What the balance shows of a sample becomes what there is of it.

The operation that weighed it records the facts; nothing here does.
"""

from decimal import Decimal

from lims.samples.amounts import UNITS
from lims.samples.queries import Sample

MASS = ("g", "mg")


def amount_weighed(sample: Sample, mg: Decimal, *, left: bool) -> dict[str, object]:
    """Set what there is now, and return the facts to record.

    `left`: something was taken of it before, and this is the rest.
    """
    unit = sample.unit if sample.unit in MASS else "mg"
    sample.amount, sample.unit = _plain(mg / UNITS[unit]), unit
    return {"left" if left else "amount": sample.amount, "unit": unit}


def _plain(amount: Decimal) -> Decimal:
    """With six decimals at most, and none that tells nothing."""
    told = round(amount, 6).normalize()
    return told.quantize(Decimal(1)) if told == told.to_integral() else told
