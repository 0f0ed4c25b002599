"""The demo's traces are read by the real parser, and bear out the demo's own calls."""

from random import Random

import pytest

from instruments import Source, parse
from instruments.ladder import Bins
from instruments.peak_check import Expected, Kind
from instruments.roles import Role
from instruments.second_opinion import Ask, answer
from instruments.traces import TraceExport
from lims.demo.bones import FRESH, Typing, ladder, nothing, typed
from lims.demo.exports import Injected, Run
from lims.demo.plan import TRACED
from lims.demo.traces import trace
from tests.kits import GLOBALFILER
from tests.lims.demo.demo_people import the_plan

ALLELES = {
    name: tuple(sorted(alleles))
    for name, alleles in GLOBALFILER.positive.genotype.items()
}


def _read(typing: Typing, *, is_ladder: bool = False) -> TraceExport:
    one = Injected("A01", "S7K2M9QXA1", typing)
    run = Run("P7K2M9QXA1", GLOBALFILER, (one,))
    content = trace(run, one, is_ladder=is_ladder, chance=Random(1))
    found = parse(Source("a.hid", content))
    assert isinstance(found, TraceExport)
    return found


@pytest.fixture(scope="module")
def bins() -> Bins:
    export = _read(ladder(GLOBALFILER, Random(1)), is_ladder=True)
    told = answer(export, Ask("GlobalFiler", Expected(role=Role.LADDER)))
    assert told.opinion is not None
    assert not told.opinion.disagreements
    assert told.bins is not None
    return told.bins


def test_a_trace_bears_out_the_calls_of_its_run(bins: Bins) -> None:
    typing = typed(ALLELES, FRESH, GLOBALFILER, Random(1))
    export = _read(typing)
    assert (export.sample, export.well) == ("S7K2M9QXA1", "A01")
    calls = {name: [one.allele for one in peaks] for name, peaks in typing.items()}
    threshold = GLOBALFILER.analytical_threshold
    told = answer(
        export, Ask("GlobalFiler", Expected(calls, threshold=threshold), bins)
    )
    assert told.opinion is not None
    hard = [one for one in told.opinion.disagreements if one.is_hard]
    assert hard == []


def test_an_empty_well_shows_its_size_standard_and_nothing_else(bins: Bins) -> None:
    expected = Expected(role=Role.NEGATIVE, threshold=50)
    told = answer(_read(nothing(GLOBALFILER)), Ask("GlobalFiler", expected, bins))
    assert told.opinion is not None
    assert told.opinion.curve is not None
    assert Kind.PEAK_IN_NEGATIVE not in {one.kind for one in told.opinion.disagreements}


def test_some_bones_that_wait_for_a_second_reading_have_two_traces() -> None:
    plan = the_plan()
    assert plan.traced
    plates = [one for one in plan.plates if one.name in TRACED]
    assert len(plates) == 2
    for plate in plates:
        assert plan.traced <= {tube.sample for tube in plate.tubes}
        assert plate.kit == "GlobalFiler"
