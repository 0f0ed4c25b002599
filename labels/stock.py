"""The label stock we print on. To add one, add a line and print it on plain paper.

Sizes in millimetres; modules in whole printer dots, because a printer that rounds a
module to its dots makes wide and narrow ones of it and the symbol is lost. Sheets
leave for office laser printers at 600 dots an inch, rolls for label printers at 300.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from labels.errors import DoesNotFit
from labels.symbology import Symbology

A4 = (210.0, 297.0)
INCH = 25.4
SMALLEST = 2
"""Dots a module must have; one dot does not survive the ink's spread."""


class Wearer(StrEnum):
    """What a label is stuck on."""

    TUBE = "tube"
    CAP = "cap"
    BAG = "bag"
    BOX = "box"
    PLATE = "plate"
    KIT = "kit"
    PAPER = "paper"


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
    wearer: Wearer = Wearer.TUBE
    words: tuple[str, ...] = ()
    """Lines that every label of it says, such as a warning; the same on each."""
    margin: float = 1.0
    """Blank on each side of a label: the stock shifts in the printer."""
    round: bool = False
    """A round label; its size is the diameter twice."""

    @property
    def roll(self) -> bool:
        """One label after the other: its page is the label."""
        return self.page == self.size

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
SMALL = (Mark(Symbology.DATA_MATRIX, 3),)
LARGE = (Mark(Symbology.DATA_MATRIX, 10), Mark(Symbology.CODE_128, 3))
BOX = (Mark(Symbology.DATA_MATRIX, 6), Mark(Symbology.CODE_128, 3))
BARS = (Mark(Symbology.CODE_128, 3),)
SHEETS = (
    Stock("tube", "Tubes: Avery L4732", 5, 16, (11, 13), (35.6, 16.9), TUBE, (2.5, 0)),
    Stock(
        "bag", "Bags: Avery L7163", 2, 7, (4.65, 15.15), (99.1, 38.1), BAG, (2.5, 0),
        wearer=Wearer.BAG,
    ),
    Stock(
        "plate", "Plates, to cut", 3, 22, (9, 16.5), (64, 12), PLATE,
        cut=True, wearer=Wearer.PLATE,
    ),
    Stock(
        "paper", "Cards, to cut", 3, 9, (15, 13.5), (60, 30), CARD,
        cut=True, wearer=Wearer.PAPER,
    ),
    Stock(
        "tube-85", "Small tubes: 85 a sheet", 5, 17, (33.5, 38), (25, 13), SMALL,
        (4.5, 0), dpi=300,
    ),
)  # fmt: skip


def roll(
    name: str,
    title: str,
    size: tuple[float, float],
    marks: tuple[Mark, ...],
    wearer: Wearer,
    dpi: int = 300,
    gap: float = 3,
) -> Stock:
    """Labels one behind the other, `gap` millimetres apart; 0 on continuous paper."""
    return Stock(
        name, title, 1, 1, (0, 0), size, marks, (0, gap),
        page=size, dpi=dpi, wearer=wearer,
    )  # fmt: skip


CAP = roll("roll-cap", "Roll, caps: 12.7 mm round", (12.7, 12.7), SMALL, Wearer.CAP)
ROLLS = (
    roll("roll-tube", "Roll, tubes: 25 x 13 mm", (25, 13), SMALL, Wearer.TUBE),
    replace(CAP, margin=0.5, round=True),
    roll("roll-bag", "Roll, bags: 76 x 38 mm", (76, 38), LARGE, Wearer.BAG),
    roll("roll-box", "Roll, boxes: 60 x 30 mm", (60, 30), BOX, Wearer.BOX),
    roll("roll-plate", "Roll, plates: 76 x 10 mm", (76, 10), BARS, Wearer.PLATE),
    roll("roll-kit", "Roll, kits: 50 x 25 mm", (50, 25), BOX[:1], Wearer.KIT),
    roll("roll-62", "Continuous, 62 mm: boxes", (58.9, 30), BOX, Wearer.BOX, gap=0),
)  # fmt: skip
STOCKS = {stock.name: stock for stock in (*SHEETS, *ROLLS)}


def refuse_unprintable(stock: Stock) -> None:
    """Stop before a sheet is drawn that no printer could print as it is meant."""
    for mark in stock.marks:
        if mark.dots != int(mark.dots) or mark.dots < SMALLEST:
            raise DoesNotFit(
                f"Stock '{stock.name}': a module of '{mark.dots}' dots at {stock.dpi} "
                f"dpi cannot be printed; give a whole number of at least {SMALLEST}."
            )
    if not stock.roll:
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
