"""The ways in which a plate is put down wrongly, and back (C4)."""

import pytest

from lims.batches.plate import POSITIONS
from lims.batches.turns import Turn, found_at, inverse


@pytest.mark.parametrize(
    ("turn", "corner"),
    [
        (Turn.IDENTITY, "B03"),
        (Turn.TURNED, "G10"),
        (Turn.COLUMN_ON, "B04"),
        (Turn.COLUMN_BACK, "B02"),
        (Turn.ROW_ON, "C03"),
        (Turn.ROW_BACK, "A03"),
        (Turn.MIRRORED, "B10"),
        (Turn.FLIPPED, "G03"),
    ],
)
def test_b03_lies_where_the_turn_puts_it(turn: Turn, corner: str) -> None:
    assert found_at(turn, "B03") == corner


@pytest.mark.parametrize("turn", Turn)
@pytest.mark.parametrize("position", POSITIONS)
def test_a_turn_and_its_inverse_lead_home(turn: Turn, position: str) -> None:
    there = found_at(turn, position)
    assert there is None or found_at(inverse(turn), there) == position


@pytest.mark.parametrize("turn", Turn)
def test_no_two_wells_end_in_one(turn: Turn) -> None:
    ends = [found_at(turn, position) for position in POSITIONS]
    kept = [end for end in ends if end is not None]
    assert len(kept) == len(set(kept))
    assert len(kept) >= 84


def test_a_shift_drops_the_last_column_beside_the_plate() -> None:
    lost = [p for p in POSITIONS if found_at(Turn.COLUMN_ON, p) is None]
    assert lost == [p for p in POSITIONS if p.endswith("12")]
