"""The label stock we print on. To add one, add a line and print it on plain paper.

Sizes in millimetres; modules in whole printer dots, because a printer that rounds a
module to its dots makes wide and narrow ones of it and the symbol is lost. Sheets
leave for office laser printers at 600 dots an inch.
"""

from dataclasses import dataclass

from labels.errors import DoesNotFit
from labels.symbology import Symbology

A4 = (210.0, 297.0)
INCH = 25.4
SMALLEST = 2
"""Dots a module must have; one dot does not survive the ink's spread."""


@dataclass(frozen=True)
class Mark:
    """One symbol on each label: which, and how many printer dots its module has."""

    symbology: Symbology
    dots: float


@dataclass(frozen=True)
class Stock:
    name: str
    title: str
    columns: int
    rows: int
    corner: tuple[float, float]
    """The first label's left edge and top edge, from the page's."""
    size: tuple[float, float]
    marks: tuple[Mark, ...]
    """At most one square symbol and one linear."""
    gap: tuple[float, float] = (0, 0)
    """Between neighbours, across and down."""
    cut: bool = False
    """Plain material: thin lines show where to cut."""
    page: tuple[float, float] = A4
    dpi: int = 600

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    def dots(self, millimetres: float) -> int:
        return round(millimetres * self.dpi / INCH)

    def module_mm(self, mark: Mark) -> float:
        """What a scanner must resolve."""
        return mark.dots * INCH / self.dpi

    def place(self, index: int) -> tuple[int, int, int]:
        """Page, and left and top edge in dots, of the label at this position."""
        page, on_page = divmod(index, self.per_sheet)
        row, column = divmod(on_page, self.columns)
        left = self.corner[0] + column * (self.size[0] + self.gap[0])
        top = self.corner[1] + row * (self.size[1] + self.gap[1])
        return page, self.dots(left), self.dots(top)


TUBE = (Mark(Symbology.DATA_MATRIX, 6),)
BAG = (Mark(Symbology.DATA_MATRIX, 24), Mark(Symbology.CODE_128, 7))
PLATE = (Mark(Symbology.CODE_128, 6),)
CARD = (Mark(Symbology.QR, 20),)
# fmt: off
STOCKS = {stock.name: stock for stock in (
    Stock("tube", "Tubes: Avery L4732", 5, 16, (11, 13), (35.6, 16.9), TUBE, (2.5, 0)),
    Stock("bag", "Bags: Avery L7163", 2, 7, (4.65, 15.15), (99.1, 38.1), BAG, (2.5, 0)),
    Stock("plate", "Plates, to cut", 3, 22, (9, 16.5), (64, 12), PLATE, cut=True),
    Stock("paper", "Cards, to cut", 3, 9, (15, 13.5), (60, 30), CARD, cut=True),
)}
# fmt: on


def refuse_unprintable(stock: Stock) -> None:
    """Stop before a sheet is drawn that no printer could print as it is meant."""
    for mark in stock.marks:
        if mark.dots != int(mark.dots) or mark.dots < SMALLEST:
            raise DoesNotFit(
                f"Stock '{stock.name}': a module of '{mark.dots}' dots at {stock.dpi} "
                f"dpi cannot be printed; give a whole number of at least {SMALLEST}."
            )
    _refuse_overhang(stock)


def _refuse_overhang(stock: Stock) -> None:
    for side, count, at in (("width", stock.columns, 0), ("height", stock.rows, 1)):
        label, gap = stock.size[at], stock.gap[at]
        needed = stock.corner[at] + count * label + (count - 1) * gap
        if needed > stock.page[at]:
            raise DoesNotFit(
                f"Stock '{stock.name}': {count} labels of {label} mm with {gap} mm "
                f"between them reach to {needed:.1f} mm; the page's {side} is "
                f"{stock.page[at]} mm."
            )
