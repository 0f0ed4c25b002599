"""A picture of a rack with 96 tubes, from a flatbed scanner, becomes a map of codes.

Tubes stand 9 mm apart (SBS footprint, ANSI SLAS 4) with a Data Matrix on each bottom.
All symbols of the picture are read at once; their places give the grid, however the
rack lies on the glass; then each well is looked at alone. Light on dark and mirrored
symbols are read, too. A person says in which corner A1 lies.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from math import atan2, cos, hypot, sin
from statistics import median
import warnings

from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError
import zxingcpp

from instruments.rack import LARGEST, Corner, Rack, RackUnreadable, Seen, Sight

ROWS, COLUMNS = 8, 12
FORMATS = ("JPEG", "PNG", "TIFF")
MOST_PIXELS = 80_000_000
"""An A4 page at 800 dpi."""
NARROWEST, WIDEST = 300, 20_000
TOO_MANY = (
    f"The picture is larger than the {MOST_PIXELS} pixels that are read here. Scan the "
    "rack alone, at 400 dpi."
)
WORK = 1500
"""Pixels along the rack's longer side in which all symbols are looked for at once."""
FEWEST = 4
"""Codes that must be read before a grid can be laid."""
ENOUGH = 90
"""Codes after which nobody looks for more at once: each well is looked at anyway."""
MANY = 60
"""So many tubes that some are neighbours for sure."""
DISTANCE = 9.0
"""Millimetres from well to well."""
AGREEING = 0.1
LEAST_DPI, MOST_DPI = 150, 2400
"""What a scanner says of itself and can be believed; a camera says 72."""
FLAT = 12.0
"""Spread of grey in a well below which nothing stands in it."""
NEAR = 0.3
"""Parts of a well's distance by which a symbol may lie off its place."""
UNSURE = 0.25
"""A grid could lie one well further where that fits the picture so nearly as well."""


Point = tuple[float, float]


@dataclass(frozen=True)
class _Grid:
    """Where the wells lie: the first one, and the ways along and across."""

    first: Point
    along: Point
    across: Point
    sure: bool

    def at(self, long: int, short: int) -> Point:
        return (
            self.first[0] + long * self.along[0] + short * self.across[0],
            self.first[1] + long * self.along[1] + short * self.across[1],
        )

    @property
    def pitch(self) -> float:
        return hypot(*self.along)


def read_rack(content: bytes, corner: Corner) -> Rack:
    """The map of a picture as it was uploaded. Raises RackUnreadable."""
    picture, dpi = _opened(content)
    found = _all_symbols(picture)
    if len(found) < FEWEST:
        raise RackUnreadable(
            f"{len(found)} codes were read in this picture, at least {FEWEST} are "
            "needed to see how the rack lies. Scan it at 400 dpi or more, the codes "
            "against the glass."
        )
    points, codes = list(found), list(found.values())
    grid = _grid(points, picture.size, dpi * DISTANCE / 25.4)
    placed = _placed(grid, points, codes)
    wells = {
        place: _seen(picture, grid, spot, placed.get(spot, ()))
        for place, spot in _places(grid, corner)
    }
    return Rack(_doubles_marked(wells))


def _all_symbols(picture: Image.Image) -> dict[Point, str]:
    """In a small copy first, which is quick; in finer ones while many are missing."""
    best: dict[Point, str] = {}
    scale = max(1, round(max(picture.size) / WORK))
    while scale:
        small = picture.reduce(scale) if scale > 1 else picture
        found = {
            (x * scale, y * scale): text for (x, y), text in _symbols(small).items()
        }
        best = max(best, found, key=len)
        if len(best) >= ENOUGH:
            break
        scale //= 2
    return best


