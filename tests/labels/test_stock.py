"""Stock: what we ship can be printed and read; what cannot is refused."""

from dataclasses import replace

import pytest

from labels.errors import DoesNotFit
from labels.layout import Box, layout
from labels.stock import STOCKS, Mark, Stock
from labels.symbology import FORMS, Symbology

TUBE = STOCKS["tube"]


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_every_label_of_a_stock_lies_on_its_page(stock: Stock) -> None:
    layout(stock)
    page, left, top = stock.place(stock.per_sheet - 1)
    assert page == 0
    assert left + stock.dots(stock.size[0]) <= stock.dots(stock.page[0])
    assert top + stock.dots(stock.size[1]) <= stock.dots(stock.page[1])
    assert stock.place(stock.per_sheet)[0] == 1


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_symbols_keep_their_quiet_zone_within_the_label(stock: Stock) -> None:
    plan = layout(stock)
    width, height = (stock.dots(side) for side in stock.size)
    margin = stock.dots(stock.margin)
    for mark, box in plan.symbols:
        form = FORMS[mark.symbology]
        quiet = int(form.quiet * mark.dots)
        assert box.width == form.width * mark.dots
        assert box.left >= margin + quiet
        assert box.left + box.width + quiet <= width - margin
        if form.height > 1:
            assert box.top >= margin + quiet
            assert box.top + box.height + quiet <= height - margin
        else:
            assert box.height >= stock.dots(7)
        assert not _overlap(_grown(box, quiet, form.height), plan.text)


def test_tubes_wear_a_data_matrix_of_a_quarter_of_a_millimetre_a_module() -> None:
    assert TUBE.marks == (Mark(Symbology.DATA_MATRIX, 6),)
    assert TUBE.module_mm(TUBE.marks[0]) == pytest.approx(0.254)


def test_bags_wear_both_symbols_and_each_is_large() -> None:
    sizes = {m.symbology: STOCKS["bag"].module_mm(m) for m in STOCKS["bag"].marks}
    assert set(sizes) == {Symbology.DATA_MATRIX, Symbology.CODE_128}
    assert 0.5 <= sizes[Symbology.DATA_MATRIX] <= 1.02
    assert 0.25 <= sizes[Symbology.CODE_128] <= 0.33


@pytest.mark.parametrize("dots", [2.5, 1, 0, -3, 5.9])
def test_a_module_that_is_no_whole_number_of_dots_is_refused(dots: float) -> None:
    broken = replace(TUBE, marks=(Mark(Symbology.DATA_MATRIX, dots),))
    with pytest.raises(DoesNotFit, match=f"'{dots}' dots"):
        layout(broken)


@pytest.mark.parametrize(
    ("size", "marks"),
    [
        ((5.0, 16.9), TUBE.marks),
        ((35.6, 5.0), TUBE.marks),
        ((35.6, 16.9), (Mark(Symbology.CODE_128, 6),)),
        ((35.6, 16.9), (Mark(Symbology.QR, 14),)),
    ],
)
def test_a_symbol_that_does_not_fit_with_its_quiet_zone_is_refused(
    size: tuple[float, float], marks: tuple[Mark, ...]
) -> None:
    with pytest.raises(DoesNotFit, match="does not fit the"):
        layout(replace(TUBE, size=size, marks=marks))


def test_bars_that_a_line_would_slip_off_are_refused() -> None:
    with pytest.raises(DoesNotFit, match="does not fit the"):
        layout(replace(STOCKS["plate"], size=(64, 8)))


def test_labels_that_overhang_the_page_are_refused() -> None:
    for wider in (
        replace(TUBE, columns=6),
        replace(TUBE, rows=17),
        replace(TUBE, gap=(6, 0)),
        replace(TUBE, corner=(25, 13)),
    ):
        with pytest.raises(DoesNotFit, match="the page's"):
            layout(wider)


def _grown(box: Box, quiet: int, modules_high: int) -> Box:
    above = quiet if modules_high > 1 else 0
    return Box(
        box.left - quiet,
        box.top - above,
        box.width + 2 * quiet,
        box.height + 2 * above,
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )
