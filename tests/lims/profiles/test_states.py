"""Every cell state x action of a profile."""

import pytest

from lims.profiles.states import PROFILE, ProfileState
from tests.written_tables import (
    assert_one_step_a_cell,
    cells_of,
    hold_against,
    written,
)

TABLE = written(
    """
raw                                             | clear           | checks clear         |
raw, checks clear, read once, read twice        | hold            | checks hold          | reason
concordant, discordant, consensus               | hold            | checks hold          | reason
technically reviewed                            | hold            | checks hold          | reason
checks hold                                     | resolve         | checks clear         | cause
checks hold                                     | reject          | rejected             | cause
checks clear                                    | read            | read once            | signature
read once                                       | read blind      | read twice           | signature
read twice                                      | agree           | concordant           |
read twice                                      | differ          | discordant           |
discordant                                      | settle          | concordant           | decision, signature
concordant                                      | build consensus | consensus            |
consensus                                       | review          | technically reviewed | signature
technically reviewed                            | release         | released             | signature
released                                        | hand off        | handed off           | package
handed off                                      | loaded          | active               | receipt
handed off                                      | not loaded      | released             | receipt
active                                          | supersede       | superseded           | new version
released, handed off, active                    | recall          | recalled             | reason
raw, checks hold, checks clear, read once       | withdraw        | withdrawn            | reason
read twice, concordant, discordant, consensus   | withdraw        | withdrawn            | reason
technically reviewed, released, handed off      | withdraw        | withdrawn            | reason
active, insufficient now                        | withdraw        | withdrawn            | reason
checks clear, read once, read twice, concordant | set aside       | insufficient now     | method
discordant, consensus                           | set aside       | insufficient now     | method
insufficient now                                | test again      | raw                  | reason
"""  # noqa: E501 - a table is read across
)


@pytest.mark.parametrize(("state", "action"), cells_of(PROFILE, ProfileState))
def test_a_profile_goes_as_the_table_says_and_nowhere_else(
    state: ProfileState, action: str
) -> None:
    hold_against(PROFILE, TABLE, state, action)


def test_each_cell_has_one_answer() -> None:
    assert_one_step_a_cell(PROFILE, ProfileState)


def test_a_profile_begins_raw() -> None:
    assert PROFILE.start is ProfileState.RAW


def test_insufficient_is_a_state_that_can_be_left() -> None:
    assert "test again" in PROFILE.actions(ProfileState.INSUFFICIENT_NOW)
