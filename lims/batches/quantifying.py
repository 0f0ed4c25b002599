"""A plate on which tubes are quantified: the kit says so. Pure.

The dilution series of the standards and two negative controls come first, then the
tubes as they were scanned. A plate of any other kit is amplified and typed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from instruments.sample_setup import TARGETS
from lims.batches.plate import POSITIONS, WellRole, refuse_doubles
from lims.batches.stages import PLATE, QUANTIFICATION, PlateStage
from lims.errors import RuleBroken
from lims.workflow import Workflow

KITS: tuple[str, ...] = tuple(TARGETS)
SERIES: Mapping[str, tuple[Decimal, ...]] = {
    "Quantifiler Trio": tuple(map(Decimal, ("50", "5", "0.5", "0.05", "0.005"))),
    "PowerQuant": tuple(map(Decimal, ("50", "2", "0.08", "0.0032"))),
}
"""In ng/µl, as the makers' guides dilute the standard (tenfold, and 25-fold)."""
TIMES = 2
"""How often each standard, and the negative control, stands on the plate."""


@dataclass(frozen=True)
class Placed:
    """What the system places: nothing of it is a tube that somebody scans."""

    position: str
    quantity: Decimal | None
    """Of a standard, in ng/µl; None: a negative control."""


@dataclass(frozen=True)
class Layout:
    standards: tuple[Placed, ...]
    negatives: tuple[Placed, ...]
    tubes: Mapping[str, str]
    """Code to position."""


def is_quantified(kit: str) -> bool:
    """Whether a plate of this kit is quantified, and not typed."""
    return kit in SERIES


def workflow_of(kit: str) -> Workflow[PlateStage]:
    return QUANTIFICATION if is_quantified(kit) else PLATE


def layout(kit: str, codes: Sequence[str]) -> Layout:
    """All that stands on the plate. RuleBroken: too many tubes, or one twice."""
    refuse_doubles(codes)
    series = SERIES[kit] * TIMES
    room = len(POSITIONS) - len(series) - TIMES
    if len(codes) > room:
        raise RuleBroken(
            f"{len(codes)} tubes do not fit beside standards and negative controls. At"
            f" most {room} fit; put the rest on a second plate."
        )
    places = iter(POSITIONS)
    standards = tuple(Placed(next(places), quantity) for quantity in series)
    negatives = tuple(Placed(next(places), None) for _ in range(TIMES))
    return Layout(standards, negatives, dict(zip(codes, places, strict=False)))


def misplaced(
    planned: Mapping[str, str], found: Iterable[tuple[int, str, str]]
) -> Iterator[tuple[int, str, str, str]]:
    """Where a file tells another name of a well than was planned (rule C3).

    `planned` is position to name; `found` are line, position and name. What comes back:
    line, position, name that was found, name that was planned or empty.
    """
    for line, position, name in found:
        expected = planned.get(position, "")
        if name != expected:
            yield line, position, name, expected


def missing(planned: Mapping[str, str], found: Collection[str]) -> list[str]:
    """The wells that the plan has and the file passes over."""
    return [position for position in planned if position not in found]


def missing_controls(standards: int, roles: Iterable[WellRole]) -> tuple[str, ...]:
    """What a plate still lacks before it may start."""
    lacking = [] if standards else ["a standard"]
    if WellRole.NEGATIVE not in set(roles):
        lacking.append("a negative control")
    return tuple(lacking)
