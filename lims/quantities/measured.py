"""One run of an instrument: its tubes, standards, negative controls, curves. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
import re
from typing import Any, NamedTuple

from instruments.quantities import Quantity, QuantityExport, StandardCurve
from instruments.records import Fact
from lims.quantities.fitting import Curve, fitted
from lims.quantities.targets import Role, kit_of, role_of

STANDARD, NTC, UNKNOWN = "STANDARD", "NTC", "UNKNOWN"
_WELL = re.compile(r"([A-P])0?([0-9]{1,2})")
_NUMBER = re.compile(r"([0-9]{1,2})(?:\.0)?")
COLUMNS, WELLS = 12, 96
_TO_NG = {
    "ng/ul": Decimal(1),
    "ug/ml": Decimal(1),
    "mg/l": Decimal(1),
    "pg/ul": Decimal("0.001"),
    "ng/ml": Decimal("0.001"),
    "ug/ul": Decimal(1000),
    "mg/ml": Decimal(1000),
}
"""What one of this unit is in ng/µl."""
_FACTS = {
    "run": ("Experiment Name", "File Name"),
    "instrument": ("Instrument Type", "Instrument Name"),
    "serial": ("Instrument Serial Number", "Serial Number", "Serial number"),
    "ended": ("Experiment Run End Time", "Run End Date/Time", "Run End Data/Time"),
}
"""What is kept of what stands above the results, and how software calls it."""


class Reading(NamedTuple):
    """One target in one well. `ng` is in ng/µl; None: nothing, or no unit, was told."""

    line: int
    sample: str
    well: str
    target: str
    role: Role
    ng: Decimal | None
    told: str
    unit: str
    ct: Decimal | None
    ct_told: str
    omitted: bool
    flags: tuple[str, ...]
    index_told: str


@dataclass(frozen=True)
class Run:
    kit: str
    """Empty where the targets are those of no kit that is known."""
    facts: Mapping[str, str]
    """Run, instrument, serial number, end: as written."""
    tubes: Mapping[str, tuple[Reading, ...]]
    """Name in the file to what its wells showed."""
    standards: tuple[Reading, ...]
    negatives: tuple[Reading, ...]
    curves: tuple[Curve, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        return (*self.standards, *self.negatives, *_flat(self.tubes.values()))

    @property
    def has_cycles(self) -> bool:
        """Whether it is real-time PCR, and no photometer's or fluorometer's."""
        return any(one.ct_told for one in self.readings)

    @property
    def has_amounts(self) -> bool:
        """Whether a tube has an amount that a curve gave it, or a curve is told."""
        told = _flat(self.tubes.values())
        return bool(self.curves) or any(one.ng is not None for one in told)


def run_of(export: QuantityExport) -> Run:
    """The wells by what stands in them, as the tasks of the file tell."""
    kit = kit_of({one.target for one in export.quantities})
    tasks: dict[tuple[str, str], set[str]] = {}
    for one in export.quantities:
        tasks.setdefault((one.well, one.sample), set()).add(one.task.upper())
    tubes: dict[str, list[Reading]] = {}
    standards: list[Reading] = []
    negatives: list[Reading] = []
    for one in export.quantities:
        told = tasks[one.well, one.sample]
        reading = _reading(one)
        if STANDARD in told:
            standards.append(reading)
        elif NTC in told and UNKNOWN not in told:
            negatives.append(reading)
        else:
            tubes.setdefault(one.sample, []).append(reading)
    return Run(
        kit,
        {"instrument": export.parser, **_facts(export.facts)},
        {name: tuple(readings) for name, readings in tubes.items()},
        tuple(standards),
        tuple(negatives),
        tuple(_curves(export.curves, standards)),
    )


def mean(readings: Iterable[Reading], role: Role) -> Decimal | None:
    """The mean amount of a target in ng/µl over the wells that told one."""
    found = [
        one.ng
        for one in readings
        if one.role is role and one.ng is not None and not one.omitted
    ]
    return sum(found, Decimal(0)) / len(found) if found else None


def mean_cycle(readings: Iterable[Reading], role: Role) -> Decimal | None:
    found = [
        one.ct
        for one in readings
        if one.role is role and one.ct is not None and not one.omitted
    ]
    return sum(found, Decimal(0)) / len(found) if found else None


def place(well: str) -> str:
    """`A1`, and the seventh well of a 7500, as this laboratory writes wells."""
    if found := _WELL.fullmatch(well):
        return f"{found[1]}{int(found[2]):02d}"
    if (found := _NUMBER.fullmatch(well)) and 0 < (number := int(found[1])) <= WELLS:
        row, column = divmod(number - 1, COLUMNS)
        return f"{'ABCDEFGH'[row]}{column + 1:02d}"
    return well


def as_kept(one: Reading | Curve) -> dict[str, Any]:
    """For a sealed box: numbers as text, what is empty left out; nought is told."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in one._asdict().items()
        if isinstance(value, Decimal) or value or name == "target"
    }


def _flat(groups: Iterable[Sequence[Reading]]) -> Iterable[Reading]:
    return (one for group in groups for one in group)


def _reading(one: Quantity) -> Reading:
    role = role_of(one.target)
    return Reading(
        line=one.line,
        sample=one.sample,
        well=place(one.well),
        target=one.target,
        role=role,
        ng=_in_ng(one, role),
        told=one.told,
        unit=one.unit,
        ct=one.ct,
        ct_told=one.ct_told,
        omitted=one.omitted,
        flags=one.flags,
        index_told=one.index_told,
    )


def _in_ng(one: Quantity, role: Role) -> Decimal | None:
    """A kit's standards are in ng/µl, and so is what is read from their curve."""
    if one.value is None or role is Role.IPC:
        return None
    unit = one.unit.casefold().replace("µ", "u").replace("μ", "u")
    if not unit:
        return one.value if role is not Role.OTHER else None
    factor = _TO_NG.get(unit)
    return None if factor is None else one.value * factor


def _facts(facts: Sequence[Fact]) -> dict[str, str]:
    told = {one.name: one.text for one in facts if one.text}
    found = {
        name: next((told[key] for key in keys if key in told), "")
        for name, keys in _FACTS.items()
    }
    return {name: text[:200] for name, text in found.items() if text}


def _curves(
    told: Sequence[StandardCurve], standards: Sequence[Reading]
) -> Iterable[Curve]:
    """As the software tells them; of a target that it leaves out, our own."""
    named = {one.target for one in told if one.slope is not None}
    for one in told:
        if one.slope is not None:
            yield Curve(one.target, one.slope, one.intercept, one.r2)
    for target in dict.fromkeys(one.target for one in standards):
        own = [one for one in standards if one.target == target]
        if target not in named and role_of(target) is not Role.IPC:
            points = [
                (one.ng, one.ct)
                for one in own
                if one.ng and one.ct is not None and not one.omitted
            ]
            if (found := fitted(target, points)) is not None:
                yield found
