"""Symbols as matrices of modules, in the sizes that a code of ten characters needs.

A code always gives a symbol of the same size. The writer ignores options that it does
not know, so what it made is measured before it is believed.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import cast

from zxingcpp import BarcodeFormat, create_barcode

from labels.errors import LabelError
from labels.symbology import FORMS, Form, Symbology

FORMATS = {
    Symbology.CODE_128: BarcodeFormat.Code128,
    Symbology.DATA_MATRIX: BarcodeFormat.DataMatrix,
    Symbology.QR: BarcodeFormat.QRCode,
}


@dataclass(frozen=True)
class Symbol:
    """Rows of modules, True where it is dark, without the quiet zone."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)

    def runs(self) -> list[tuple[int, int, int]]:
        """Dark runs as (row, first module, number of modules)."""
        return [
            (y, run[0][0], len(run))
            for y, row in enumerate(self.rows)
            for dark, group in groupby(enumerate(row), key=lambda module: module[1])
            if dark and (run := list(group))
        ]


def encode(code: str, symbology: Symbology) -> Symbol:
    form = FORMS[symbology]
    symbol = draw(code, symbology)
    if not _has_size(symbol, form):
        raise LabelError(
            f"'{code}' gives a {symbology} of {symbol.width} x {symbol.height} modules;"
            f" labels have room for {form.width} x {form.height}. Print a code of ten "
            "capital letters and digits."
        )
    return symbol


def draw(text: str, symbology: Symbology) -> Symbol:
    """In whatever size the text needs: for paper, where there is room."""
    form = FORMS[symbology]
    drawn = create_barcode(text, FORMATS[symbology], **form.options)
    # The types of zxing-cpp do not tell that its images are two-dimensional buffers.
    image = cast("bytes", drawn.to_image(scale=1, add_quiet_zones=False))
    pixels = cast("list[list[int]]", memoryview(image).tolist())
    wanted = pixels if form.height > 1 else pixels[:1]
    return Symbol(tuple(tuple(level == 0 for level in row) for row in wanted))


def _has_size(symbol: Symbol, form: Form) -> bool:
    """A run of digits makes a Code 128 narrower; the others have one size."""
    if form.height == 1:
        return symbol.width <= form.width
    return (symbol.width, symbol.height) == (form.width, form.height)
