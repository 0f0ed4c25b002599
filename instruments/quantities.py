"""What measures the amount of DNA: concentrations, cycles and standard curves."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from instruments.records import Export, Fact, RefusedRow


class Quantity(NamedTuple):
    """One measurement of one target in one well, as the software wrote it."""

    line: int
    sample: str
    well: str
    target: str
    task: str
    """As written: UNKNOWN, STANDARD, NTC; of a standard, the value was given to it."""
    value: Decimal | None
    """None where the file tells no amount: `told` says what it tells instead."""
    unit: str
    """Empty where the file tells none."""
    told: str
    ct: Decimal | None
    """The cycle at which the threshold was passed."""
    ct_told: str
    """Such as `Undetermined`: measured, and not amplified."""
    omitted: bool = False
    """Whether a person left the well out of the analysis."""
    flags: tuple[str, ...] = ()
    """Quality flags that are raised."""
    index_told: str = ""
    """The degradation index as the software wrote it."""


class StandardCurve(NamedTuple):
    target: str
    slope: Decimal | None
    intercept: Decimal | None
    r2: Decimal | None
    efficiency: Decimal | None
    """In percent: 100 doubles with each cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityExport(Export):
    """What one run measured, every data row accounted for: read, or refused."""

    kind: ClassVar[str] = "measurement of quantities"

    quantities: tuple[Quantity, ...]
    curves: tuple[StandardCurve, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What stands above the results: instrument, times as written, settings."""
