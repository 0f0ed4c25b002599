"""All rules on whole plates: what goes wrong on purpose is found, each by its rule."""

from random import Random

import pytest

from lims.batches.turns import Turn
from lims.results.calls import (
    Call,
    Calls,
    EarlierWell,
    Known,
    PlateFacts,
    WellCalls,
)
from lims.results.checks import check_plate
from lims.results.verdicts import Outcome, Verdict, gravest, held_wells
from tests.kits import GLOBALFILER
from tests.people import (
    a_person,
    a_plate,
    clean_calls,
    exchanged,
    mixed,
    position_of,
    turned,
    typed,
)
from tests.rules import RULES

ALL_RULES = {"C4", "D1", "D2", "E1", "E2", "E7", "E8", "F3", "G1", "G1s"}
CODES = [f"S{number:02d}" for number in range(88)]
CHANCE = Random(11)
PLATE = a_plate(CODES, CHANCE)
PEOPLE = {code: typed(a_person(GLOBALFILER, CHANCE)) for code in CODES}
CLEAN = clean_calls(PLATE, PEOPLE, GLOBALFILER)
NOTHING = Known()


def _check(
    calls: tuple[WellCalls, ...], known: Known = NOTHING, plate: PlateFacts = PLATE
) -> tuple[Verdict, ...]:
    return check_plate(plate, calls, GLOBALFILER, RULES, known, lambda _x, _y: False)


def _grave(verdicts: tuple[Verdict, ...]) -> dict[str, list[Verdict]]:
    """What holds or blocks, by rule."""
    grave = [v for v in verdicts if v.outcome in {Outcome.HOLD, Outcome.BLOCK}]
    return {
        rule: [v for v in grave if v.rule == rule] for rule in {v.rule for v in grave}
    }


def test_a_clean_plate_passes_and_every_rule_leaves_a_finding() -> None:
    verdicts = _check(CLEAN)
    assert {verdict.rule for verdict in verdicts} == ALL_RULES
    assert gravest(verdicts) is Outcome.PASS
    assert held_wells(verdicts) == frozenset()
    assert all(verdict.version == 1 and verdict.sentence for verdict in verdicts)


def test_two_swapped_tubes_that_were_re_extracted_are_held_and_named() -> None:
    known = Known(
        {code: f"source {code[1:]}" for code in CODES}
        | {f"E{code[1:]}": f"source {code[1:]}" for code in CODES},
        tuple(
            EarlierWell(
                "P0", position_of(PLATE, code), f"E{code[1:]}", calls, GLOBALFILER
            )
            for code, calls in PEOPLE.items()
        ),
    )
    swapped = exchanged(CLEAN, {"S20": PEOPLE["S21"], "S21": PEOPLE["S20"]})
    found = _grave(_check(swapped, known))
    wells = {position_of(PLATE, "S20"), position_of(PLATE, "S21")}
    assert set(found) == {"G1", "G1s"}
    assert {well for verdict in found["G1"] for well in verdict.wells} == wells
    [search] = found["G1s"]
    assert "swap on P" in search.sentence
    assert any(told.startswith("swap on P1") for told in search.evidence)
    assert gravest(_check(CLEAN, known)) is Outcome.PASS


def test_a_turned_plate_is_held_as_turned_and_no_swap_is_searched() -> None:
    known = Known({}, (EarlierWell("P0", "B02", "S20", PEOPLE["S20"], GLOBALFILER),))
    verdicts = _check(turned(PLATE, CLEAN, Turn.TURNED), known)
    found = _grave(verdicts)
    assert found["C4"][0].evidence == (Turn.TURNED.value,)
    assert "G1" in found
    [swaps] = [verdict for verdict in verdicts if verdict.rule == "G1s"]
    assert swaps.outcome is Outcome.PASS


def test_a_contaminated_blank_holds_the_batch_and_names_its_source() -> None:
    some = dict(list(PEOPLE["S07"].items())[:9])
    found = _grave(_check(exchanged(CLEAN, {"blank 1": some})))
    assert set(found) == {"D1"}
    [verdict] = found["D1"]
    assert verdict.whole_batch
    assert verdict.wells == (position_of(PLATE, "blank 1"),)
    assert verdict.evidence == (position_of(PLATE, "S07"),)


@pytest.mark.parametrize("control", ["negative 1", "blank 1"])
def test_each_blank_of_the_plate_is_checked(control: str) -> None:
    dirty = exchanged(CLEAN, {control: PEOPLE["S07"]})
    assert set(_grave(_check(dirty))) >= {"D1"}


def test_a_wrong_positive_control_holds_the_batch() -> None:
    found = _grave(_check(exchanged(CLEAN, {"positive 1": PEOPLE["S07"]})))
    assert "D2" in found
    assert "F3" in found  # and the sample that stands in its place is told


def test_a_positive_control_that_the_export_leaves_out_has_failed() -> None:
    calls = tuple(well for well in CLEAN if well.item != "positive 1")
    assert "D2" in _grave(_check(calls))


def test_a_blank_that_the_export_leaves_out_is_told_as_empty() -> None:
    calls = tuple(well for well in CLEAN if well.item != "blank 1")
    blanks = [verdict for verdict in _check(calls) if verdict.rule == "D1"]
    assert {v.wells[0] for v in blanks} == {
        position_of(PLATE, "blank 1"),
        position_of(PLATE, "negative 1"),
    }


def test_a_mixture_is_held_with_the_person_in_it() -> None:
    two = mixed(PEOPLE["S30"], PEOPLE["S31"])
    found = _grave(_check(exchanged(CLEAN, {"S31": two})))
    assert set(found) == {"E1", "F3"}
    assert found["E1"][0].wells == (position_of(PLATE, "S31"),)


def test_an_impossible_allele_blocks_its_well_alone() -> None:
    calls: Calls = {**PEOPLE["S40"], "TH01": (Call("9.33", 900),)}
    verdicts = _check(exchanged(CLEAN, {"S40": calls}))
    assert set(_grave(verdicts)) == {"E7"}
    assert held_wells(verdicts) == {position_of(PLATE, "S40")}


def test_the_same_profile_twice_is_held() -> None:
    found = _grave(_check(exchanged(CLEAN, {"S50": PEOPLE["S51"]})))
    assert set(found) == {"F3"}


def test_a_sentence_is_whole_and_short_enough_to_be_kept() -> None:
    dirty = exchanged(
        CLEAN,
        {
            "blank 1": PEOPLE["S07"],
            "S50": PEOPLE["S51"],
            "S31": mixed(*PEOPLE.values()),
        },
    )
    for verdict in _check(turned(PLATE, dirty, Turn.ROW_ON)):
        assert len(verdict.sentence) <= 500
        assert verdict.sentence.endswith(".")
