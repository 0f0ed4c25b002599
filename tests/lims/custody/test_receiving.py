"""What a bag's arrival is compared with (rule B3)."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.custody.receiving import (
    Arrival,
    Discrepancy,
    discrepancies,
    number,
    word,
)
from lims.errors import BadInput
from tests.factories import CONDITIONS

D = Discrepancy


@pytest.mark.parametrize(
    ("seal", "condition", "expected"),
    [
        ("SEAL-1", "INTACT", ()),
        ("SEAL-1", "WET", ()),
        ("SEAL-2", "INTACT", (D.SEAL_DIFFERS,)),
        ("", "INTACT", (D.SEAL_MISSING,)),
        ("SEAL-1", "SEAL_BROKEN", (D.CONDITION,)),
        ("SEAL-2", "SEAL_BROKEN", (D.SEAL_DIFFERS, D.CONDITION)),
    ],
)
def test_seal_and_condition_are_compared_with_the_manifest(
    seal: str, condition: str, expected: tuple[Discrepancy, ...]
) -> None:
    found = discrepancies("SEAL-1", Arrival("CY-1", seal, condition), CONDITIONS)
    assert found == expected


def test_an_unknown_condition_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadInput, match=r"'dry'.*INTACT, SEAL_BROKEN, WET"):
        discrepancies("SEAL-1", Arrival("CY-1", "SEAL-1", "dry"), CONDITIONS)


@pytest.mark.parametrize("text", ["CY-004187", "1 2", "a1", "2026/17"])
def test_a_number_of_bags_and_seals(text: str) -> None:
    assert number(f" {text} ", "This") == text


@given(st.text(alphabet=st.characters(exclude_categories=["N"]), max_size=70))
def test_what_has_no_digit_is_no_number_so_no_name_is(text: str) -> None:
    with pytest.raises(BadInput, match="not a number"):
        number(text, "This")


@pytest.mark.parametrize("text", ["", "1\n2", "=1+1", "1" * 65, "é1", "1\x002"])
def test_what_cannot_stand_on_a_label_is_no_number(text: str) -> None:
    with pytest.raises(BadInput):
        number(text, "This")


@pytest.mark.parametrize("text", ["", "owner asks", "Fatou", "A", "A" * 33, "1ST"])
def test_a_reason_is_one_of_the_laboratorys_words(text: str) -> None:
    with pytest.raises(BadInput, match="the reason"):
        word(text, "the reason")
