"""One label as a picture of black and white dots: what a label printer burns.

The same dots stand on the screen, in the tests and in what is sent, so that no printer
lays out text of its own: their fonts know no Greek and no Arabic.
"""

from dataclasses import replace
from functools import lru_cache

from PIL import Image, ImageDraw

from labels.content import Label
from labels.layout import Box, Layout, layout
from labels.stock import Mark, Stock
from labels.symbol import encode
from labels.typeface import Line, begins_right, lines, pen

BLACK, WHITE = 0, 1


def picture(label: Label, stock: Stock, plan: Layout | None = None) -> Image.Image:
    """Mode '1', a pixel for each printer dot."""
    plan = plan or layout(stock)
    drawn = Image.new("1", _size(stock), WHITE)
    for mark, box in plan.symbols:
        symbol = _symbol(label.code, mark, box)
        drawn.paste(symbol, (box.left + (box.width - symbol.width) // 2, box.top))
    draw = ImageDraw.Draw(drawn)
    draw.fontmode = "1"
    for line in lines(label, plan.text, stock.dpi):
        write(draw, line, stock.dpi)
    return drawn


def write(draw: ImageDraw.ImageDraw, line: Line, dpi: int) -> None:
    """Joined, and in the order in which it is read."""
    font = pen(line.font, line.size * dpi / 72)
    ordered = "rtl" if begins_right(line.text) else None
    at = (line.left, line.baseline)
    draw.text(at, line.text, font=font, fill=BLACK, anchor="ls", direction=ordered)


def strip(line: Line, dpi: int) -> tuple[Image.Image, int]:
    """One line alone, and where its baseline stands, from the top."""
    dots = line.size * dpi / 72
    size = (int(pen(line.font, dots).getlength(line.text)) + 2, int(dots * 1.6))
    drawn, baseline = Image.new("1", size, WHITE), int(dots * 1.15)
    draw = ImageDraw.Draw(drawn)
    draw.fontmode = "1"
    write(draw, replace(line, left=0, baseline=baseline), dpi)
    return drawn, baseline


def _symbol(code: str, mark: Mark, box: Box) -> Image.Image:
    symbol, dots = encode(code, mark.symbology), int(mark.dots)
    small = Image.new("1", (symbol.width, symbol.height), WHITE)
    small.putdata([WHITE - dark for row in symbol.rows for dark in row])
    tall = box.height // symbol.height * symbol.height
    return small.resize((symbol.width * dots, tall), Image.Resampling.NEAREST)


@lru_cache(maxsize=64)
def _size(stock: Stock) -> tuple[int, int]:
    return stock.dots(stock.size[0]), stock.dots(stock.size[1])


def shifted(picture: Image.Image, width: int, left: int) -> Image.Image:
    """On a wider white ground: where a print head is wider than the label."""
    ground = Image.new("1", (width, picture.height), WHITE)
    ground.paste(picture, (left, 0))
    return ground
