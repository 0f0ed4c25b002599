"""What a QuantStudio would tell of a plate of extracts: Quantifiler Trio, as text.

Made up, and marked so in its preamble: standards on their line, two negative controls,
and of each tube the amounts that the story gives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

TARGETS = {
    "T.Small Autosomal": ("VIC", "NFQ-MGB", Decimal("27.4")),
    "T.Large Autosomal": ("ABY", "QSY7", Decimal("24.9")),
    "T.Y": ("FAM", "NFQ-MGB", Decimal("26.1")),
}
"""Reporter, quencher, and the cycle of 1 ng/µl."""
SLOPE, R2 = Decimal("-3.34"), Decimal("0.998")
IPC_CYCLE = Decimal("27.9")
STANDARDS = tuple(map(Decimal, ("50", "5", "0.5", "0.05", "0.005")))
"""In ng/µl, each in two wells (Quantifiler HP and Trio user guide)."""
COLUMNS = (
    *("Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task"),
    *("Reporter", "Quencher", "CT", "Quantity", "Degradation Index"),
    *("Y-Intercept", "R(superscript 2)", "Slope", "Efficiency"),
)
ROWS = "ABCDEFGH"


@dataclass(frozen=True)
class Tube:
    """What an extract holds, in ng/µl; None: nothing was measured."""

    name: str
    small: Decimal | None
    large: Decimal | None = None
    male: Decimal | None = None
    late: Decimal = Decimal(0)
    """Cycles by which something in it holds the internal control back."""
    index: str | None = None
    """What the software tells as degradation index; None: what the amounts give."""

    @property
    def amounts(self) -> Mapping[str, Decimal | None]:
        return dict(zip(TARGETS, (self.small, self.large, self.male), strict=True))


@dataclass(frozen=True)
class Control:
    """A standard with its amount in ng/µl, or with None a negative control."""

    name: str
    well: str
    amount: Decimal | None


def _usual() -> tuple[Control, ...]:
    """As a laboratory without a planned plate fills its first wells."""
    names: list[tuple[str, Decimal | None]] = [
        *((f"standard {n}", one) for n, one in enumerate(STANDARDS * 2, 1)),
        *((f"negative {n}", None) for n in (1, 2)),
    ]
    return tuple(Control(name, _well(n), one) for n, (name, one) in enumerate(names))


def _well(number: int) -> str:
    """Column by column, counted from 0."""
    return f"{ROWS[number % 8]}{number // 8 + 1}"


@dataclass(frozen=True)
class Plate:
    run: str
    tubes: Sequence[Tube]
    slope: Decimal = SLOPE
    r2: Decimal = R2
    negative: Decimal | None = None
    """DNA in the negative control, in ng/µl."""
    ended: str = "2026-11-20 15:02:50 PM CET"
    controls: Sequence[Control] = _usual()
    places: Mapping[str, str] | None = None
    """Tube to its well; None: after the controls, in the order of filling."""


def written(plate: Plate) -> bytes:
    facts = {
        "Block Type": "96-Well Block (0.2mL)",
        "Chemistry": "TAQMAN",
        "Experiment Comment": "made up",
        "Experiment Name": plate.run,
        "Experiment Run End Time": plate.ended,
        "Experiment Type": "Standard Curve",
        "Instrument Serial Number": "272510000",
        "Instrument Type": "QuantStudio(TM) 5 System",
        "Passive Reference": "MUSTANG PURPLE",
    }
    lines = [f"* {name} = {value}" for name, value in facts.items()]
    lines += ["", "[Results]", "\t".join(COLUMNS)]
    lines += ["\t".join(row) for row in _rows(plate)]
    return "".join(f"{line}\n" for line in lines).encode()


def _rows(plate: Plate) -> Iterator[tuple[str, ...]]:
    places = plate.places or {
        name: _well(len(plate.controls) + n)
        for n, name in enumerate(dict.fromkeys(one.name for one in plate.tubes))
    }
    for one in plate.controls:
        task = "NTC" if one.amount is None else "STANDARD"
        given = plate.negative if one.amount is None else one.amount
        for target in TARGETS:
            yield _row(plate, one.well, one.name, target, task, given)
        yield _ipc(one.well, one.name, task)
    for tube in plate.tubes:
        told = _index(tube) if tube.index is None else tube.index
        for target, amount in tube.amounts.items():
            yield _row(
                plate, places[tube.name], tube.name, target, "UNKNOWN", amount, told
            )
        yield _ipc(places[tube.name], tube.name, "UNKNOWN", tube.late)


def _index(tube: Tube) -> str:
    if tube.small is None or not tube.large:
        return ""
    return f"{tube.small / tube.large:.4f}"


def _row(
    plate: Plate,
    well: str,
    name: str,
    target: str,
    task: str,
    amount: Decimal | None,
    index: str = "",
) -> tuple[str, ...]:
    reporter, quencher, cycle = TARGETS[target]
    told = "Undetermined"
    if amount:
        told = f"{cycle + plate.slope * amount.log10():.3f}"
    efficiency = (10 ** (-1 / plate.slope) - 1) * 100
    return (
        *(_number(well), _plain(well), "false", name, target, task),
        *(reporter, quencher, told, f"{amount:f}" if amount else "", index),
        *(str(cycle), str(plate.r2), str(plate.slope), f"{efficiency:.3f}"),
    )


def _ipc(
    well: str, name: str, task: str, late: Decimal = Decimal(0)
) -> tuple[str, ...]:
    return (
        *(_number(well), _plain(well), "false", name, "T.IPC", task),
        *("JUN", "QSY7", f"{IPC_CYCLE + late:.3f}", "", "", "", "", "", ""),
    )


def _plain(well: str) -> str:
    """`A1`, as the instrument writes it."""
    return f"{well[0]}{int(well[1:])}"


def _number(well: str) -> str:
    return str(ROWS.index(well[0]) * 12 + int(well[1:]))