def _opened(content: bytes) -> tuple[Image.Image, float]:
    """In grey, bounded before a pixel is unpacked; with its dots per inch, or 0."""
    if len(content) > LARGEST:
        raise RackUnreadable(
            f"The picture has {len(content)} bytes; at most {LARGEST} are read here. "
            "Scan the rack alone, at 400 dpi."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=FORMATS)
            _require_size(*picture.size)
            dpi = float(picture.info.get("dpi", (0,))[0])
            return picture.convert("L"), dpi if LEAST_DPI <= dpi <= MOST_DPI else 0
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RackUnreadable(TOO_MANY) from error
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, KeyError,
        TypeError, IndexError, OverflowError, ArithmeticError, EOFError,
    ) as error:  # fmt: skip
        raise RackUnreadable(
            "This is no picture that can be read: a PNG, JPEG or TIFF file from the "
            "scanner is expected, whole."
        ) from error


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > WIDEST:
        raise RackUnreadable(TOO_MANY)
    if min(width, height) < NARROWEST:
        raise RackUnreadable(
            f"The picture has {width} x {height} pixels: no code can be seen in it. "
            "Scan the rack at 400 dpi."
        )


def _symbols(picture: Image.Image) -> dict[Point, str]:
    """Centre to text of every Data Matrix."""
    found = {}
    for one in zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)
    ):
        corners = (
            one.position.top_left, one.position.top_right,
            one.position.bottom_left, one.position.bottom_right,
        )  # fmt: skip
        x = sum(corner.x for corner in corners) / 4
        y = sum(corner.y for corner in corners) / 4
        found[x, y] = one.text
    return found


def _grid(points: Sequence[Point], size: tuple[int, int], expected: float) -> _Grid:
    """How the wells lie, from where symbols were seen.

    `expected` are the pixels from well to well by the scanner's own word, or 0. Where
    few tubes stand in the rack, nobody else tells whether two of them are neighbours.
    """
    steps = [_nearest(point, points) for point in points]
    pitch = median(hypot(*step) for step in steps)
    agrees = abs(pitch - expected) < AGREEING * pitch
    many = len(points) >= MANY
    if expected and not agrees and not many:
        pitch = expected
    known = many or bool(expected)
    close = [step for step in steps if abs(hypot(*step) - pitch) < NEAR * pitch]
    # Neighbours lie at 0, 90, 180 or 270 degrees: four times the angle is one angle.
    turned = [4 * atan2(y, x) for x, y in close]
    angle = atan2(sum(map(sin, turned)), sum(map(cos, turned))) / 4
    turn = [_turned(point, -angle) for point in points]
    middle = _turned((size[0] / 2, size[1] / 2), -angle)
    wide = _is_wide(turn, pitch, size)
    counts = (COLUMNS, ROWS) if wide else (ROWS, COLUMNS)
    first_x, step_x, sure_x = _axis([x for x, _ in turn], pitch, counts[0], middle[0])
    first_y, step_y, sure_y = _axis([y for _, y in turn], pitch, counts[1], middle[1])
    first = _turned((first_x, first_y), angle)
    right, down = _turned((step_x, 0), angle), _turned((0, step_y), angle)
    along, across = (right, down) if wide else (down, right)
    return _Grid(first, along, across, known and sure_x and sure_y)


def _nearest(point: Point, points: Sequence[Point]) -> Point:
    x, y = point
    ways = ((px - x, py - y) for px, py in points if (px, py) != point)
    return min(ways, key=lambda way: hypot(*way))


def _turned(point: Point, angle: float) -> Point:
    x, y = point
    return (x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))


def _is_wide(points: Sequence[Point], pitch: float, size: tuple[int, int]) -> bool:
    """Whether the twelve columns lie along the picture's width."""
    wide = (max(x for x, _ in points) - min(x for x, _ in points)) / pitch
    high = (max(y for _, y in points) - min(y for _, y in points)) / pitch
    if max(wide, high) > ROWS - NEAR:
        return wide > high
    return size[0] >= size[1]


def _axis(
    values: Sequence[float], pitch: float, count: int, middle: float
) -> tuple[float, float, bool]:
    """Of one direction: where the first well lies, their distance, and is it sure.

    Where outer wells are empty, the rack is taken to lie in the picture's middle.
    """
    low = min(values)
    steps = [round((value - low) / pitch) for value in values]
    span = max(steps)
    if span >= count:
        raise RackUnreadable(
            f"The codes lie in {span + 1} lines, a rack has {count}. Scan one rack "
            "alone."
        )
    start, step = _line(steps, values, pitch)
    best = sorted(
        (abs(start + (before * -1 + (count - 1) / 2) * step - middle) / step, before)
        for before in range(count - span)
    )
    sure = len(best) == 1 or best[1][0] - best[0][0] > UNSURE
    return start - best[0][1] * step, step, sure


