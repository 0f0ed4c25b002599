"""A child cannot exceed its parent, whatever is taken in whatever order (rule B8)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.errors import BadInput, RuleBroken
from lims.samples.amounts import Derivation, Measure, require_measured, taking

amounts = st.decimals("0.000001", "99999", places=6)


def derivation(taken: str, amount: str, unit: str = "mg") -> Derivation:
    return Derivation("powder", Decimal(taken), Decimal(amount), unit, "GRIND-1")


def left(there: str, unit: str, made: Derivation) -> Decimal:
    return taking("S1", Decimal(there), unit, made)


@given(st.lists(st.tuples(amounts, amounts), max_size=12), amounts)
def test_the_children_and_the_rest_never_exceed_the_parent(
    wanted: list[tuple[Decimal, Decimal]], parent: Decimal
) -> None:
    rest, children = parent, Decimal(0)
    for taken, made in wanted:
        try:
            rest = taking("S1", rest, "mg", Derivation("cut", taken, made, "mg", "M"))
        except RuleBroken:
            continue
        children += made
    assert rest >= 0
    assert children + rest <= parent


def test_taking_everything_leaves_nothing() -> None:
    assert left("12.5", "mg", derivation("12.5", "12.5")) == 0


def test_more_than_there_is_cannot_be_taken() -> None:
    with pytest.raises(RuleBroken, match=r"13 mg cannot be taken of S1: 12.5 mg"):
        left("12.5", "mg", derivation("13", "1"))


def test_more_powder_cannot_come_out_than_bone_went_in() -> None:
    with pytest.raises(RuleBroken, match="cannot exceed"):
        left("500", "mg", derivation("100", "100.000001"))


@pytest.mark.parametrize(
    ("there", "made"),
    [("g", derivation("1", "1001", "mg")), ("ml", derivation("1", "1001", "µl"))],
)
def test_another_unit_of_the_same_family_hides_nothing(
    there: str, made: Derivation
) -> None:
    with pytest.raises(RuleBroken, match="cannot exceed"):
        left("10", there, made)


def test_powder_becomes_extract_of_another_kind_of_unit() -> None:
    assert left("200", "mg", derivation("150", "9999", "µl")) == 50


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.0000001", "1E9"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(BadInput, match="not an amount"):
        require_measured(Measure(Decimal(amount), "mg"))


@pytest.mark.parametrize("taken", ["0", "-1"])
def test_a_child_takes_something_of_its_parent(taken: str) -> None:
    with pytest.raises(BadInput, match=f"'{taken}' is not an amount"):
        left("10", "mg", derivation(taken, "5", "µl"))


def test_an_unknown_unit_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadInput, match=r"'spoon'.*Known: g, mg"):
        left("10", "mg", derivation("1", "1", "spoon"))


def test_nothing_is_taken_of_what_was_never_measured() -> None:
    with pytest.raises(RuleBroken, match="Measure it"):
        taking("S1", None, "", derivation("1", "1"))
