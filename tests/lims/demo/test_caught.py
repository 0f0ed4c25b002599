"""The quality rules on the demo's plates: each mishap is caught, nothing else is."""

from collections.abc import Mapping
from functools import partial

from lims.batches.plate import PlannedWell, WellRole
from lims.demo.analyzer import Filled
from lims.demo.exports import Run
from lims.demo.plan import Mishap, PlatePlan
from lims.results.calls import Call, EarlierWell, Known, PlateFacts, WellCalls
from lims.results.checks import check_plate
from lims.results.verdicts import Outcome, Verdict
from tests.lims.demo.demo_people import KITS, filled, run_of, the_people, the_plan
from tests.rules import RULES

GRAVE = {Outcome.HOLD, Outcome.BLOCK}


def _calls(run: Run, wells: tuple[Filled, ...]) -> tuple[WellCalls, ...]:
    typing = {one.position: one.typing for one in run.injected}
    return tuple(
        WellCalls(
            one.position,
            one.role,
            one.name,
            {
                name: tuple(Call(p.allele, p.height) for p in peaks)
                for name, peaks in typing[one.position].items()
                if peaks
            },
        )
        for one in wells
    )


def _verdicts() -> dict[str, tuple[Verdict, ...]]:
    """Of every plate in the order of the plan, each knowing those before it."""
    said: dict[str, tuple[Verdict, ...]] = {}
    earlier: list[EarlierWell] = []
    sources: dict[str, str] = {}
    for plate in the_plan().plates:
        wells, run = filled(plate), run_of(plate)
        tubes = {one.name: one.tube for one in wells if one.tube}
        here = {tube.sample for tube in tubes.values()}
        sources |= {name: tube.sample for name, tube in tubes.items()}
        calls = _calls(run, wells)

        said[plate.name] = check_plate(
            _facts(plate, wells),
            calls,
            KITS[plate.kit],
            RULES,
            Known(sources, tuple(w for w in earlier if sources[w.item] in here)),
            partial(_explained, sources),
        )
        earlier += [
            EarlierWell(plate.name, one.position, one.item, one.calls, KITS[plate.kit])
            for one in calls
            if one.role is WellRole.SAMPLE
        ]
    return said


def _explained(sources: Mapping[str, str], x: str, y: str) -> bool:
    """What the coordinator knows: whether both are of one person."""
    whose = [the_people().source.get(sources.get(one, "")) for one in (x, y)]
    return whose[0] is not None and whose[0] == whose[1]


def _facts(plate: PlatePlan, wells: tuple[Filled, ...]) -> PlateFacts:
    planned = tuple(PlannedWell(one.position, one.role, one.name) for one in wells)
    return PlateFacts(plate.name, plate.stream, planned)


SAID = _verdicts()


def _grave(plate: str) -> set[str]:
    return {one.rule for one in SAID[plate] if one.outcome in GRAVE}


def _name(mishap: Mishap) -> str:
    (found,) = (one.name for one in the_plan().plates if one.mishap is mishap)
    return found


def test_plates_on_which_all_went_well_are_held_by_no_rule() -> None:
    for plate in the_plan().plates:
        if plate.mishap is None:
            assert _grave(plate.name) == set(), plate.name


def test_the_contaminated_blank_holds_its_plate_and_names_the_tube_beside_it() -> None:
    name = _name(Mishap.CONTAMINATED_BLANK)
    assert _grave(name) == {"D1"}
    (held,) = (one for one in SAID[name] if one.outcome in GRAVE)
    assert held.whole_batch
    assert "beside it" in held.sentence


def test_the_turned_plate_is_recognised_as_turned() -> None:
    told = [one for one in SAID[_name(Mishap.TURNED_PLATE)] if one.rule == "C4"]
    (orientation,) = told
    assert orientation.outcome is Outcome.HOLD
    assert orientation.evidence == ("turned by 180 degrees",)


def test_the_swapped_tubes_are_found_by_their_re_extracts() -> None:
    plate = _name(Mishap.SWAPPED_TUBES)
    assert _grave(plate) == {"G1", "G1s"}
    (search,) = (one for one in SAID[plate] if one.rule == "G1s")
    best, *_ = search.evidence
    assert best.startswith("swap on bones 4: ")
    assert search.numbers["conflicts"] == 2
