"""Blanks must be empty (D1) and positive controls right (D2)."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from lims.batches.plate import WellRole
from lims.results.calls import Call, Calls, TypedWell, WellCalls, typed_well
from lims.results.controls import check_blanks, check_positives
from lims.results.verdicts import Outcome, Verdict
from tests.kits import ESX17, GLOBALFILER
from tests.people import a_person, control_calls, typed
from tests.rules import RULES


def _well(
    calls: Calls, role: WellRole = WellRole.NEGATIVE, position: str = "B02"
) -> TypedWell:
    return typed_well(WellCalls(position, role, position, calls), GLOBALFILER)


def _peaks(*names: str, height: int | None = 300) -> Calls:
    """Peaks such as 'TH01:7', 'TH01:8'."""
    calls: dict[str, tuple[Call, ...]] = {}
    for name in names:
        marker, allele = name.split(":")
        calls[marker] = (*calls.get(marker, ()), Call(allele, height))
    return calls


def _blank(calls: Calls, *members: TypedWell) -> Verdict:
    [verdict] = check_blanks([_well(calls), *members], RULES.d1)
    return verdict


FOUR = _peaks("TH01:7", "FGA:20", "SE33:17", "vWA:14")
FIVE = _peaks("TH01:7", "FGA:20", "SE33:17", "vWA:14", "TPOX:8")


@pytest.mark.parametrize("role", [WellRole.EXTRACTION_BLANK, WellRole.NEGATIVE])
def test_d1_an_empty_blank_passes(role: WellRole) -> None:
    [verdict] = check_blanks([_well({}, role)], RULES.d1)
    assert (verdict.rule, verdict.outcome) == ("D1", Outcome.PASS)
    assert verdict.wells == ("B02",)


def test_d1_a_peak_below_the_analytical_threshold_is_no_allele() -> None:
    assert _blank(_peaks("TH01:7", height=49)).outcome is Outcome.PASS
    assert _blank(_peaks("TH01:7", height=50)).outcome is Outcome.NOTE


@pytest.mark.parametrize(
    "names", [("TH01:7",), ("TH01:7", "FGA:20"), ("FGA:1", "FGA:2")]
)
def test_d1_one_or_two_alleles_at_up_to_two_loci_are_a_note(
    names: tuple[str, ...],
) -> None:
    verdict = _blank(_peaks(*names))
    assert verdict.outcome is Outcome.NOTE
    assert not verdict.whole_batch
    assert verdict.numbers["alleles"] == len(names)


def test_d1_three_alleles_hold_the_whole_batch() -> None:
    verdict = _blank(_peaks("TH01:7", "TH01:8", "FGA:20"))
    assert verdict.outcome is Outcome.HOLD
    assert verdict.whole_batch
    assert verdict.numbers["alleles"] == 3


def test_d1_two_alleles_at_more_loci_than_allowed_hold_the_batch() -> None:
    strict = replace(RULES.d1, note_loci=1)
    [verdict] = check_blanks([_well(_peaks("TH01:7", "FGA:20"))], strict)
    assert verdict.outcome is Outcome.HOLD


def test_d1_an_off_ladder_peak_in_a_blank_counts() -> None:
    assert _blank(_peaks("TH01:OL", "FGA:OL", "SE33:OL")).outcome is Outcome.HOLD


def test_d1_calls_without_heights_count() -> None:
    calls = _peaks("TH01:7", "FGA:20", "SE33:17", height=None)
    assert _blank(calls).outcome is Outcome.HOLD


def test_d1_each_blank_of_the_plate_is_judged() -> None:
    wells = [
        _well({}, WellRole.NEGATIVE, "B02"),
        _well(FIVE, WellRole.EXTRACTION_BLANK, "C05"),
        _well(FIVE, WellRole.SAMPLE, "D05"),
    ]
    told = {v.wells: v.outcome for v in check_blanks(wells, RULES.d1)}
    assert told == {("B02",): Outcome.PASS, ("C05",): Outcome.HOLD}


def _members(*contents: Calls, role: WellRole = WellRole.SAMPLE) -> Sequence[TypedWell]:
    return [_well(calls, role, f"A{n:02d}") for n, calls in enumerate(contents, 2)]


def test_d1_three_or_four_alleles_list_the_members_that_include_all() -> None:
    whole = {**FOUR, "TPOX": (Call("8", 900),)}
    three_of_four = {name: FOUR[name] for name in list(FOUR)[:3]}
    verdict = _blank(FOUR, *_members(whole, three_of_four))
    assert verdict.evidence == ("A02",)
    assert "Likely source: A02" in verdict.sentence


def test_d1_five_alleles_name_members_that_show_four_fifths_the_best_first() -> None:
    four_of_five = {name: FIVE[name] for name in list(FIVE)[:4]}
    three_of_five = {name: FIVE[name] for name in list(FIVE)[:3]}
    verdict = _blank(FIVE, *_members(three_of_five, four_of_five, FIVE))
    assert verdict.evidence == ("A04", "A03")
    assert verdict.numbers["likely_sources"] == 2


def test_d1_a_contaminated_blank_names_its_contributor_and_that_it_is_beside() -> None:
    chance = Random(4)
    people = [typed(a_person(GLOBALFILER, chance)) for _ in range(20)]
    members = [
        _well(calls, WellRole.SAMPLE, f"{row}{column:02d}")
        for calls, (row, column) in zip(
            people, [(r, c) for c in (1, 2, 3) for r in "ACDEFGH"], strict=False
        )
    ]
    verdict = _blank(dict(list(people[3].items())[:7]), *members)
    assert verdict.evidence == (members[3].position,)

    beside = next(m for m in members if m.position == "A02")
    verdict = _blank(dict(list(beside.calls.items())[:7]), *members)
    assert "A02 beside it" in verdict.sentence


def test_d1_the_positive_control_may_be_the_source() -> None:
    member = _members(control_calls(GLOBALFILER), role=WellRole.POSITIVE)
    blank = dict(list(control_calls(GLOBALFILER).items())[:4])
    assert _blank(blank, *member).evidence == ("A02",)


def test_d1_another_blank_or_the_ladder_is_no_source() -> None:
    ladder = _members(FIVE, role=WellRole.LADDER)
    assert _blank(FIVE, *ladder).evidence == ()


def test_d1_a_source_outside_the_batch_is_said_so() -> None:
    verdict = _blank(FIVE, *_members(_peaks("TH01:9")))
    assert verdict.evidence == ()
    assert "compare with staff and suppliers" in verdict.sentence


def test_d1_many_possible_sources_are_cut_in_the_sentence_and_kept_whole() -> None:
    verdict = _blank(FOUR, *_members(*[FOUR] * 11))
    assert len(verdict.evidence) == 11
    assert "A06 and 6 more" in verdict.sentence


def test_d1_off_ladder_peaks_name_no_source() -> None:
    everybody = _members(_peaks("TH01:7"))
    verdict = _blank(_peaks("TH01:OL", "FGA:OL", "SE33:OL"), *everybody)
    assert verdict.evidence == ()


def test_d1_tells_no_allele() -> None:
    sentence = _blank(_peaks("TH01:9.3", "FGA:46.2", "SE33:25.2")).sentence
    assert not any(allele in sentence for allele in ("9.3", "46.2", "25.2"))


def _positive(calls: Calls, flagged: tuple[str, ...] = ()) -> Verdict:
    rule = replace(RULES.d2, flagged_loci=flagged)
    wells = [_well(calls, WellRole.POSITIVE), _well(calls, WellRole.SAMPLE, "C03")]
    [verdict] = check_positives(wells, GLOBALFILER, rule)
    return verdict


def _control(**changed: tuple[Call, ...]) -> Calls:
    return {**control_calls(GLOBALFILER), **changed}


def test_d2_the_right_control_dna_passes() -> None:
    verdict = _positive(control_calls(GLOBALFILER))
    assert (verdict.rule, verdict.outcome) == ("D2", Outcome.PASS)
    assert not verdict.whole_batch


def test_d2_a_missing_allele_holds_the_batch() -> None:
    verdict = _positive(_control(TH01=(Call("7", 900),)))
    assert (verdict.outcome, verdict.evidence) == (Outcome.HOLD, ("TH01",))
    assert verdict.numbers == {"missing": 1, "extra": 0}
    assert verdict.whole_batch


def test_d2_an_allele_below_the_analytical_threshold_is_missing() -> None:
    low = _control(TH01=(Call("7", 900), Call("9.3", 49)))
    assert _positive(low).outcome is Outcome.HOLD


def test_d2_another_allele_holds_the_batch() -> None:
    more = (Call("7", 900), Call("8", 60), Call("9.3", 900))
    verdict = _positive(_control(TH01=more))
    assert (verdict.outcome, verdict.numbers["extra"]) == (Outcome.HOLD, 1)


def test_d2_an_off_ladder_peak_holds_the_batch() -> None:
    more = (Call("7", 900), Call("OL", 60), Call("9.3", 900))
    assert _positive(_control(TH01=more)).outcome is Outcome.HOLD


def test_d2_alleles_missing_only_at_flagged_loci_are_a_warning() -> None:
    calls = _control(SE33=(Call("17", 900),))
    assert _positive(calls, ("SE33",)).outcome is Outcome.WARN
    assert _positive(calls, ("FGA",)).outcome is Outcome.HOLD


def test_d2_an_extra_allele_at_a_flagged_locus_is_a_hold_all_the_same() -> None:
    calls = _control(SE33=(Call("17", 900), Call("18", 900), Call("25.2", 900)))
    assert _positive(calls, ("SE33",)).outcome is Outcome.HOLD


def test_d2_an_empty_positive_control_holds_the_batch() -> None:
    verdict = _positive({})
    assert (verdict.outcome, verdict.numbers["missing"]) == (Outcome.HOLD, 24)


def test_d2_the_control_dna_of_another_kit_is_wrong() -> None:
    assert _positive(control_calls(ESX17)).outcome is Outcome.HOLD


def test_d2_a_marker_that_the_kit_does_not_have_holds_the_batch() -> None:
    assert _positive(_control(DYS19=(Call("14", 900),))).outcome is Outcome.HOLD
