"""The whole table of custody: each cell that is not listed must refuse."""

import pytest

from lims.custody.stages import (
    BONE,
    CHILD_START,
    FINAL,
    REFERENCE,
    Stage,
    allowed_under_hold,
    require_different_people,
)
from lims.errors import RuleBroken
from lims.workflow import stage_check
from tests.written_tables import (
    assert_one_step_a_cell,
    cells_of,
    hold_against,
    written,
)

BONE_TABLE = written(
    """
announced                         | pack              | packed                | seal
packed                            | release           | in transit            | courier
in transit                        | receive           | received              | giver, receiver, seal, condition
received                          | accession         | accessioned           |
received, accessioned             | refuse            | refused               | reason
accessioned, in use, processed    | store             | stored                | place
received                          | store             | received              | place
refused                           | store             | refused               | place
stored                            | take out          | in use                | purpose
in use, processed                 | derive            | processed             | method
received                          | hand over         | received              | giver, receiver
accessioned                       | hand over         | accessioned           | giver, receiver
in use                            | hand over         | in use                | giver, receiver
processed                         | hand over         | processed             | giver, receiver
stored                            | consume           | consumed              | authority, witness
refused, stored                   | return            | return pending        | reason
return pending                    | send back         | on the way back       | seal, courier
on the way back                   | confirm return    | returned              | giver, receiver
stored                            | order destruction | destruction pending   | order
return pending                    | keep              | stored                | reason, place
destruction pending               | keep              | stored                | reason, place
destruction pending               | destroy           | destroyed             | order, witness, second witness
packed, in transit                | lost              | lost before accession | reason
received, refused                 | lost              | lost before accession | reason
lost before accession             | found             | in transit            | place
accessioned, stored, in use       | lost              | lost                  | reason
processed, return pending         | lost              | lost                  | reason
destruction pending               | lost              | lost                  | reason
on the way back                   | lost              | lost                  | reason
lost                              | found             | in use                | place
"""  # noqa: E501 - a table is read across
)
REFERENCE_TABLE = BONE_TABLE | written(
    """
received                          | wait for consent  | waiting for consent   | reason
waiting for consent               | accession         | accessioned           | consent
waiting for consent               | refuse            | refused               | reason
waiting for consent               | lost              | lost before accession | reason
waiting for consent               | store             | waiting for consent   | place
waiting for consent               | hand over         | waiting for consent   | giver, receiver
withdrawn                         | store             | withdrawn             | place
withdrawn                         | hand over         | withdrawn             | giver, receiver
announced, packed, in transit     | withdraw          | withdrawn             | reason
received, waiting for consent     | withdraw          | withdrawn             | reason
accessioned, stored, in use       | withdraw          | withdrawn             | reason
processed, refused                | withdraw          | withdrawn             | reason
return pending, on the way back   | withdraw          | withdrawn             | reason
destruction pending               | withdraw          | withdrawn             | reason
lost, lost before accession       | withdraw          | lost after withdrawal | reason
withdrawn                         | lost              | lost after withdrawal | reason
lost after withdrawal             | found             | withdrawn             | place
withdrawn                         | destroy           | destroyed             | order, witness, second witness
"""  # noqa: E501 - a table is read across
)


@pytest.mark.parametrize(("stage", "action"), cells_of(REFERENCE, Stage))
def test_a_bone_goes_as_the_table_says_and_nowhere_else(
    stage: Stage, action: str
) -> None:
    hold_against(BONE, BONE_TABLE, stage, action)


@pytest.mark.parametrize(("stage", "action"), cells_of(REFERENCE, Stage))
def test_a_reference_goes_as_the_table_says_and_nowhere_else(
    stage: Stage, action: str
) -> None:
    hold_against(REFERENCE, REFERENCE_TABLE, stage, action)


def test_each_cell_has_one_answer() -> None:
    assert_one_step_a_cell(REFERENCE, Stage)


def test_custody_begins_with_the_announcement() -> None:
    assert BONE.start is REFERENCE.start is Stage.ANNOUNCED


def test_what_was_made_in_the_laboratory_begins_in_the_hands_of_its_maker() -> None:
    assert CHILD_START is Stage.IN_USE
    assert "store" in BONE.actions(CHILD_START)


@pytest.mark.parametrize("stage", sorted(FINAL))
def test_nothing_leaves_a_final_stage(stage: Stage) -> None:
    assert REFERENCE.actions(stage) == ()


@pytest.mark.parametrize("stage", sorted(frozenset(Stage) - FINAL))
def test_no_stage_but_a_final_one_is_a_dead_end(stage: Stage) -> None:
    assert REFERENCE.actions(stage)


@pytest.mark.parametrize("action", sorted({step.action for step in REFERENCE.steps}))
def test_a_hold_freezes_all_but_storage_loss_and_withdrawal(action: str) -> None:
    free = {"store", "lost", "found", "withdraw"}
    assert allowed_under_hold(action) is (action in free)


def test_a_held_item_may_be_photographed() -> None:
    assert allowed_under_hold("photograph")


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        ("hand over", ("giver", "receiver")),
        ("receive", ("giver", "receiver")),
        ("confirm return", ("giver", "receiver")),
        ("consume", ("performer", "witness")),
        ("destroy", ("performer", "witness")),
        ("destroy", ("performer", "second witness")),
        ("destroy", ("witness", "second witness")),
    ],
)
def test_two_parts_are_never_filled_by_one_person(
    action: str, parts: tuple[str, str]
) -> None:
    people = {"performer": "p", "witness": "q", "second witness": "r", "giver": "s"}
    require_different_people(action, {**people, "receiver": "t"})
    one = {**people, "receiver": "t", parts[1]: people[parts[0]]}
    with pytest.raises(RuleBroken, match=f"{parts[0]} and {parts[1]}"):
        require_different_people(action, one)


def test_storing_alone_needs_no_second_person() -> None:
    require_different_people("store", {"giver": "rita", "receiver": "rita"})


def test_the_column_admits_each_stage_and_no_other() -> None:
    check = stage_check("stage", Stage)
    assert all(f"'{stage}'" in check for stage in Stage)
    assert check.count("'") == 2 * len(Stage)
