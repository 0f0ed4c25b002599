"""The demo's people and plan, made once for all tests of the demo."""

from functools import cache

from config.demo import DEMO
from lims.demo import people, plan, sources

SEED = people.SEED


@cache
def the_sources() -> sources.Sources:
    return sources.read(DEMO)


@cache
def the_people() -> people.People:
    return people.people(the_sources(), SEED)


@cache
def the_plan() -> plan.Plan:
    return plan.plan(the_people(), SEED)
