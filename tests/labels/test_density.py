"""The test page: every module at every darkness, and no code of anything."""

import pytest
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from labels import density, thermal
from labels.errors import DoesNotFit
from labels.stock import STOCKS
from labels.thermal import Language


@pytest.mark.parametrize("language", Language)
def test_every_symbol_of_the_page_reads(language: Language) -> None:
    stock = STOCKS["roll-62"]
    page = density.render(stock, language)
    tried = density.darknesses(language)
    shown = list(thermal.pictures(page, stock, language))
    assert len(shown) == len(tried)
    formats = BarcodeFormats([BarcodeFormat.DataMatrix])
    for darkness, drawn in zip(tried, shown, strict=True):
        read = sorted(one.text for one in read_barcodes(drawn.convert("L"), formats))
        assert read == density.contents(darkness)


def test_zpl_tries_it_darker_and_lighter_than_it_is_set() -> None:
    page = density.render(STOCKS["roll-tube"], Language.ZPL)
    assert page.count(b"^MD") == 5
    assert page.startswith(b"^XA^MD-8^PW")


def test_a_page_that_does_not_fit_says_so() -> None:
    with pytest.raises(DoesNotFit, match="does not fit"):
        density.render(STOCKS["roll-cap"], Language.ZPL)
    with pytest.raises(DoesNotFit, match="needs a roll"):
        density.render(STOCKS["tube"], Language.ZPL)