def _line(
    steps: Sequence[int], values: Sequence[float], pitch: float
) -> tuple[float, float]:
    """The line through places and numbers of wells, by least squares."""
    count = len(steps)
    mean_step, mean_value = sum(steps) / count, sum(values) / count
    spread = sum((one - mean_step) ** 2 for one in steps)
    if not spread:
        return mean_value - mean_step * pitch, pitch
    slope = (
        sum(
            (step - mean_step) * (value - mean_value)
            for step, value in zip(steps, values, strict=True)
        )
        / spread
    )
    return mean_value - mean_step * slope, slope


def _placed(
    grid: _Grid, points: Iterable[Point], codes: Iterable[str]
) -> dict[tuple[int, int], list[str]]:
    """The codes of each well by its number along and across."""
    centres = {
        (long, short): grid.at(long, short)
        for long, short in product(range(COLUMNS), range(ROWS))
    }
    found: dict[tuple[int, int], list[str]] = {}
    for point, code in zip(points, codes, strict=True):
        spot = min(centres, key=lambda one: _apart(centres[one], point))
        if _apart(centres[spot], point) < NEAR * grid.pitch:
            found.setdefault(spot, []).append(code)
    return found


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _places(grid: _Grid, corner: Corner) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each position with its number along and across, as A1 lies in that corner."""
    from_right = corner in {Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT}
    from_below = corner in {Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT}
    wide = abs(grid.along[0]) > abs(grid.along[1])
    back_long, back_short = (
        (from_right, from_below) if wide else (from_below, from_right)
    )
    for column, row in product(range(COLUMNS), range(ROWS)):
        long = COLUMNS - 1 - column if back_long else column
        short = ROWS - 1 - row if back_short else row
        yield f"{'ABCDEFGH'[row]}{column + 1:02d}", (long, short)


def _seen(
    picture: Image.Image, grid: _Grid, spot: tuple[int, int], codes: Sequence[str]
) -> Seen:
    different = sorted(set(codes))
    if len(different) > 1:
        return Seen(Sight.DOUBTFUL, different[0])
    well = _well(picture, grid, spot)
    if not different and ImageStat.Stat(well).stddev[0] < FLAT:
        return Seen(Sight.EMPTY)
    code = different[0] if different else _alone(well)
    if code:
        return Seen(Sight.READ if grid.sure else Sight.DOUBTFUL, code)
    return Seen(Sight.UNREAD)


def _well(picture: Image.Image, grid: _Grid, spot: tuple[int, int]) -> Image.Image:
    x, y = grid.at(*spot)
    half = 0.49 * grid.pitch
    return picture.crop((int(x - half), int(y - half), int(x + half), int(y + half)))


def _alone(well: Image.Image) -> str:
    """The code of one well, looked at in steps of growing patience."""
    for look in _looks(well):
        found = set(_symbols(look).values())
        if len(found) == 1:
            return found.pop()
    return ""


def _looks(well: Image.Image) -> Iterator[Image.Image]:
    yield well
    width, height = well.size
    double = well.resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
    yield double
    yield ImageOps.autocontrast(double.filter(ImageFilter.GaussianBlur(1.6)), cutoff=2)
    yield ImageOps.autocontrast(
        well.resize((3 * width, 3 * height), Image.Resampling.BICUBIC).filter(
            ImageFilter.GaussianBlur(1)
        ),
        cutoff=5,
    )


def _doubles_marked(wells: dict[str, Seen]) -> dict[str, Seen]:
    """A code that was seen at two places is sure at none."""
    times = Counter(seen.code for seen in wells.values() if seen.code)
    return {
        place: Seen(Sight.DOUBTFUL, seen.code)
        if seen.code and times[seen.code] > 1
        else seen
        for place, seen in wells.items()
    }
