"""Templates as data: nothing that does not fit, read or blind can be used."""

from dataclasses import replace
import json
from typing import Any

import pytest

from labels import template
from labels.errors import DoesNotFit, LabelError
from labels.stock import STOCKS, Mark, Stock, Wearer
from labels.symbology import Symbology
from labels.words import WORDS, texts

TUBE = STOCKS["roll-tube"]


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_what_comes_with_the_program_passes_every_check(stock: Stock) -> None:
    template.require_usable(stock)
    assert template.read(template.document(stock)) == stock


def test_each_kind_of_thing_has_a_template() -> None:
    assert {stock.wearer for stock in STOCKS.values()} == set(Wearer)


def test_another_template_has_another_hash() -> None:
    other = replace(TUBE, margin=0.9)
    assert template.digest(TUBE) == template.digest(replace(TUBE))
    assert template.digest(TUBE) != template.digest(other)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"marks": (Mark(Symbology.DATA_MATRIX, 2.5),)}, "Whole dots"),
        ({"marks": (Mark(Symbology.DATA_MATRIX, 1),)}, "Whole dots"),
        ({"marks": ()}, "What wears it"),
        ({"marks": TUBE.marks * 2}, "What wears it"),
        ({"marks": (Mark(Symbology.CODE_128, 2),)}, "What wears it"),
        ({"marks": (Mark(Symbology.DATA_MATRIX, 9),)}, "Fit"),
        ({"words": ("Ana Silva",)}, "Blinding"),
        ({"words": ("keep", "dry", "frozen", "gloves")}, "Blinding"),
        ({"words": ("keep", "dry", "frozen")}, "Reads back"),
    ],
)
def test_what_is_wrong_is_told_by_its_name(change: dict[str, Any], name: str) -> None:
    broken = replace(TUBE, **change)
    failed = [check.name for check in template.checks(broken) if not check.passed]
    assert name in failed
    with pytest.raises(DoesNotFit):
        template.require_usable(broken)


def test_bars_that_no_carrier_admits_are_refused() -> None:
    plate = STOCKS["roll-plate"]
    long = replace(plate, marks=(Mark(Symbology.CODE_128, 6),), size=(100, 12))
    told = {
        check.name: check for check in template.checks(replace(long, page=(100, 12)))
    }
    assert "carriers admit 64" in told["What wears it"].told


def test_small_modules_ask_for_the_test_page() -> None:
    small = replace(TUBE, marks=(Mark(Symbology.DATA_MATRIX, 2),))
    (dots, *_) = template.checks(small)
    assert dots.passed
    assert "0.169 mm, for a scanner of 7 mil; print the test page" in dots.told


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("name", "Roll 1", "small letters"),
        ("name", "", "small letters"),
        ("title", " ", "has a title"),
        ("dpi", 301, "dots an inch"),
        ("columns", 0, "1 to 1000"),
        ("rows", -1, "1 to 1000"),
        ("size", [0, 13], "a side"),
        ("size", [float("nan"), 13], "no measure"),
        ("size", [1e9, 13], "no measure"),
        ("margin", -1, "not below 0"),
        ("round", True, "as wide as it is high"),
    ],
)
def test_measures_that_no_label_has_are_refused(
    part: str, value: object, told: str
) -> None:
    parts = json.loads(template.document(TUBE)) | {part: value}
    with pytest.raises(LabelError, match=told):
        template.build(parts)


@pytest.mark.parametrize("told", ["", "[]", "{}", "nonsense", "[" * 5000])
def test_what_is_no_template_is_refused(told: str) -> None:
    with pytest.raises(LabelError, match="no label template"):
        template.read(told)


def test_lines_hold_nothing_but_the_list() -> None:
    assert texts(("remains-ar",)) == ("رفات بشرية",)
    with pytest.raises(LabelError, match="never stands on a label"):
        texts(("{name}",))
    assert all(len(line) < 40 for line in WORDS.values())


def test_a_round_label_tells_its_copy_behind_the_code() -> None:
    cap = STOCKS["roll-cap"]
    first, second = (template.label(cap, "S" * 10, "SSSS-SSSS-SS", n) for n in (1, 2))
    assert (first.mark, second.mark, second.captions) == ("", "2", ())
