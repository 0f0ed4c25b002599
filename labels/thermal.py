"""A print job for a label printer: drawn, written in its language, and read back.

What is read back is what is sent: the pictures are taken out of the job's own bytes
and decoded as a scanner would.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from PIL import Image
from zxingcpp import BarcodeFormats, read_barcodes

from labels import brother, epl, zpl
from labels.content import Label
from labels.errors import DoesNotFit, DoesNotReadBack, LabelError
from labels.layout import layout
from labels.raster import picture
from labels.stock import Stock
from labels.symbol import FORMATS


class Language(StrEnum):
    """What a label printer is spoken to in."""

    ZPL = "zpl"
    EPL = "epl"
    BROTHER = "brother"


def proven(labels: Sequence[Label], stock: Stock, language: Language) -> bytes:
    """The job, after each of its labels was read back from it."""
    job = render(labels, stock, language)
    read_back(job, labels, stock, language)
    return job


def render(labels: Sequence[Label], stock: Stock, language: Language) -> bytes:
    if not labels:
        raise LabelError("There is nothing to print: choose at least one label.")
    require_roll(stock)
    plan = layout(stock)
    drawn = [picture(label, stock, plan) for label in labels]
    match language:
        case Language.ZPL:
            return zpl.render(drawn)
        case Language.EPL:
            return epl.render(drawn, stock.dots(stock.gap[1]))
        case Language.BROTHER:
            return brother.render(drawn, tape(stock))


def read_back(
    job: bytes, labels: Sequence[Label], stock: Stock, language: Language
) -> None:
    """Raises DoesNotReadBack where a label is missing, or reads as another."""
    found = list(pictures(job, stock, language))
    if len(found) != len(labels):
        raise DoesNotReadBack(
            f"The print job has {len(found)} labels; {len(labels)} were expected."
        )
    formats = BarcodeFormats([FORMATS[mark.symbology] for mark in stock.marks])
    for number, (label, drawn) in enumerate(zip(labels, found, strict=True), 1):
        wanted = sorted((mark.symbology.value, label.code) for mark in stock.marks)
        told = _symbols(drawn, formats)
        if told != wanted:
            says = ", ".join(f"{kind} '{code}'" for kind, code in told) or "nothing"
            raise DoesNotReadBack(
                f"Label {number} should read as '{label.code}' but reads as {says}. "
                "The print job is kept back; nothing was printed."
            )


def pictures(job: bytes, stock: Stock, language: Language) -> Iterator[Image.Image]:
    """The labels in the bytes of a job, as the printer will burn them."""
    match language:
        case Language.ZPL:
            return zpl.pictures(job)
        case Language.EPL:
            return epl.pictures(job)
        case Language.BROTHER:
            return brother.pictures(job, tape(stock))


def require_roll(stock: Stock) -> None:
    if not stock.roll:
        raise DoesNotFit(
            f"'{stock.title}' is a sheet; a label printer needs a roll. Print it as "
            "PDF, or choose the template of a roll."
        )


def tape(stock: Stock) -> brother.Tape:
    if stock.dpi != brother.DPI:
        raise DoesNotFit(
            f"'{stock.title}' is drawn at {stock.dpi} dpi; this printer has "
            f"{brother.DPI}."
        )
    return brother.tape_for(stock.dots(stock.size[0]), continuous=stock.gap[1] == 0)


def _symbols(drawn: Image.Image, formats: BarcodeFormats) -> list[tuple[str, str]]:
    found = read_barcodes(
        drawn.convert("L"), formats=formats, try_rotate=False, try_downscale=False
    )
    return sorted((str(one.format), one.text) for one in found)
