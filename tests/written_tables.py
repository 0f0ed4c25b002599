"""State tables written out once more by hand, and held against the code cell by cell.

A line reads: from | action | to | what must be stated.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeVar

import pytest

from lims.errors import RuleBroken
from lims.workflow import Workflow

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Cell:
    target: str
    needs: tuple[str, ...]


def written(text: str) -> dict[tuple[str, str], Cell]:
    cells: dict[tuple[str, str], Cell] = {}
    for line in text.strip().splitlines():
        sources, action, target, needs = (part.strip() for part in line.split("|"))
        stated = tuple(need.strip() for need in needs.split(",") if need.strip())
        for source in (stage.strip() for stage in sources.split(",")):
            assert (source, action) not in cells, f"written twice: {source}, {action}"
            cells[source, action] = Cell(target, stated)
    return cells


def cells_of(workflow: Workflow[S], stages: type[S]) -> list[tuple[S, str]]:
    actions = sorted({step.action for step in workflow.steps})
    return [*product(stages, actions)]


def hold_against(
    workflow: Workflow[S], table: dict[tuple[str, str], Cell], stage: S, action: str
) -> None:
    """The cell does as written: it goes there and asks for that, or it refuses."""
    cell = table.get((stage.value, action))
    everything = {need: "stated" for step in workflow.steps for need in step.needs}
    if cell is None:
        with pytest.raises(RuleBroken, match="Possible now"):
            workflow.step(stage, action, everything)
        return
    step = workflow.step(stage, action, everything)
    assert (step.target.value, set(step.needs)) == (cell.target, set(cell.needs))
    for need in cell.needs:
        with pytest.raises(RuleBroken, match=need):
            workflow.step(stage, action, {**everything, need: ""})


def assert_one_step_a_cell(workflow: Workflow[S], stages: type[S]) -> None:
    for stage in stages:
        actions = workflow.actions(stage)
        assert len(actions) == len(set(actions)), stage
