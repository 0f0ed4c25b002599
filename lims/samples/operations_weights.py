"""What the balance shows of a sample becomes what there is of it."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.samples.amounts import UNITS
from lims.samples.queries import Sample

MASS = ("g", "mg")


def weighed(
    session: Session,
    actor: Actor,
    sample: Sample,
    mg: Decimal | None,
    *,
    left: bool,
    **facts: Any,
) -> None:
    """Put a weight on record; `mg` is what there is now, None where it is a bag's.

    `left`: something was taken of it before, and this is the rest.
    """
    require(actor, Permission.SAMPLE_DERIVE)
    if mg is not None:
        unit = sample.unit if sample.unit in MASS else "mg"
        sample.amount, sample.unit = _plain(mg / UNITS[unit]), unit
        facts |= {"left" if left else "amount": sample.amount, "unit": unit}
    record(session, actor, Tag.SAMPLE_WEIGHED, sample, **facts)


def _plain(amount: Decimal) -> Decimal:
    """With six decimals at most, and none that tells nothing."""
    told = round(amount, 6).normalize()
    return told.quantize(Decimal(1)) if told == told.to_integral() else told
