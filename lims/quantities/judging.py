"""Whether a quantification may be used, and what it shows of its tubes. Pure.

D4 holds the quantities of a whole run: slope, R², a negative control without DNA. Q1 to
Q3 speak of wells. Sentences name wells and roles of targets, never a text of the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lims.quantities.fitting import Curve
from lims.quantities.limits import Curves, Degradation, Limits, Section
from lims.quantities.measured import Reading, Run, mean, mean_cycle
from lims.quantities.targets import Role, role_of

CURVES, INDEX, INHIBITION, BLANK = "D4", "Q1", "Q2", "Q3"
HUNDREDTH = Decimal("0.01")
AGAIN = "Nothing is read from it until two people have decided; quantify again."


class Grade(StrEnum):
    """From harmless to grave; as findings call it."""

    PASS = "pass"  # noqa: S105 - a grade, not a password
    NOTE = "note"
    WARN = "warn"
    HOLD = "hold"


@dataclass(frozen=True)
class Judgement:
    rule: str
    version: int
    grade: Grade
    sentence: str
    wells: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by(
        cls,
        rule: str,
        limits: Section,
        grade: Grade,
        sentence: str,
        wells: tuple[str, ...] = (),
        numbers: Mapping[str, str] | None = None,
    ) -> "Judgement":
        """With the limits that were used, and who had set them."""
        used = {"limits of": limits.set_by, **dict(limits.numbers())}
        return cls(
            rule, limits.version, grade, sentence, wells, {**(numbers or {}), **used}
        )


def judged(run: Run, blanks: frozenset[str], limits: Limits) -> tuple[Judgement, ...]:
    """All that the rules say; `blanks` are the names of extraction blanks."""
    return (
        *check_curves(run, limits.curves),
        *check_indices(run, limits.degradation),
        *_check_inhibition(run, limits),
        *_check_blanks(run, blanks, limits),
    )


def check_curves(run: Run, limits: Curves) -> tuple[Judgement, ...]:
    """Rule D4. One judgement that passes where nothing is wrong."""
    if not run.has_cycles:
        told = "This instrument has no standard curve of its own run: rule D4 rests."
        return (Judgement.by(CURVES, limits, Grade.NOTE, told),)
    if not run.has_amounts:
        told = "The file tells cycles alone and no amounts: rule D4 rests."
        return (Judgement.by(CURVES, limits, Grade.NOTE, told),)
    found = (*_of_curves(run, limits), *_of_negatives(run, limits))
    if found:
        return found
    told = "Standard curve and negative control are as they should be."
    numbers = {name: text for one in run.curves for name, text in _numbers(one)}
    return (Judgement.by(CURVES, limits, Grade.PASS, told, numbers=numbers),)


def index(readings: Sequence[Reading]) -> Decimal | None:
    """Small over large; None where one of them was not measured."""
    small, large = mean(readings, Role.SMALL), mean(readings, Role.LARGE)
    return small / large if small is not None and large else None


def shift(readings: Sequence[Reading], run: Run) -> Decimal | None:
    """By how many cycles the internal control is late; None without a reference."""
    usual = mean_cycle((*run.standards, *run.negatives), Role.IPC)
    own = mean_cycle(readings, Role.IPC)
    return own - usual if own is not None and usual is not None else None


def is_inhibited(readings: Sequence[Reading], run: Run, limits: Limits) -> bool:
    """Late, or silent: an internal control that did not amplify at all."""
    late = shift(readings, run)
    if late is not None:
        return late >= limits.inhibition.shift
    own = [one for one in readings if one.role is Role.IPC and not one.omitted]
    return bool(own) and all(one.ct is None and one.ct_told for one in own)


def _of_curves(run: Run, limits: Curves) -> Iterator[Judgement]:
    used = {
        one.target
        for readings in run.tubes.values()
        for one in readings
        if one.ng is not None
    }
    curved = {one.target for one in run.curves}
    bad = [
        f"{role_of(one.target)}: slope {_short(one.slope)}, R² {_short(one.r2)}"
        for one in run.curves
        if not _is_good(one, limits)
    ]
    bad += [f"{role_of(one)}: no curve, no standards" for one in sorted(used - curved)]
    if bad:
        told = (
            f"The standard curve makes this run not usable: {listed(bad)}. Expected a"
            f" slope of {limits.slope_low} to {limits.slope_high} and R² of at least"
            f" {limits.r2} ({limits.set_by}). {AGAIN}"
        )
        numbers = {name: text for one in run.curves for name, text in _numbers(one)}
        yield Judgement.by(CURVES, limits, Grade.HOLD, told, numbers=numbers)


def listed(told: Sequence[str], most: int = 4) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return "; ".join(told[:most]) + more


def _is_good(one: Curve, limits: Curves) -> bool:
    if one.slope is None or one.r2 is None:
        return False
    return limits.slope_low <= one.slope <= limits.slope_high and one.r2 >= limits.r2


def _of_negatives(run: Run, limits: Curves) -> Iterator[Judgement]:
    if not run.negatives:
        told = f"The run has no negative control: it is not usable. {AGAIN}"
        yield Judgement.by(CURVES, limits, Grade.HOLD, told)
    lit = [  # amplified: the internal control must, whatever else must not
        one
        for one in run.negatives
        if one.role is not Role.IPC and one.ct is not None and not one.omitted
    ]
    if lit:
        wells = _wells(lit)
        roles = ", ".join(sorted({str(one.role) for one in lit}))
        told = (
            f"The negative control in {listed(wells)} shows DNA ({roles}): the"
            f" quantities of this run are not usable. {AGAIN}"
        )
        yield Judgement.by(CURVES, limits, Grade.HOLD, told, wells)


def check_indices(run: Run, limits: Degradation) -> Iterator[Judgement]:
    """Rule Q1: our degradation index against the one that the file tells."""
    compared, apart = 0, []
    for readings in run.tubes.values():
        for well in _wells(readings):
            here = [one for one in readings if one.well == well]
            told = _index_told(here)
            if told is not None:
                compared += 1
                part = limits.differs + _rounding(here)
                if _differ(index(here), told, part):
                    apart.append((well, index(here), told))
    for well, ours, told in apart:
        sentence = (
            f"Well {well}: the file tells the degradation index {_short(told)}, and"
            f" its own quantities give {_short(ours)}: more apart than a part of"
            f" {limits.differs} ({limits.set_by}). Ours is shown."
        )
        yield Judgement.by(INDEX, limits, Grade.WARN, sentence, (well,))
    if compared and not apart:
        sentence = "The degradation indices of the file are those of its quantities."
        numbers = {"wells": str(compared)}
        yield Judgement.by(INDEX, limits, Grade.PASS, sentence, numbers=numbers)


def _index_told(readings: Sequence[Reading]) -> Decimal | None:
    told = next((one.index_told for one in readings if one.index_told), "")
    try:
        return Decimal(told.replace(",", ".")) if told else None
    except InvalidOperation:
        return None


def _rounding(readings: Sequence[Reading]) -> Decimal:
    """The part by which an index may be off since its amounts are written rounded."""
    parts = [
        Decimal((0, (5,), int(one.ng.as_tuple().exponent) - 1)) / abs(one.ng)
        for one in readings
        if one.ng and one.role in {Role.SMALL, Role.LARGE}
    ]
    return sum(parts, Decimal(0))


def _differ(ours: Decimal | None, told: Decimal, part: Decimal) -> bool:
    """Software that sets an index below 1 to 0 tells no other index by it."""
    if ours is None:
        return told != 0
    if told == 0 and ours < 1:
        return False
    return abs(ours - told) > max(part * ours, HUNDREDTH)


def _check_inhibition(run: Run, limits: Limits) -> Iterator[Judgement]:
    for readings in run.tubes.values():
        if is_inhibited(readings, run, limits):
            late, wells = shift(readings, run), _wells(readings)
            how = "did not amplify" if late is None else f"is {late:.1f} cycles late"
            sentence = (
                f"Well {', '.join(wells)}: the internal control {how}, and from"
                f" {limits.inhibition.shift} cycles on ({limits.inhibition.set_by})"
                " something in the extract inhibits: its quantity is too low."
            )
            yield Judgement.by(
                INHIBITION, limits.inhibition, Grade.NOTE, sentence, wells
            )


def _check_blanks(
    run: Run, blanks: frozenset[str], limits: Limits
) -> Iterator[Judgement]:
    for name in sorted(blanks & run.tubes.keys()):
        found = mean(run.tubes[name], Role.SMALL) or mean(run.tubes[name], Role.MALE)
        if found is not None and found >= limits.blank.most:
            wells = _wells(run.tubes[name])
            sentence = (
                f"Well {', '.join(wells)}: an extraction blank shows {_short(found)}"
                f" ng/µl, and {limits.blank.most} or more is too much"
                f" ({limits.blank.set_by}). Look at what was extracted with it."
            )
            yield Judgement.by(BLANK, limits.blank, Grade.WARN, sentence, wells)


def _wells(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Where they stand; the name of the tube where the instrument has no wells."""
    return tuple(dict.fromkeys(one.well or one.sample for one in readings))


def _numbers(one: Curve) -> Iterator[tuple[str, str]]:
    role = role_of(one.target)
    for name in ("slope", "intercept", "r2"):
        yield f"{role}: {name}", _short(getattr(one, name))


def _short(number: Decimal | None) -> str:
    return "none" if number is None else f"{number:.4g}"
