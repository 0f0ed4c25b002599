"""Symbols have the size that the labels have room for, and hold their code."""

from PIL import Image
import pytest
from zxingcpp import read_barcodes

from labels.errors import LabelError
from labels.symbol import Symbol, encode
from labels.symbology import FORMS, Symbology
from tests.labels.some import codes


@pytest.mark.parametrize("symbology", Symbology)
def test_each_code_gives_a_symbol_of_the_known_size(symbology: Symbology) -> None:
    form = FORMS[symbology]
    for code in codes(400):
        symbol = encode(code, symbology)
        assert symbol.height == form.height
        assert symbol.width <= form.width
    assert symbology is Symbology.CODE_128 or symbol.width == form.width


@pytest.mark.parametrize("symbology", Symbology)
def test_a_symbol_is_read_as_its_code(symbology: Symbology) -> None:
    for code in codes(50):
        (found,) = read_barcodes(_picture(encode(code, symbology)))
        assert (found.text, str(found.format)) == (code, symbology)


@pytest.mark.parametrize(
    ("symbology", "too_long"),
    [
        (Symbology.DATA_MATRIX, "S7K2M9QXAV7"),
        (Symbology.CODE_128, "S7K2M9QXAVB"),
        (Symbology.QR, "S" * 21),
    ],
)
def test_a_content_that_needs_a_larger_symbol_is_refused(
    symbology: Symbology, too_long: str
) -> None:
    with pytest.raises(LabelError, match=f"'{too_long}' gives a {symbology} of"):
        encode(too_long, symbology)


def test_runs_join_neighbouring_dark_modules() -> None:
    symbol = Symbol(((True, True, False, True), (False, True, True, True)))
    assert symbol.runs() == [(0, 0, 2), (0, 3, 1), (1, 1, 3)]


def _picture(symbol: Symbol, scale: int = 4, quiet: int = 12) -> Image.Image:
    """Grey levels of the symbol on white paper; a linear one is made 20 tall."""
    rows = symbol.rows if symbol.height > 1 else symbol.rows * 20
    side = bytes([255]) * quiet * scale
    wide = (2 * quiet + symbol.width) * scale
    lines = [bytes([255]) * wide] * quiet * scale
    for row in rows:
        dark = b"".join(bytes([0 if module else 255]) * scale for module in row)
        lines += [side + dark + side] * scale
    lines += [bytes([255]) * wide] * quiet * scale
    return Image.frombytes("L", (wide, len(lines)), b"".join(lines))
