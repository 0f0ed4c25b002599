"""Alleles that a kit cannot show, or that are no allele's name (E7)."""

import pytest

from lims.batches.plate import WellRole
from lims.results.alleles import check_alleles, is_possible
from lims.results.calls import Call, Calls, WellCalls, typed_well
from lims.results.verdicts import Outcome, Verdict
from tests.kits import GLOBALFILER
from tests.people import control_calls, ladder_calls
from tests.rules import RULES

BEYOND = RULES.e7.beyond_ladder


@pytest.mark.parametrize(
    ("marker", "allele"),
    [
        ("TH01", "9.3"), ("TH01", "4"), ("D3S1358", "14"), ("AMEL", "X"),
        ("AMEL", "Y"), ("Yindel", "1"), ("Yindel", "2"), ("SE33", "25.2"),
        ("D22S1045", "15.2"), ("FGA", "46.2"),
        # three whole repeats beyond the ladder is the last that can be
        ("D3S1358", "6"), ("D3S1358", "23"), ("TH01", "16.3"),
        # a peak in no bin was seen, whatever it is
        ("TH01", "OL"), ("TH01", "?"), ("TH01", "OMR"), ("TH01", "<4"),
        ("TH01", ">13.3"),
    ],
)  # fmt: skip
def test_e7_this_allele_is_possible(marker: str, allele: str) -> None:
    assert is_possible(allele, GLOBALFILER.by_name[marker], BEYOND)


@pytest.mark.parametrize(
    ("marker", "allele"),
    [
        # no allele's name
        ("TH01", "9.33"), ("TH01", "9,3"), ("TH01", "09"), ("TH01", "9.0"),
        ("TH01", "9."), ("TH01", ".3"), ("TH01", ""), ("TH01", "0"), ("TH01", "X"),
        ("TH01", "-7"), ("TH01", "7 "), ("TH01", "107"), ("TH01", "٧"),
        ("AMEL", "1"), ("AMEL", "Z"), ("AMEL", "x"),
        # not with a repeat of four bases, or of three
        ("TH01", "9.4"), ("D22S1045", "15.3"),
        # beyond what lies in the marker's range
        ("D3S1358", "5"), ("D3S1358", "24"), ("D3S1358", "23.1"), ("Yindel", "6"),
    ],
)  # fmt: skip
def test_e7_this_allele_is_impossible(marker: str, allele: str) -> None:
    assert not is_possible(allele, GLOBALFILER.by_name[marker], BEYOND)


def _check(calls: Calls, role: WellRole = WellRole.SAMPLE) -> tuple[Verdict, ...]:
    wells = [
        typed_well(WellCalls("B02", role, "S1", calls), GLOBALFILER),
        typed_well(
            WellCalls("C02", WellRole.SAMPLE, "S2", control_calls(GLOBALFILER)),
            GLOBALFILER,
        ),
    ]
    return check_alleles(wells, GLOBALFILER, RULES.e7)


def test_e7_blocks_the_well_and_names_the_marker_and_not_the_value() -> None:
    blocked, passed = _check({"TH01": (Call("9.33", 500),), "FGA": (Call("20"),)})
    assert (blocked.rule, blocked.outcome) == ("E7", Outcome.BLOCK)
    assert (blocked.wells, blocked.evidence) == (("B02",), ("TH01",))
    assert "9.33" not in blocked.sentence
    assert (passed.outcome, passed.wells) == (Outcome.PASS, ("C02",))


def test_e7_an_impossible_name_is_told_however_low_its_peak() -> None:
    assert _check({"TH01": (Call("9.33", 10),)})[0].outcome is Outcome.BLOCK


def test_e7_a_marker_that_the_kit_does_not_have_blocks_the_well() -> None:
    assert _check({"DYS19": (Call("14", 500),)})[0].evidence == ("DYS19",)


def test_e7_a_row_without_a_call_is_no_fault() -> None:
    assert len(_check({"DYS19": (), "TH01": ()})) == 1


@pytest.mark.parametrize("role", [WellRole.NEGATIVE, WellRole.POSITIVE])
def test_e7_controls_are_asked_as_well(role: WellRole) -> None:
    assert _check({"TH01": (Call("9.33"),)}, role)[0].outcome is Outcome.BLOCK


def test_e7_a_ladder_is_not_asked() -> None:
    [passed] = _check({**ladder_calls(GLOBALFILER), "QS": ()}, WellRole.LADDER)
    assert passed.wells == ("C02",)
