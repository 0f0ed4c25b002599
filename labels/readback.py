"""Read a drawn sheet as a scanner would. A label that does not read does not leave."""

from collections.abc import Sequence
from threading import Lock

from PIL.Image import Image
from pypdfium2 import PdfDocument, PdfPage, PdfTextPage
from zxingcpp import BarcodeFormats, read_barcodes

from labels.content import Label
from labels.errors import DoesNotReadBack
from labels.sheet import POINTS, render
from labels.stock import Stock
from labels.symbol import FORMATS

PIXELS = 3
"""For each module of the smallest symbol: no more than a modest scanner has."""
_one_at_a_time = Lock()
"""PDFium must not be entered by two threads."""


def proven(labels: Sequence[Label], stock: Stock, skip: int = 0) -> bytes:
    """The sheet as PDF, after each of its labels was read back from it."""
    sheet = render(labels, stock, skip)
    read_back(sheet, labels, stock, skip)
    return sheet


def read_back(
    sheet: bytes, labels: Sequence[Label], stock: Stock, skip: int = 0
) -> None:
    """Rasterise each page and decode each label by itself.

    One decoding of a whole page would stop at 255 symbols, and would not tell which
    label holds what.
    """
    pages: dict[int, list[tuple[int, Label]]] = {}
    for index, label in enumerate(labels, skip):
        pages.setdefault(stock.place(index)[0], []).append((index, label))
    with _one_at_a_time, PdfDocument(sheet) as document:
        if len(document) != len(pages):
            raise DoesNotReadBack(
                f"The sheet has {len(document)} pages; {len(pages)} were expected."
            )
        for page, expected in pages.items():
            _read_page(document[page], expected, stock)


def _read_page(
    page: PdfPage, expected: Sequence[tuple[int, Label]], stock: Stock
) -> None:
    scale = PIXELS / min(mark.dots for mark in stock.marks)
    picture = page.render(
        scale=scale * stock.dpi / POINTS, grayscale=True, draw_annots=False
    ).to_pil()
    text = page.get_textpage()
    for index, label in expected:
        found = _symbols(_cell(picture, stock, index, scale), stock)
        wanted = sorted((mark.symbology.value, label.code) for mark in stock.marks)
        if found != wanted:
            told = ", ".join(f"{kind} '{code}'" for kind, code in found) or "nothing"
            raise _refusal(index, label, stock, told)
        printed = _text(text, page.get_height(), stock, index)
        if "".join(label.text.split("-")) not in printed:
            raise _refusal(index, label, stock, f"the text '{printed}'")


def _cell(picture: Image, stock: Stock, index: int, scale: float) -> Image:
    _, left, top = stock.place(index)
    width, height = (stock.dots(side) for side in stock.size)
    return picture.crop(
        (left * scale, top * scale, (left + width) * scale, (top + height) * scale)
    )


def _symbols(cell: Image, stock: Stock) -> list[tuple[str, str]]:
    formats = [FORMATS[mark.symbology] for mark in stock.marks]
    found = read_barcodes(cell, formats=BarcodeFormats(formats))
    return sorted((str(one.format), one.text) for one in found)


def _text(text: PdfTextPage, height: float, stock: Stock, index: int) -> str:
    """What can be read in the label's area, without blanks and dashes."""
    _, left, top = stock.place(index)
    dot = POINTS / stock.dpi
    wide, tall = (stock.dots(side) * dot for side in stock.size)
    found: str = text.get_text_bounded(
        left=left * dot,
        top=height - top * dot,
        right=left * dot + wide,
        bottom=height - top * dot - tall,
    )
    return "".join(found.replace("-", " ").split())


def _refusal(index: int, label: Label, stock: Stock, told: str) -> DoesNotReadBack:
    page, position = divmod(index, stock.per_sheet)
    return DoesNotReadBack(
        f"Label {position + 1} on page {page + 1} should read as '{label.code}' but "
        f"reads as {told}. The sheet is kept back; nothing was printed."
    )
