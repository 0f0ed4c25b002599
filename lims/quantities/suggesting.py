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
from lims.quantities.limits import Input, Limits
from lims.quantities.measured import Reading, Run, mean
from lims.quantities.targets import PRIMATE, Role


class Advice(StrEnum):
    AMPLIFY = "amplify"
    AMPLIFY_MOST = "amplify the most"
    """The extract is thin: all that fits into the reaction."""
    AMPLIFY_REST = "amplify the rest"
    """All that is left of it holds less DNA than is wanted."""
    DILUTE = "dilute"
    EXTRACT_AGAIN = "extract again"
    QUANTIFY = "quantify human DNA"
    QUANTIFY_DILUTED = "quantify again, diluted"
    USED_UP = "used up"
    """Nothing is left of it."""


@dataclass(frozen=True)
class Dose:
    """What is suggested of one tube for one reaction."""

    advice: Advice
    volume: Decimal | None = None
    """µl to amplify."""
    dilution: int | None = None
    """Parts in all, of which the extract is one."""


@dataclass(frozen=True)
class Summary:
    """One tube. Amounts in ng/µl by role; index and shift None where unknown."""

    amounts: Mapping[Role, Decimal | None]
    """Every role that was looked for; None: nothing was measured."""
    index: Decimal | None
    shift: Decimal | None
    inhibited: bool
    dose: Dose
    kits: Mapping[str, Dose]
    """The same for amplification kits that want another amount."""
    left: Decimal | None = None
    """µl that were left of the tube then; None where nobody had measured them."""
    degraded: bool = False


def summed(
    readings: Sequence[Reading], run: Run, limits: Limits, left: Decimal | None = None
) -> Summary:
    """`left` is what is left of the tube, in µl, where that is known."""
    amounts: dict[Role, Decimal | None] = {
        one.role: _shown(mean(readings, one.role))
        for one in readings
        if one.role is not Role.IPC
    }
    found, inhibited = index(readings), is_inhibited(readings, run, limits)

    def dose(wanted: Input) -> Dose:
        return _dose(amounts, wanted, left, inhibited=inhibited)

    return Summary(
        amounts=amounts,
        index=_shown(found),
        shift=_shown(shift(readings, run)),
        inhibited=inhibited,
        dose=dose(limits.input),
        kits={kit: dose(wanted) for kit, wanted in limits.inputs.items()},
        left=left,
        degraded=found is not None and found >= limits.degradation.degraded,
    )


def as_kept(one: Summary) -> dict[str, object]:
    """For a sealed box: numbers as text, what is unknown as None."""
    return {
        "amounts": {str(role): _text(ng) for role, ng in one.amounts.items()},
        "index": _text(one.index),
        "shift": _text(one.shift),
        "inhibited": one.inhibited,
        **_told(one.dose),
        "kits": {kit: _told(dose) for kit, dose in one.kits.items()},
        "left": _text(one.left),
        "degraded": one.degraded,
    }


def _told(dose: Dose) -> dict[str, object]:
    return {
        "advice": str(dose.advice),
        "volume": _text(dose.volume),
        "dilution": dose.dilution,
    }


def _dose(
    amounts: Mapping[Role, Decimal | None],
    wanted: Input,
    left: Decimal | None,
    *,
    inhibited: bool,
) -> Dose:
    if left is not None and left <= 0:
        return Dose(Advice.USED_UP)
    if PRIMATE.isdisjoint(amounts):
        return Dose(Advice.QUANTIFY)
    if inhibited:
        return Dose(Advice.QUANTIFY_DILUTED)
    found = amounts.get(Role.SMALL)
    if not found or found < 0:
        return Dose(Advice.EXTRACT_AGAIN)
    return _volume(wanted.amount / found, wanted, left)


def _volume(volume: Decimal, wanted: Input, left: Decimal | None) -> Dose:
    """`volume` holds what is wanted, whether or not it can be pipetted."""
    if volume < wanted.least:
        parts = int((wanted.least / volume).to_integral_value(ROUND_UP))
        return Dose(Advice.DILUTE, rounded(volume * parts, 2), parts)
    if left is not None and left < min(volume, wanted.most):
        return Dose(Advice.AMPLIFY_REST, left)
    if volume > wanted.most:
        return Dose(Advice.AMPLIFY_MOST, wanted.most)
    return Dose(Advice.AMPLIFY, rounded(volume, 2))


def _shown(number: Decimal | None) -> Decimal | None:
    return None if number is None else rounded(number)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
