"""How much is taken, and what is left. A child cannot exceed its parent (rule B8)."""

from dataclasses import dataclass
from decimal import Decimal

from lims.errors import BadInput, RuleBroken

UNITS = {
    "g": Decimal(1000),
    "mg": Decimal(1),
    "ml": Decimal(1000),
    "µl": Decimal(1),
    "piece": Decimal(1),
}
"""Each unit in the smallest of its family."""
_FAMILIES = ({"g", "mg"}, {"ml", "µl"}, {"piece"})
MOST = Decimal(1_000_000)


@dataclass(frozen=True)
class Measure:
    """How much there is; None where nobody has weighed or counted it yet."""

    amount: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Derivation:
    """What is made of a sample: `taken` in the parent's unit, `amount` in its own."""

    kind: str
    taken: Decimal
    amount: Decimal
    unit: str
    method: str


def in_ul(amount: Decimal | None, unit: str) -> Decimal | None:
    """A volume in µl; None where it is no volume, or nobody has measured it."""
    known = unit in {"ml", "µl"}
    return amount * UNITS[unit] if amount is not None and known else None


def require_measured(measure: Measure) -> None:
    """BadInput unless this is more than nothing, in a unit that is known here."""
    if measure.unit not in UNITS:
        known = ", ".join(sorted(UNITS))
        raise BadInput(f"'{measure.unit}' is not a unit here. Known: {known}.")
    amount = measure.amount
    if amount is None or not amount.is_finite() or amount <= 0:
        raise BadInput(f"'{amount}' is not an amount: state more than 0.")
    if amount >= MOST or amount != round(amount, 6):
        raise BadInput(
            f"'{amount}' is not an amount here: at most six decimals, less than {MOST}."
        )


def taking(
    code: str, there: Decimal | None, unit: str, derivation: Derivation
) -> Decimal:
    """What is left of the parent after this derivation, or why it cannot be made."""
    made, taken = derivation.amount, derivation.taken
    require_measured(Measure(made, derivation.unit))
    require_measured(Measure(taken, unit or derivation.unit))
    if there is None:
        raise RuleBroken(
            f"How much there is of {code} is not on record. Measure it before "
            "something is taken of it."
        )
    if taken > there:
        raise RuleBroken(
            f"{taken:f} {unit} cannot be taken of {code}: {there:f} {unit} are left."
        )
    if _exceeds(made, derivation.unit, taken, unit):
        raise RuleBroken(
            f"{made:f} {derivation.unit} cannot come of {taken:f} {unit} of {code}: "
            "a child cannot exceed what was taken of its parent."
        )
    return there - taken


def _exceeds(made: Decimal, made_in: str, taken: Decimal, taken_in: str) -> bool:
    """Whether more came out than went in, where the two can be compared at all."""
    comparable = any({made_in, taken_in} <= family for family in _FAMILIES)
    return comparable and made * UNITS[made_in] > taken * UNITS[taken_in]
