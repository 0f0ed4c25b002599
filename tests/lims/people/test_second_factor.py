"""Six digits, each good once."""

from datetime import UTC, datetime, timedelta

from pyotp import TOTP
import pytest

from lims.people.second_factor import counter_of
from tests.cast import SECRET

NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
NEXT = int(NOW.timestamp()) // 30


def code(steps: int) -> str:
    return TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_wrong_by_one_step(steps: int) -> None:
    assert counter_of(SECRET, code(steps), 0, NOW) == NEXT + steps


@pytest.mark.parametrize("typed", [code(-2), code(2), "", "12345", "abcdef", "١٢٣٤٥٦"])
def test_any_other_code_is_wrong(typed: str) -> None:
    assert counter_of(SECRET, typed, 0, NOW) is None


def test_digits_may_be_typed_in_two_groups() -> None:
    assert counter_of(SECRET, f"{code(0)[:3]} {code(0)[3:]}", 0, NOW) == NEXT


def test_a_code_that_was_used_is_wrong_and_so_is_an_earlier_one() -> None:
    assert counter_of(SECRET, code(0), NEXT, NOW) is None
    assert counter_of(SECRET, code(-1), NEXT, NOW) is None
    assert counter_of(SECRET, code(1), NEXT, NOW) == NEXT + 1
