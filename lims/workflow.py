"""A state machine that is only a table: who may go where, and what it takes.

The same table feeds the buttons of the page, the CHECK constraint of the column
and the test of every cell stage x action.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from lims.errors import RuleBroken

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Step(Generic[S]):
    action: str
    sources: frozenset[S]
    target: S
    needs: tuple[str, ...] = ()
    """What must be stated when the step is taken, such as a witness."""


@dataclass(frozen=True)
class Workflow(Generic[S]):
    start: S
    steps: tuple[Step[S], ...]

    def actions(self, stage: S) -> tuple[str, ...]:
        """What can be done next, in the order of the table."""
        return tuple(step.action for step in self.steps if stage in step.sources)

    def step(self, stage: S, action: str, stated: Mapping[str, object]) -> Step[S]:
        """The step that this action takes from this stage, or RuleBroken."""
        for step in self.steps:
            if step.action == action and stage in step.sources:
                missing = [name for name in step.needs if not stated.get(name)]
                if missing:
                    raise RuleBroken(f"To {action}, state: {', '.join(missing)}.")
                return step
        options = ", ".join(self.actions(stage)) or "nothing"
        raise RuleBroken(
            f"Cannot {action} from the stage '{stage}'. Possible now: {options}."
        )


def stage_check(column: str, stages: type[StrEnum]) -> str:
    """The text of a CHECK constraint that admits the listed stages alone."""
    known = ", ".join(f"'{stage}'" for stage in stages)
    return f"{column} IN ({known})"
