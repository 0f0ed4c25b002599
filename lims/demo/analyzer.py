"""What the analyzer finds on a plate of the demo, mishaps included.

Each tube has its own chance, so that its peaks do not depend on the codes and places
that are drawn anew in each laboratory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lims.batches.kits import Kit
from lims.batches.plate import WellRole, neighbours
from lims.batches.turns import Turn, found_at
from lims.demo.bones import Typing, control, ladder, nothing, trace_of, typed
from lims.demo.exports import Injected, Run
from lims.demo.people import People
from lims.demo.plan import Mishap, Plan, PlatePlan, Tube


@dataclass(frozen=True)
class Filled:
    """A well as the laboratory filled it."""

    position: str
    name: str
    """What the plate record calls it."""
    role: WellRole
    tube: Tube | None = None


@dataclass(frozen=True)
class Analyzer:
    people: People
    plan: Plan
    seed: int

    def run(
        self, code: str, plate: PlatePlan, kit: Kit, wells: Sequence[Filled]
    ) -> Run:
        """The run of a plate that wears this code."""
        found = {one.position: self._typing(one, plate, kit) for one in wells}
        if plate.mishap is Mishap.CONTAMINATED_BLANK:
            found |= self._contaminated(plate, kit, wells, found)
        if plate.mishap is Mishap.TURNED_PLATE:
            found = {_turned(position): typing for position, typing in found.items()}
        empty = nothing(kit)
        return Run(
            code,
            kit,
            tuple(
                Injected(one.position, one.name, found.get(one.position, empty))
                for one in wells
            ),
        )

    def _typing(self, well: Filled, plate: PlatePlan, kit: Kit) -> Typing:
        chance = self._chance(plate, well.tube or well.role)
        match well.role:
            case WellRole.SAMPLE if well.tube:
                content = self.plan.content(well.tube)
                genotype = self.people.genotype(content)
                return typed(genotype, self.plan.qualities[content], kit, chance)
            case WellRole.LADDER:
                return ladder(kit, chance)
            case WellRole.POSITIVE:
                return control(kit, chance)
        return nothing(kit)

    def _contaminated(
        self,
        plate: PlatePlan,
        kit: Kit,
        wells: Sequence[Filled],
        found: dict[str, Typing],
    ) -> dict[str, Typing]:
        """The extraction blank has caught a splash of the best tube beside it."""
        blank = next(one for one in wells if one.role is WellRole.EXTRACTION_BLANK)
        beside = [
            one.position
            for one in wells
            if one.role is WellRole.SAMPLE
            and one.position in neighbours(blank.position)
        ]
        source = max(beside, key=lambda position: _called(found[position]))
        chance = self._chance(plate, blank.role)
        return {blank.position: trace_of(found[source], kit, chance)}

    def _chance(self, plate: PlatePlan, what: Tube | WellRole) -> Random:
        return Random(f"{self.seed} {plate.name} {what}")


def _turned(position: str) -> str:
    return found_at(Turn.TURNED, position) or position


def _called(typing: Typing) -> int:
    return sum(len(peaks) for peaks in typing.values())
