"""A test page: modules of 2, 3 and 4 dots, each at several darknesses.

What is printed too dark closes the gaps between modules, too light breaks them. Scan
each symbol: the smallest module that reads at every label, and the darkness in the
middle of those that read, are the ones to use.
"""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from labels import brother, epl, zpl
from labels.errors import DoesNotFit
from labels.raster import BLACK, WHITE
from labels.stock import Stock
from labels.symbol import encode
from labels.symbology import Symbology
from labels.thermal import Language, require_roll, tape
from labels.typeface import CAPTION, pen

DOTS = (2, 3, 4)
RELATIVE = (-8, -4, 0, 4, 8)
"""ZPL `^MD`: against what the printer is set to."""
ABSOLUTE = (5, 7, 9, 11, 13)
"""EPL `D`: of 0 to 15."""


def darknesses(language: Language) -> tuple[int, ...]:
    """What is tried; a Brother printer has one darkness alone."""
    return {Language.ZPL: RELATIVE, Language.EPL: ABSOLUTE}.get(language, (0,))


def render(stock: Stock, language: Language) -> bytes:
    """One label for each darkness, on this roll."""
    require_roll(stock)
    tried = darknesses(language)
    drawn = [picture(stock, darkness) for darkness in tried]
    match language:
        case Language.ZPL:
            return zpl.render(drawn, tried)
        case Language.EPL:
            return epl.render(drawn, stock.dots(stock.gap[1]), tried)
        case Language.BROTHER:
            return brother.render(drawn, tape(stock))


def contents(darkness: int) -> list[str]:
    """What the symbols of one label hold: no code of anything."""
    sign = "M" if darkness < 0 else "P"
    return [f"TEST{sign}{abs(darkness):02d}D{dots}" for dots in DOTS]


def picture(stock: Stock, darkness: int) -> Image.Image:
    size = tuple(stock.dots(side) for side in stock.size)
    drawn = Image.new("1", (size[0], size[1]), WHITE)
    left = top = stock.dots(stock.margin) + max(DOTS)
    for dots, content in zip(DOTS, contents(darkness), strict=True):
        symbol = _symbol(content, dots)
        drawn.paste(symbol, (left, top))
        left += symbol.width + 2 * max(DOTS)
    pixels = 6 * stock.dpi // 72
    baseline = top + max(DOTS) * 16 + pixels
    if left > size[0] or baseline > size[1]:
        raise DoesNotFit(f"The test page does not fit '{stock.title}'.")
    draw = ImageDraw.Draw(drawn)
    draw.fontmode = "1"
    said = f"2 3 4 dots  {darkness:+d}"
    draw.text((top, baseline), said, BLACK, pen(CAPTION, pixels), anchor="ls")
    return drawn


def _symbol(content: str, dots: int) -> Image.Image:
    symbol = encode(content, Symbology.DATA_MATRIX)
    small = Image.new("1", (symbol.width, symbol.height), WHITE)
    small.putdata(_levels(symbol.rows))
    side = symbol.width * dots
    return small.resize((side, side), Image.Resampling.NEAREST)


def _levels(rows: Sequence[Sequence[bool]]) -> list[int]:
    return [WHITE - dark for row in rows for dark in row]
