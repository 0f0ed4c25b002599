"""A well as planned, with the plate it is on: what other slices and pages see of it."""

from dataclasses import dataclass

from lims.batches.plate import WellRole


@dataclass(frozen=True)
class WellView:
    """One well that holds something, as other slices and pages see it."""

    id: int
    plate: str
    kit: str
    position: str
    role: WellRole
    name: str
    """What the analyzer knows it by: for a sample and an extraction blank, the code."""
    sample_id: int | None

    @property
    def code(self) -> str:
        """The code of the tube; empty for a control that has none."""
        return self.name if self.sample_id is not None else ""
