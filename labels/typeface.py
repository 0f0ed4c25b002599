"""Text on labels: DejaVu, shipped in fonts/, in the largest size that fits."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import bidirectional

from PIL import ImageFont, features
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from labels.content import Label
from labels.errors import DoesNotFit, LabelError
from labels.layout import Box

FONTS = Path(__file__).parent / "fonts"
CODE, CAPTION = "DejaVuSansMono-Bold", "DejaVuSans"
SMALLEST, LARGEST = 5, 20
"""Points: below, it cannot be read on a tube; above, it is only loud."""
READS_WELL = 8
CAPTION_SIZE = 6
LEADING = 1.2
BASELINE = 0.965
"""Shares of the size: a line, and where in it a capital letter's foot stands."""


@dataclass(frozen=True)
class Line:
    """Left edge and baseline in dots from the label's left and top edge."""

    text: str
    font: str
    size: float
    left: int
    baseline: int


def lines(label: Label, box: Box, dpi: int) -> list[Line]:
    """The code, whole or in its groups below each other, then the captions."""
    for caption in (label.text, *label.captions):
        _refuse_unprintable(caption)
    dot = dpi / 72
    small = CAPTION_SIZE * dot * LEADING * len(label.captions)
    groups, size = _arranged(label, box.width / dot, (box.height - small) / dot)
    block = len(groups) * size * dot * LEADING + small
    top = box.top + (box.height - block) / 2
    placed = []
    for text, font, points in [
        *((group, CODE, size) for group in groups),
        *((caption, CAPTION, CAPTION_SIZE) for caption in label.captions),
    ]:
        baseline = round(top + points * dot * BASELINE)
        cut = _cut(text, font, points, box.width / dot)
        placed.append(Line(cut, font, points, box.left, baseline))
        top += points * dot * LEADING
    return placed


def _arranged(label: Label, width: float, height: float) -> tuple[list[str], float]:
    """One line where that is read well, else one line a group if that is larger."""
    said = f"{label.text}·{label.mark}" if label.mark else label.text
    whole, parted = [said], said.split("-")
    size, larger = (_size(lines_, width, height) for lines_ in (whole, parted))
    if size < min(READS_WELL, 0.8 * larger):
        whole, size = parted, larger
    if size < SMALLEST:
        raise DoesNotFit(
            f"'{label.text}' with {len(label.captions)} captions would be smaller than "
            f"{SMALLEST} points on this label. Take a larger label."
        )
    return whole, size


def _size(lines_: list[str], width: float, height: float) -> float:
    widest = max(typeface(CODE).stringWidth(line, 1) for line in lines_)
    fits = min(width / widest, height / (len(lines_) * LEADING), LARGEST)
    return int(fits * 2) / 2


def _cut(text: str, font: str, size: float, width: float) -> str:
    """A caption that is too long ends in an ellipsis; a code never is."""
    if _width(text, font, size) <= width:
        return text
    while text and _width(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _width(text: str, font: str, size: float) -> float:
    """In points. Arabic letters are as wide as they are when they are joined."""
    if runs_right(text):
        return pen(font, 100).getlength(text) * size / 100
    return float(typeface(font).stringWidth(text, size))


def runs_right(text: str) -> bool:
    """Whether some of it is written from right to left."""
    return any(bidirectional(one) in {"R", "AL"} for one in text)


def begins_right(text: str) -> bool:
    """Whether the line is read from the right: its first letter is (UAX 9, P2)."""
    kinds = (bidirectional(one) for one in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def _refuse_unprintable(text: str) -> None:
    """No empty boxes, and no Arabic without its joined forms."""
    known = typeface(CAPTION).face.charToGlyph
    for character in text:
        if ord(character) not in known:
            raise LabelError(
                f"The labels' typeface cannot print '{character}'. Write the caption "
                "in Latin, Greek, Cyrillic or Arabic letters."
            )
    if runs_right(text) and not features.check("raqm"):
        raise LabelError(
            "This computer cannot join Arabic letters: the library FriBiDi is missing "
            "(Debian: libfribidi0). Nothing was printed."
        )


@lru_cache(maxsize=64)
def pen(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    """The same typeface for pictures, which joins and orders Arabic letters."""
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), pixels)


@cache
def typeface(name: str) -> TTFont:
    """A shipped typeface, registered, with one width mended.

    reportlab 5.1 keeps the widths that a monospaced font leaves out in another unit
    than the others, and writes both into the file: PDF/A refuses that.
    """
    found = TTFont(name, str(FONTS / f"{name}.ttf"))
    given = [width for width, _ in found.face.hmetrics if isinstance(width, int)]
    found.face.hmetrics = [
        (width if isinstance(width, int) else given[-1], bearing)
        for width, bearing in found.face.hmetrics
    ]
    registerFont(found)
    return found
