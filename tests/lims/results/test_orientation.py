"""A plate that was put down turned, shifted or mirrored is found (C4)."""

from dataclasses import replace
from random import Random

import pytest

from lims.batches.plate import BLANKS, WellRole
from lims.batches.turns import Turn
from lims.results.calls import (
    Calls,
    EarlierWell,
    Known,
    PlateFacts,
    WellCalls,
    typed_well,
)
from lims.results.orientation import check_orientation, looks_like_ladder
from lims.results.verdicts import Outcome, Verdict
from tests.kits import GLOBALFILER
from tests.people import (
    a_person,
    a_plate,
    clean_calls,
    control_calls,
    exchanged,
    ladder_calls,
    mixed,
    turned,
    typed,
)
from tests.rules import RULES

WRONG = [turn for turn in Turn if turn is not Turn.IDENTITY]
NOTHING = Known()


def _plate(samples: int, seed: int = 1) -> tuple[PlateFacts, tuple[WellCalls, ...]]:
    chance = Random(seed)
    codes = [f"S{number:02d}" for number in range(samples)]
    plate = a_plate(codes, chance)
    contents = {code: typed(a_person(GLOBALFILER, chance)) for code in codes}
    return plate, clean_calls(plate, contents, GLOBALFILER)


def _check(
    plate: PlateFacts, calls: tuple[WellCalls, ...], known: Known = NOTHING
) -> Verdict:
    wells = [typed_well(well, GLOBALFILER) for well in calls]
    return check_orientation(plate, wells, GLOBALFILER, RULES, known)


@pytest.mark.parametrize("samples", [1, 20, 40, 88])
def test_c4_a_plate_as_planned_passes_with_its_scores(samples: int) -> None:
    verdict = _check(*_plate(samples))
    assert (verdict.rule, verdict.outcome) == ("C4", Outcome.PASS)
    assert set(verdict.numbers) == {turn.value for turn in Turn}


def test_c4_each_control_that_behaves_as_planned_counts_once() -> None:
    """The blanks too: that their places are clean speaks for the plan."""
    plate, calls = _plate(1)
    others = {WellRole.SAMPLE, WellRole.EMPTY}
    controls = [well for well in plate.wells if well.role not in others]
    found = _check(plate, calls).numbers[Turn.IDENTITY.value]
    assert int(found) == len(controls)
    assert {well.role for well in controls} & BLANKS


@pytest.mark.parametrize("turn", WRONG)
@pytest.mark.parametrize("samples", [60, 88])
@pytest.mark.parametrize("seed", range(1, 5))
def test_c4_a_plate_put_down_wrongly_is_held_and_told_how(
    turn: Turn, samples: int, seed: int
) -> None:
    plate, calls = _plate(samples, seed)
    verdict = _check(plate, turned(plate, calls, turn))
    assert verdict.outcome is Outcome.HOLD
    assert verdict.whole_batch
    assert verdict.evidence == (turn.value,)
    assert turn.value in verdict.sentence


def test_c4_without_ladders_in_the_export_a_turned_plate_is_still_found() -> None:
    plate, calls = _plate(80)
    silent = tuple(
        replace(well, calls={}) if looks_like_ladder(well.calls, GLOBALFILER, RULES.c4)
        else well
        for well in turned(plate, calls, Turn.TURNED)
    )  # fmt: skip
    assert _check(plate, silent).evidence == (Turn.TURNED.value,)


def test_c4_known_samples_alone_show_a_turn_where_controls_failed() -> None:
    plate, calls = _plate(88)
    contents = {well.item: well.calls for well in calls}
    spoilt: dict[str, Calls] = {
        item: contents["S00"] for item in contents if not item.startswith("S")
    }
    known = Known(
        {f"S{n:02d}": f"source {n}" for n in range(88)} | {"E05": "source 5"},
        # the source was typed twice before, and failed once
        (
            EarlierWell("P0", "B02", "E05", contents["S05"], GLOBALFILER),
            EarlierWell("P0", "C02", "E05", {}, GLOBALFILER),
        ),
    )
    lying = turned(plate, exchanged(calls, spoilt), Turn.ROW_ON)
    assert _check(plate, lying, known).evidence == (Turn.ROW_ON.value,)
    assert _check(plate, lying).outcome is Outcome.PASS


@pytest.mark.parametrize(("one", "other"), [("S11", "S30"), ("S00", "S87")])
def test_c4_replicates_on_the_plate_show_a_turn(one: str, other: str) -> None:
    plate, calls = _plate(88)
    contents = {well.item: well.calls for well in calls}
    spoilt: dict[str, Calls] = {
        item: contents["S40"] for item in contents if not item.startswith("S")
    }
    doubled = {**spoilt, one: contents[other]}
    known = Known({one: "source", other: "source"})
    lying = turned(plate, exchanged(calls, doubled), Turn.MIRRORED)
    assert _check(plate, lying, known).evidence == (Turn.MIRRORED.value,)


def test_c4_a_contaminated_blank_alone_turns_no_plate() -> None:
    plate, calls = _plate(40)
    dirty = exchanged(calls, {"blank 1": control_calls(GLOBALFILER)})
    assert _check(plate, dirty).outcome is Outcome.PASS


def test_c4_a_failed_positive_control_alone_turns_no_plate() -> None:
    plate, calls = _plate(40)
    assert _check(plate, exchanged(calls, {"positive 1": {}})).outcome is Outcome.PASS


def test_a_ladder_is_known_by_its_many_alleles() -> None:
    rule = RULES.c4
    chance = Random(1)
    three = mixed(*(typed(a_person(GLOBALFILER, chance)) for _ in range(3)))
    assert looks_like_ladder(ladder_calls(GLOBALFILER), GLOBALFILER, rule)
    assert not looks_like_ladder(control_calls(GLOBALFILER), GLOBALFILER, rule)
    assert not looks_like_ladder({}, GLOBALFILER, rule)
    strict = replace(rule, ladder_alleles=7)
    assert not looks_like_ladder(three, GLOBALFILER, strict)


@pytest.mark.parametrize(("markers", "ladder"), [(12, True), (11, False)])
def test_half_of_the_markers_must_show_a_ladder(markers: int, *, ladder: bool) -> None:
    rich = {name: ["7", "8", "9", "10"] for name in list(GLOBALFILER.by_name)[:markers]}
    assert looks_like_ladder(typed(rich), GLOBALFILER, RULES.c4) is ladder
