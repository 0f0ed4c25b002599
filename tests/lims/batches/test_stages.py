"""Every cell stage x action of plates and wells."""

import pytest

from lims.batches.stages import PLATE, WELL, PlateStage, WellStage
from tests.written_tables import (
    assert_one_step_a_cell,
    cells_of,
    hold_against,
    written,
)

PLATE_TABLE = written(
    """
planned                        | load               | loaded    | proof of transfer
loaded                         | amplify            | amplified | kit
amplified                      | run                | run       | instrument
run                            | import             | imported  | file
imported, cleared, held        | import re-analysis | imported  | file, reason
imported                       | clear              | cleared   |
imported, cleared              | hold               | held      | reason
held                           | resolve            | cleared   | cause
held                           | inject again       | run       | cause, instrument
held                           | amplify again      | loaded    | cause
held                           | extract again      | planned   | cause
planned, loaded, amplified     | void               | void      | reason
run, imported, cleared, held   | void               | void      | reason
"""
)
WELL_TABLE = written(
    """
empty                          | assign             | assigned  | content
assigned                       | unassign           | empty     | reason
assigned                       | load               | loaded    |
loaded, result                 | run                | run       |
run, result                    | import             | result    | file
assigned, loaded, run, result  | void               | void      | reason
"""
)


@pytest.mark.parametrize(("stage", "action"), cells_of(PLATE, PlateStage))
def test_a_plate_goes_as_the_table_says_and_nowhere_else(
    stage: PlateStage, action: str
) -> None:
    hold_against(PLATE, PLATE_TABLE, stage, action)


@pytest.mark.parametrize(("stage", "action"), cells_of(WELL, WellStage))
def test_a_well_goes_as_the_table_says_and_nowhere_else(
    stage: WellStage, action: str
) -> None:
    hold_against(WELL, WELL_TABLE, stage, action)


def test_each_cell_has_one_answer() -> None:
    assert_one_step_a_cell(PLATE, PlateStage)
    assert_one_step_a_cell(WELL, WellStage)


def test_a_plate_is_planned_and_a_well_empty_at_first() -> None:
    assert (PLATE.start, WELL.start) == (PlateStage.PLANNED, WellStage.EMPTY)


def test_a_void_plate_and_a_void_well_stay_void() -> None:
    assert PLATE.actions(PlateStage.VOID) == WELL.actions(WellStage.VOID) == ()
