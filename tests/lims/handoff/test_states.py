"""Every cell state x action of a hand-off."""

import pytest

from lims.handoff.states import HANDOFF, HandoffState
from tests.written_tables import (
    assert_one_step_a_cell,
    cells_of,
    hold_against,
    written,
)

TABLE = written(
    """
pending, sent   | send    | sent     |
sent            | receive | received | receipt
sent, received  | load    | loaded   | receipt
sent, received  | reject  | rejected | receipt, reason
"""
)


@pytest.mark.parametrize(("state", "action"), cells_of(HANDOFF, HandoffState))
def test_a_package_goes_as_the_table_says_and_nowhere_else(
    state: HandoffState, action: str
) -> None:
    hold_against(HANDOFF, TABLE, state, action)


def test_each_cell_has_one_answer() -> None:
    assert_one_step_a_cell(HANDOFF, HandoffState)


def test_a_package_begins_pending() -> None:
    assert HANDOFF.start is HandoffState.PENDING
