"""Where the symbols and the text of one label stand, in whole printer dots.

A square symbol stands at the left edge. A linear symbol takes the lower half of what
is left over, or stands at the left edge of a label that is too low for that. The text
takes the rest.
"""

from dataclasses import dataclass, replace

from labels.errors import DoesNotFit
from labels.stock import Mark, Stock, refuse_unprintable
from labels.symbology import FORMS

BARS_MM = 7.0
"""The height below which a hand scanner's line slips off the bars."""
GAP_MM = 1.0
"""Between a symbol's quiet zone and the text."""
WITHIN = (0.83, 0.557)
"""Sides of a rectangle within a circle, as shares of its diameter."""
QUIET_MM = 5.0
"""What plate carriers ask for beside a linear symbol."""


@dataclass(frozen=True)
class Box:
    """Left and top edge, measured from the label's, and the size."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    symbols: tuple[tuple[Mark, Box], ...]
    """Each box is the symbol's own, without its quiet zone."""
    text: Box


def layout(stock: Stock) -> Layout:
    """Raises DoesNotFit for a stock that cannot be printed or read."""
    refuse_unprintable(stock)
    rest = _room(stock)
    placed = []
    for mark in sorted(stock.marks, key=_is_linear):
        box, rest = _beside(stock, mark, rest)
        placed.append((mark, box))
    return Layout(tuple(placed), rest)


def _room(stock: Stock) -> Box:
    """What may be printed on; on a round label a rectangle within the circle."""
    wide, high = (stock.dots(side) for side in stock.size)
    margin = stock.dots(stock.margin)
    width, height = wide - 2 * margin, high - 2 * margin
    if stock.round:
        width, height = (int(side * width) for side in WITHIN)
    return Box((wide - width) // 2, (high - height) // 2, width, height)


def _beside(stock: Stock, mark: Mark, room: Box) -> tuple[Box, Box]:
    """The symbol's box, and the room that is left beside or above it."""
    width, height, quiet = _measures(stock, mark, room)
    above = 0 if _is_linear(mark) else quiet
    if width + 2 * quiet > room.width or height + 2 * above > room.height:
        raise DoesNotFit(
            f"Stock '{stock.name}': a {mark.symbology} of {width} x {height} dots with "
            f"a quiet zone of {quiet} does not fit the {room.width} x {room.height} "
            "dots that it has. Take smaller modules or larger labels."
        )
    below = _is_linear(mark) and height < room.height
    top = room.height - height if below else (room.height - height) // 2
    box = Box(room.left + quiet, room.top + top, width, height)
    if below:
        return box, replace(box, top=room.top, height=room.height - height)
    taken = width + 2 * quiet + stock.dots(GAP_MM)
    return box, replace(room, left=room.left + taken, width=room.width - taken)


def _measures(stock: Stock, mark: Mark, room: Box) -> tuple[int, int, int]:
    """Width, height and quiet zone in dots; bars leave half the room if they can."""
    form, dots = FORMS[mark.symbology], int(mark.dots)
    width, quiet = form.width * dots, form.quiet * dots
    if not _is_linear(mark):
        return width, width, quiet
    bars = stock.dots(BARS_MM)
    height = room.height // 2 if room.height >= 2 * bars else max(bars, room.height)
    return width, height, max(quiet, stock.dots(QUIET_MM))


def _is_linear(mark: Mark) -> bool:
    return FORMS[mark.symbology].height == 1
