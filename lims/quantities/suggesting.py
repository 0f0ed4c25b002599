"""What might be done with a tube next: a suggestion, and a person decides. Pure.

Rule K1: no amount is a result, and none ends a sample. Where nothing was measured the
tube may be amplified all the same: of low extracts that were tested again two thirds
gave a profile (domain, source S51).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from enum import StrEnum

from lims.quantities.fitting import rounded
from lims.quantities.judging import index, is_inhibited, shift
from lims.quantities.limits import Limits
from lims.quantities.measured import Reading, Run, mean
from lims.quantities.targets import PRIMATE, Role


class Advice(StrEnum):
    AMPLIFY = "amplify"
    AMPLIFY_MOST = "amplify the most"
    """The extract is thin: all that fits into the reaction."""
    DILUTE = "dilute"
    EXTRACT_AGAIN = "extract again"
    QUANTIFY = "quantify human DNA"
    QUANTIFY_DILUTED = "quantify again, diluted"


@dataclass(frozen=True)
class Summary:
    """One tube. Amounts in ng/µl by role; index and shift None where unknown."""

    amounts: Mapping[Role, Decimal | None]
    """Every role that was looked for; None: nothing was measured."""
    index: Decimal | None
    shift: Decimal | None
    inhibited: bool
    advice: Advice
    volume: Decimal | None = None
    """µl to amplify."""
    dilution: int | None = None
    """Parts in all, of which the extract is one."""
    degraded: bool = False


def summed(readings: Sequence[Reading], run: Run, limits: Limits) -> Summary:
    amounts: dict[Role, Decimal | None] = {
        one.role: _shown(mean(readings, one.role))
        for one in readings
        if one.role is not Role.IPC
    }
    found, inhibited = index(readings), is_inhibited(readings, run, limits)
    advice, volume, dilution = _advice(amounts, limits, inhibited=inhibited)
    return Summary(
        amounts=amounts,
        index=_shown(found),
        shift=_shown(shift(readings, run)),
        inhibited=inhibited,
        advice=advice,
        volume=volume,
        dilution=dilution,
        degraded=found is not None and found >= limits.degradation.degraded,
    )


def as_kept(one: Summary) -> dict[str, object]:
    """For a sealed box: numbers as text, what is unknown as None."""
    return {
        "amounts": {str(role): _text(ng) for role, ng in one.amounts.items()},
        "index": _text(one.index),
        "shift": _text(one.shift),
        "inhibited": one.inhibited,
        "advice": str(one.advice),
        "volume": _text(one.volume),
        "dilution": one.dilution,
        "degraded": one.degraded,
    }


def _advice(
    amounts: Mapping[Role, Decimal | None], limits: Limits, *, inhibited: bool
) -> tuple[Advice, Decimal | None, int | None]:
    if PRIMATE.isdisjoint(amounts):
        return Advice.QUANTIFY, None, None
    if inhibited:
        return Advice.QUANTIFY_DILUTED, None, None
    found = amounts.get(Role.SMALL)
    if not found or found < 0:
        return Advice.EXTRACT_AGAIN, None, None
    wanted = limits.input
    volume = wanted.amount / found
    if volume > wanted.most:
        return Advice.AMPLIFY_MOST, wanted.most, None
    if volume < wanted.least:
        parts = int((wanted.least / volume).to_integral_value(ROUND_UP))
        return Advice.DILUTE, rounded(volume * parts, 2), parts
    return Advice.AMPLIFY, rounded(volume, 2), None


def _shown(number: Decimal | None) -> Decimal | None:
    return None if number is None else rounded(number)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
