"""Sheets: every label reads back, the same labels give the same bytes."""

from pathlib import Path
import re
import subprocess
import sys

from PIL import Image
from pypdfium2 import PdfDocument
import pytest
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from labels import sheet as drawing
from labels import typeface
from labels.content import Label
from labels.errors import DoesNotFit, DoesNotReadBack, LabelError
from labels.layout import layout
from labels.readback import proven, read_back
from labels.sheet import render
from labels.stock import SHEETS, STOCKS, Stock
from labels.symbol import Symbol, encode
from labels.symbology import Symbology
from tests.labels.some import codes, label, labels
from tests.programs import program

TUBE = STOCKS["tube"]


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_a_full_sheet_of_each_stock_reads_back(stock: Stock) -> None:
    sheet = proven(labels(stock.per_sheet), stock)
    assert _pages(sheet) == 1


def test_more_labels_than_one_decoding_holds_read_back() -> None:
    assert _pages(proven(labels(300), TUBE)) == 4


def test_poppler_shows_the_same_codes_at_300_dots(tmp_path: Path) -> None:
    """The second opinion: another program draws the page, no label is cut out."""
    sheet = render(labels(TUBE.per_sheet), TUBE)
    formats = BarcodeFormats([BarcodeFormat.DataMatrix])
    found = read_barcodes(_by_poppler(sheet, tmp_path), formats)
    assert sorted(one.text for one in found) == sorted(codes(TUBE.per_sheet))
    assert {one.symbology_identifier for one in found} == {"]d1"}


def test_a_part_used_sheet_is_continued_at_the_next_position() -> None:
    first, rest = labels(3)[:1], labels(3)[1:]
    assert _pages(proven(rest, TUBE, skip=TUBE.per_sheet - 1)) == 2
    with pytest.raises(DoesNotReadBack, match="reads as nothing"):
        read_back(render(first, TUBE), first, TUBE, skip=1)


@pytest.mark.parametrize("skip", [-1, 80])
def test_more_used_positions_than_a_sheet_has_are_refused(skip: int) -> None:
    with pytest.raises(LabelError, match=f"'{skip}' positions"):
        render(labels(1), TUBE, skip)


def test_a_sheet_of_nothing_is_refused() -> None:
    with pytest.raises(LabelError, match="nothing to print"):
        render([], TUBE)


def test_the_same_labels_give_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; from labels.sheet import render; from labels.stock import STOCKS;"
        "from tests.labels.some import labels;"
        "sys.stdout.buffer.write(render(labels(90), STOCKS['tube'], 5))"
    )
    command = [sys.executable, "-c", script]
    other = subprocess.run(command, capture_output=True, check=True)
    assert other.stdout == render(labels(90), TUBE, 5)
    assert render(labels(90, seed=2), TUBE, 5) != other.stdout


def test_a_label_with_another_labels_symbol_is_kept_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right, wrong = codes(2)

    def swapped(code: str, symbology: Symbology) -> Symbol:
        return encode(wrong if code == right else code, symbology)

    monkeypatch.setattr(drawing, "encode", swapped)
    told = re.escape(f"should read as '{right}' but reads as Data Matrix '{wrong}'")
    with pytest.raises(DoesNotReadBack, match=told):
        proven([label(right)], TUBE)


def test_a_label_whose_text_is_another_labels_is_kept_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = labels(2)
    genuine = typeface.lines
    monkeypatch.setattr(drawing, "lines", lambda _, box, dpi: genuine(other, box, dpi))
    with pytest.raises(DoesNotReadBack, match=f"reads as the text '{other.code}'"):
        proven([one], TUBE)


def test_a_label_cannot_say_another_code_than_its_symbol() -> None:
    one, other = labels(2)
    with pytest.raises(LabelError, match="may not say"):
        Label(one.code, other.text)


def test_labels_in_another_order_are_kept_back() -> None:
    one, other = labels(2)
    with pytest.raises(DoesNotReadBack, match="Label 1 on page 1"):
        read_back(render([other, one], TUBE), [one, other], TUBE)


def test_a_missing_page_is_kept_back() -> None:
    many = labels(81)
    with pytest.raises(DoesNotReadBack, match="has 1 pages; 2 were expected"):
        read_back(render(many[:80], TUBE), many, TUBE)


def test_a_broken_symbol_is_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Symbol, "runs", lambda _: [(0, 0, 7), (13, 0, 14)])
    with pytest.raises(DoesNotReadBack, match="reads as nothing"):
        proven(labels(1), TUBE)


def test_a_symbol_is_one_path_without_hairlines() -> None:
    with PdfDocument(render(labels(1), TUBE)) as document:
        assert len(list(document[0].get_objects())) == 2  # the symbol and the text


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_modules_stand_on_whole_printer_dots(stock: Stock, tmp_path: Path) -> None:
    """At the printer's own resolution no dot of a symbol is half black.

    Lighter greys are left by the rounding of a dot's edge.
    """
    page = _by_poppler(render(labels(stock.per_sheet), stock), tmp_path, stock.dpi)
    for index in range(stock.per_sheet):
        _, left, top = stock.place(index)
        for _, box in layout(stock).symbols:
            at = (left + box.left, top + box.top)
            symbol = page.crop((*at, at[0] + box.width, at[1] + box.height))
            levels = {level for _, level in symbol.getcolors() or []}
            assert {0, 255} <= levels, index
            assert not levels & set(range(1, 170)), index


def test_captions_stand_below_and_end_in_an_ellipsis_when_too_long() -> None:
    one = label(codes(1)[0], "copy 2", "Freezer 3 · shelf 2 · box 14 · Ψ " * 3)
    with PdfDocument(proven([one], TUBE)) as document:
        text = document[0].get_textpage().get_text_range()
    assert "copy 2" in text
    assert "Freezer 3 · shelf" in text
    assert "…" in text


@pytest.mark.parametrize("caption", ["冷凍庫", "กล่อง"])
def test_a_caption_that_would_print_wrong_is_refused(caption: str) -> None:
    with pytest.raises(LabelError, match="cannot print"):
        render([label(codes(1)[0], caption)], TUBE)


def test_text_that_would_be_too_small_to_read_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="smaller than 5 points"):
        render([label(codes(1)[0], *["line"] * 9)], STOCKS["plate"])


def test_a_sheet_asks_to_be_printed_at_its_own_size() -> None:
    assert b"/PrintScaling /None" in render(labels(1), TUBE)


def _pages(sheet: bytes) -> int:
    with PdfDocument(sheet) as document:
        return len(document)


def _by_poppler(sheet: bytes, folder: Path, dpi: int = 300) -> Image.Image:
    (folder / "sheet.pdf").write_bytes(sheet)
    command = [program("pdftoppm"), "-gray", "-singlefile", "-r", str(dpi)]
    target = folder / "page"
    subprocess.run([*command, folder / "sheet.pdf", target], check=True)
    return Image.open(target.with_suffix(".pgm"))
