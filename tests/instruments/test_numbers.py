"""Decimal points, decimal commas and thousands: decided for a file, or refused."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from instruments.errors import BadTable
from instruments.numbers import LONGEST, Numbers, Style, style_of


def _style(*cells: str) -> Style:
    return style_of((line, "Size 1", cell) for line, cell in enumerate(cells, 2))


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        ([], Style.POINT),
        (["1204", ""], Style.POINT),
        (["704,98"], Style.COMMA),
        (["1,250", "704,98"], Style.COMMA),
        (["1,250", "704.98"], Style.POINT),
        (["846,041.750"], Style.POINT),
        (["1.250,5"], Style.COMMA),
        (["100,000,000"], Style.POINT),
        (["1.250.000", "1,250"], Style.COMMA),
        (["0,125"], Style.COMMA),
        (["1250,125"], Style.COMMA),
        (["x,y", "OL", ","], Style.POINT),
    ],
)
def test_the_style_is_told_by_the_numbers(cells: list[str], style: Style) -> None:
    assert _style(*cells) is style


def test_a_comma_that_may_mean_thousands_or_decimals_is_a_question() -> None:
    with pytest.raises(BadTable) as told:
        _style("12", "1,250")
    assert (told.value.line, told.value.column, told.value.value) == (
        3,
        "Size 1",
        "1,250",
    )


def test_two_styles_in_one_file_are_refused() -> None:
    with pytest.raises(BadTable, match="line 2 has a decimal point"):
        _style("1.5", "2,75")


@pytest.mark.parametrize(
    ("style", "cell", "number"),
    [
        (Style.POINT, "121.35", "121.35"),
        (Style.POINT, "6330.0", "6330.0"),
        (Style.POINT, "846,041.750", "846041.750"),
        (Style.COMMA, "704,986", "704.986"),
        (Style.COMMA, "1.204", "1204"),
        (Style.COMMA, "1.204,5", "1204.5"),
    ],
)
def test_a_number_keeps_its_digits(style: Style, cell: str, number: str) -> None:
    assert Numbers(style).column([cell, ""]) == [Decimal(number), None]


@pytest.mark.parametrize(
    "cell",
    [
        *("1.2.3", "-5", "+5", "1e5", "1_000", "NaN", "Infinity", ".", "１２", "12o4"),
        *("0x10", "=1+1", "1 000", "1,2,3.5", "9" * (LONGEST + 1)),
    ],
)
def test_what_decimal_might_take_but_no_instrument_writes_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Numbers().column(["12", cell])
    with pytest.raises(ValueError, match=r".*"):
        Numbers().one(cell)


@settings(deadline=None)
@given(st.lists(st.decimals(0, 10**6, places=2).map(str) | st.just("")))
def test_a_column_is_read_as_its_cells_are(cells: list[str]) -> None:
    numbers = Numbers()
    assert list(numbers.column(cells)) == [numbers.one(cell) for cell in cells]
