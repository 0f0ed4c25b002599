"""Anyone can draw the same cases again, and nobody chooses them."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.desk import draws
from lims.errors import BadInput

CODES = st.sets(st.text("ABCDEFGH123", min_size=4, max_size=10), min_size=1)
SEED = "07" * 32


@given(CODES, st.binary(min_size=32, max_size=32), st.data())
def test_a_draw_is_made_again_from_its_seed_and_the_list_in_any_order(
    codes: set[str], seed: bytes, data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, min(len(codes), draws.MOST)))
    shuffled = data.draw(st.permutations(sorted(codes)))
    drawn = draws.drawn(seed.hex(), draws.listed(codes), count)
    assert drawn == draws.drawn(seed.hex(), draws.listed(shuffled), count)
    assert len(set(drawn)) == count
    assert set(drawn) <= codes


@given(CODES)
def test_the_first_cases_stay_when_more_are_drawn(codes: set[str]) -> None:
    listed = draws.listed(codes)
    every = draws.drawn(SEED, listed, min(len(codes), draws.MOST))
    assert draws.drawn(SEED, listed, 1) == every[:1]


def test_the_recipe_is_the_one_that_the_page_tells() -> None:
    codes = ["S000000001", "S000000002", "S000000003"]
    by_hand = sorted(
        codes, key=lambda one: sha256(bytes.fromhex(SEED) + one.encode()).hexdigest()
    )
    assert draws.drawn(SEED, draws.listed(codes), 3) == by_hand
    assert draws.listed(codes) == "S000000001\nS000000002\nS000000003\n"
    assert draws.digest("a\n") == sha256(b"a\n").hexdigest()


def test_another_seed_draws_others() -> None:
    listed = draws.listed([f"S{number:09d}" for number in range(1000)])
    assert draws.drawn(SEED, listed, 5) != draws.drawn("08" * 32, listed, 5)
    assert len(bytes.fromhex(draws.fresh_seed())) == 32


@pytest.mark.parametrize("count", [0, -1, 4])
def test_what_cannot_be_drawn_is_refused_with_what_can(count: int) -> None:
    with pytest.raises(BadInput, match="from 1 to 3"):
        draws.drawn(SEED, "A\nB\nC\n", count)
