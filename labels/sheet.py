"""A PDF sheet of labels, everything drawn in whole printer dots.

The same labels give the same bytes. All of a symbol is one path, so that no hairline
shows between its modules whatever draws it.
"""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from labels.content import Label
from labels.errors import LabelError
from labels.layout import Box, Layout, layout
from labels.raster import strip
from labels.stock import Mark, Stock
from labels.symbol import encode
from labels.typeface import Line, lines, runs_right

POINTS = 72


def render(labels: Sequence[Label], stock: Stock, skip: int = 0) -> bytes:
    """`skip` positions of the first sheet are used up already."""
    if not labels:
        raise LabelError("There is nothing to print: choose at least one label.")
    if not 0 <= skip < stock.per_sheet:
        raise LabelError(
            f"'{skip}' positions cannot be left out on a sheet of {stock.per_sheet}; "
            f"give a number from 0 to {stock.per_sheet - 1}."
        )
    out = BytesIO()
    canvas = _canvas(out, stock)
    plan, open_page = layout(stock), 0
    _begin(canvas, stock)
    for index, label in enumerate(labels, skip):
        page, left, top = stock.place(index)
        if page != open_page:
            canvas.showPage()
            _begin(canvas, stock)
            open_page = page
        _draw(canvas, label, stock, plan, (left, _page(stock)[1] - top))
    canvas.save()
    return out.getvalue()


def _page(stock: Stock) -> tuple[int, int]:
    """The page in dots."""
    return stock.dots(stock.page[0]), stock.dots(stock.page[1])


def _canvas(out: BytesIO, stock: Stock) -> Canvas:
    width, height = (dots * POINTS / stock.dpi for dots in _page(stock))
    canvas = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setTitle("Labels")
    # A page that the printer scales to its margins has no whole dots any more.
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def _begin(canvas: Canvas, stock: Stock) -> None:
    """From here on a unit is a printer dot."""
    canvas.scale(POINTS / stock.dpi, POINTS / stock.dpi)
    canvas.setFillGray(0)
    if stock.cut:
        _draw_cuts(canvas, stock)


def _draw_cuts(canvas: Canvas, stock: Stock) -> None:
    width, height = (stock.dots(side) for side in stock.size)
    page_height = _page(stock)[1]
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(2)
    for index in range(stock.per_sheet):
        _, left, top = stock.place(index)
        canvas.rect(left, page_height - top - height, width, height)


def _draw(
    canvas: Canvas, label: Label, stock: Stock, plan: Layout, at: tuple[int, int]
) -> None:
    """One label; `at` is its top left corner on the page, upwards."""
    left, top = at
    for mark, box in plan.symbols:
        _draw_symbol(canvas, label.code, mark, box, at)
    for line in lines(label, plan.text, stock.dpi):
        if runs_right(line.text):
            _draw_joined(canvas, line, stock.dpi, at)
            continue
        canvas.setFont(line.font, line.size * stock.dpi / POINTS)
        canvas.drawString(left + line.left, top - line.baseline, line.text)


def _draw_joined(canvas: Canvas, line: Line, dpi: int, at: tuple[int, int]) -> None:
    """Arabic as a picture: the writer of PDFs neither joins nor orders its letters."""
    drawn, baseline = strip(line, dpi)
    left, bottom = at[0] + line.left, at[1] - line.baseline + baseline - drawn.height
    canvas.drawImage(
        ImageReader(drawn), left, bottom, drawn.width, drawn.height, mask=None
    )


def _draw_symbol(
    canvas: Canvas, code: str, mark: Mark, box: Box, at: tuple[int, int]
) -> None:
    symbol, dots = encode(code, mark.symbology), int(mark.dots)
    tall = box.height // symbol.height
    left = at[0] + box.left + (box.width - symbol.width * dots) // 2
    top = at[1] - box.top
    path = canvas.beginPath()
    for row, first, length in symbol.runs():
        bottom = top - (row + 1) * tall
        path.rect(left + first * dots, bottom, length * dots, tall)
    canvas.drawPath(path, stroke=0, fill=1)
