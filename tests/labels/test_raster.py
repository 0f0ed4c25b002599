"""Pictures of labels: the same dots everywhere, in every script."""

from PIL import Image, ImageDraw, features
from pypdfium2 import PdfDocument
import pytest

from labels.content import Label
from labels.errors import LabelError
from labels.layout import layout
from labels.raster import picture
from labels.sheet import render
from labels.stock import ROLLS, STOCKS, Stock
from labels.typeface import begins_right, pen, runs_right
from tests.labels.some import codes, label, labels

KIT = STOCKS["roll-kit"]
GREEK, ARABIC = "Ανθρώπινα λείψανα", "رفات بشرية"


@pytest.mark.parametrize("stock", ROLLS, ids=lambda stock: stock.name)
def test_a_picture_has_a_pixel_for_each_dot_and_a_blank_margin(stock: Stock) -> None:
    drawn = picture(labels(1)[0], stock)
    assert drawn.mode == "1"
    assert drawn.size == tuple(stock.dots(side) for side in stock.size)
    box = Image.eval(drawn.convert("L"), lambda level: 255 - level).getbbox()
    assert box is not None
    margin = stock.dots(stock.margin)
    assert box[0] >= margin
    assert box[1] >= margin
    assert box[2] <= drawn.width - margin
    assert box[3] <= drawn.height - margin


def test_all_of_a_round_label_lies_within_the_circle() -> None:
    cap = STOCKS["roll-cap"]
    drawn = picture(labels(1)[0], cap).convert("L")
    outside = Image.new("L", drawn.size, 255)
    edge = cap.dots(cap.margin)
    circle = (edge, edge, drawn.width - edge, drawn.height - edge)
    ImageDraw.Draw(outside).ellipse(circle, fill=0)
    drawn.paste(255, mask=Image.eval(outside, lambda level: 255 - level))
    assert drawn.getextrema() == (255, 255)


@pytest.mark.parametrize("words", [GREEK, ARABIC, "Περιέχει رفات 2"])
def test_words_of_other_scripts_are_printed_whole(words: str) -> None:
    plain, said = (picture(one, KIT) for one in (_said(), _said(words)))
    assert plain.tobytes() != said.tobytes()


def test_arabic_is_joined_and_stands_from_right_to_left() -> None:
    """Joined it is narrower than its letters; its first letter stands at the right."""
    joined, letters = (pen("DejaVuSans", 40).getlength(text) for text in ("بب", "ب"))
    assert joined < 2 * letters * 0.9
    text = layout(KIT).text
    whole, longer = (_black(_said(word)) for word in ("ا", "ا" + "ـ" * 12))
    assert whole[0] == pytest.approx(longer[0], abs=4)  # both begin at the left edge
    alone, then = (_column(_said(word), text.left) for word in ("اـ", "ـا"))
    assert alone != then


def test_the_order_of_a_line_is_that_of_its_first_letter() -> None:
    assert begins_right(f"2 {ARABIC} A")
    assert not begins_right(f"A {ARABIC}")
    assert not begins_right("12")
    assert runs_right(f"A {ARABIC}")


def test_arabic_needs_the_library_that_joins_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(LabelError, match="libfribidi0"):
        picture(_said(ARABIC), KIT)
    picture(_said(GREEK), KIT)


def test_a_sheet_shows_arabic_as_the_label_printer_does() -> None:
    """As a picture beside the text, from which the code is still read."""
    sheet = STOCKS["bag"]
    with PdfDocument(render([_said(ARABIC)], sheet)) as document:
        kinds = [type(one).__name__ for one in document[0].get_objects()]
        assert "PdfImage" in kinds


def _said(*words: str) -> Label:
    return label(codes(1)[0], *words)


def _black(one: Label) -> tuple[int, int, int, int]:
    """The box of the lines below the code."""
    text = layout(KIT).text
    drawn = (
        picture(one, KIT)
        .convert("L")
        .crop((text.left - 2, text.top + text.height // 2 + 30, *_size()))
    )
    box = Image.eval(drawn, lambda level: 255 - level).getbbox()
    assert box is not None
    return box


def _column(one: Label, left: int) -> bytes:
    drawn = picture(one, KIT)
    return drawn.crop((left, 0, left + 6, drawn.height)).tobytes()


def _size() -> tuple[int, int]:
    return KIT.dots(KIT.size[0]), KIT.dots(KIT.size[1])
