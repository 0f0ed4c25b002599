"""The demo's people, plan and plates, made once for all tests of the demo."""

from functools import cache
from random import Random

from config.demo import DEMO
from lims.batches.kits import kit
from lims.batches.plate import Controls, WellRole, layout
from lims.demo import people, plan, sources
from lims.demo.analyzer import Analyzer, Filled
from lims.demo.exports import Run
from tests.kits import VALUES

SEED = people.SEED
CODE = "P7K2M9QXA4"
KITS = {name: kit(values) for name, values in VALUES.items()}


@cache
def the_sources() -> sources.Sources:
    return sources.read(DEMO)


@cache
def the_people() -> people.People:
    return people.people(the_sources(), SEED)


@cache
def the_plan() -> plan.Plan:
    return plan.plan(the_people(), SEED)


def filled(plate: plan.PlatePlan) -> tuple[Filled, ...]:
    """The plate as the laboratory lays it out; each tube is named by its sample."""
    tubes = {f"{tube.sample} extract {tube.extract}": tube for tube in plate.tubes}
    wells = layout(list(tubes), Controls(), Random(7))
    return tuple(
        Filled(one.position, one.item, one.role, tubes.get(one.item))
        for one in wells
        if one.role is not WellRole.EMPTY
    )


@cache
def run_of(plate: plan.PlatePlan) -> Run:
    """What the analyzer finds on it."""
    analyzer = Analyzer(the_people(), the_plan(), SEED)
    return analyzer.run(CODE, plate, KITS[plate.kit], filled(plate))
