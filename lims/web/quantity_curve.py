"""The standard curve as a drawing: cycles over the logarithm of ng/µl. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
import math
from typing import Any

WIDE, TALL = 600, 300
"""The drawing's field, in units of its own; labels stand outside."""
MARKS = ("M{x} {y}m-4 0h8m-4-4v8", "M{x} {y}m-4-4h8v8h-8z", "M{x} {y}m0-5l5 9h-10z")
"""A cross, a square, a triangle: targets differ by form, not by colour alone."""
DASHES = ("none", "7 4", "2 4")
ROOM = 0.3
"""Of a decade, or ten cycles, beside the outermost points."""


@dataclass(frozen=True)
class Line:
    target: str
    role: str
    points: str
    """A path with a mark for each standard."""
    path: str
    """The line; empty where slope or intercept are not told."""
    dash: str
    mark: str
    """The mark alone, for the legend."""
    slope: str
    intercept: str
    r2: str
    ours: bool


@dataclass(frozen=True)
class Drawing:
    lines: tuple[Line, ...]
    amounts: tuple[tuple[float, str], ...]
    """Where a decade stands, and its name in ng/µl."""
    cycles: tuple[tuple[float, str], ...]

    @property
    def is_drawn(self) -> bool:
        return any(one.points or one.path for one in self.lines)


def drawn(
    curves: Sequence[Mapping[str, Any]],
    standards: Sequence[Mapping[str, Any]],
    roles: Mapping[str, str],
) -> Drawing:
    """`curves` and `standards` as a quantification keeps them; target to its role."""
    points = {
        str(curve["target"]): _points(standards, str(curve["target"]))
        for curve in curves
    }
    field = _Field([point for found in points.values() for point in found])
    lines = tuple(
        _line(field, number, curve, points[str(curve["target"])], roles)
        for number, curve in enumerate(curves)
    )
    return Drawing(lines, field.amounts(), field.cycles())


class _Field:
    """Brings ng/µl and cycles to places in the drawing."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        xs = [x for x, _ in points] or [-2.0, 1.0]
        ys = [y for _, y in points] or [20.0, 35.0]
        self.low, self.high = min(xs) - ROOM, max(xs) + ROOM
        self.early, self.late = min(ys) - 10 * ROOM, max(ys) + 10 * ROOM

    def x(self, power: float) -> float:
        return round((power - self.low) / (self.high - self.low) * WIDE, 1)

    def y(self, cycle: float) -> float:
        return round((self.late - cycle) / (self.late - self.early) * TALL, 1)

    def line(self, slope: object, intercept: object) -> str:
        if slope is None or intercept is None:
            return ""
        steep, start = float(str(slope)), float(str(intercept))
        ends = [
            f"{self.x(one)} {self.y(start + steep * one)}"
            for one in (self.low, self.high)
        ]
        return f"M{ends[0]}L{ends[1]}"

    def amounts(self) -> tuple[tuple[float, str], ...]:
        powers = range(math.ceil(self.low), math.floor(self.high) + 1)
        return tuple((self.x(one), f"{Decimal(10) ** one:f}") for one in powers)

    def cycles(self) -> tuple[tuple[float, str], ...]:
        first = math.ceil(self.early / 5) * 5
        return tuple((self.y(one), str(one)) for one in range(first, int(self.late), 5))


def _points(
    standards: Iterable[Mapping[str, Any]], target: str
) -> list[tuple[float, float]]:
    """Powers of ten in ng/µl, and cycles."""
    return [
        (math.log10(float(one["ng"])), float(one["ct"]))
        for one in standards
        if one["target"] == target
        and "ct" in one
        and float(one.get("ng", 0)) > 0
        and not one.get("omitted")
    ]


def _line(
    field: _Field,
    number: int,
    curve: Mapping[str, Any],
    points: Sequence[tuple[float, float]],
    roles: Mapping[str, str],
) -> Line:
    mark = MARKS[number % len(MARKS)]
    slope, intercept = curve.get("slope"), curve.get("intercept")
    return Line(
        target=str(curve["target"]),
        role=roles[str(curve["target"])],
        points="".join(mark.format(x=field.x(x), y=field.y(y)) for x, y in points),
        path=field.line(slope, intercept),
        dash=DASHES[number % len(DASHES)],
        mark=mark.format(x=8, y=8),
        slope=_told(slope),
        intercept=_told(intercept),
        r2=_told(curve.get("r2")),
        ours=bool(curve.get("ours")),
    )


def _told(number: object) -> str:
    return "–" if number is None else f"{Decimal(str(number)):.4g}"
