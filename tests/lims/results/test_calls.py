"""How calls are read before they are compared (9.0)."""

from random import Random

import pytest

from lims.batches.plate import WellRole
from lims.results.calls import (
    Call,
    Known,
    WellCalls,
    genotype,
    is_confirmed_homozygote,
    is_on_ladder,
    peaks,
    typed_well,
)
from tests.kits import ESX17, GLOBALFILER
from tests.people import a_person, typed


def test_a_peak_at_the_analytical_threshold_counts_and_one_below_does_not() -> None:
    calls = {"TH01": (Call("7", 50), Call("8", 49))}
    assert peaks(calls, GLOBALFILER) == {"TH01": (Call("7", 50),)}
    assert genotype(calls, GLOBALFILER).alleles == {"TH01": {"7"}}


def test_a_call_without_height_counts() -> None:
    assert peaks({"TH01": (Call("7"),)}, GLOBALFILER) == {"TH01": (Call("7"),)}


def test_a_marker_without_any_peak_is_left_out() -> None:
    calls = {"TH01": (), "FGA": (Call("20", 10),)}
    assert peaks(calls, GLOBALFILER) == {}
    assert genotype(calls, GLOBALFILER).alleles == {}


@pytest.mark.parametrize("name", ["OL", "OMR", "?", "<9", ">25", "<9.3"])
def test_off_ladder_peaks_are_seen_and_not_compared(name: str) -> None:
    calls = {"TH01": (Call("7", 900), Call(name, 900))}
    assert not is_on_ladder(Call(name))
    assert len(peaks(calls, GLOBALFILER)["TH01"]) == 2
    assert genotype(calls, GLOBALFILER).alleles == {"TH01": {"7"}}


def test_a_marker_with_off_ladder_peaks_alone_is_not_compared() -> None:
    assert genotype({"TH01": (Call("OL", 900),)}, GLOBALFILER).alleles == {}


def test_only_autosomal_loci_are_compared() -> None:
    person = a_person(GLOBALFILER, Random(1))
    assert set(genotype(typed(person), GLOBALFILER).alleles) == GLOBALFILER.autosomal


@pytest.mark.parametrize(("height", "confirmed"), [(200, True), (199, False)])
def test_a_single_allele_at_the_stochastic_threshold_is_a_confirmed_homozygote(
    height: int, *, confirmed: bool
) -> None:
    calls = {"TH01": (Call("7", height),)}
    assert ("TH01" in genotype(calls, GLOBALFILER).confirmed) is confirmed


def test_an_allele_written_twice_without_height_confirms_nothing() -> None:
    twice = {"TH01": (Call("7"), Call("7"))}
    assert genotype(twice, GLOBALFILER).alleles == {"TH01": {"7"}}
    assert not genotype(twice, GLOBALFILER).confirmed


def test_an_allele_written_twice_and_high_is_confirmed() -> None:
    twice = {"TH01": (Call("7", 900), Call("7", 900))}
    assert genotype(twice, GLOBALFILER).confirmed == {"TH01"}


def test_two_alleles_are_no_homozygote() -> None:
    both = [Call("7", 900), Call("8", 900)]
    assert not is_confirmed_homozygote(both, GLOBALFILER)
    assert not genotype({"TH01": tuple(both)}, GLOBALFILER).confirmed


def test_a_well_is_read_once_for_all_rules() -> None:
    calls = {"TH01": (Call("7", 900),), "AMEL": (Call("X", 900), Call("Y", 20))}
    well = typed_well(WellCalls("B01", WellRole.SAMPLE, "S1", calls), ESX17)
    assert (well.position, well.role, well.item) == ("B01", WellRole.SAMPLE, "S1")
    assert well.calls == calls
    assert well.peaks["AMEL"] == (Call("X", 900),)
    assert well.genotype.alleles == {"TH01": {"7"}}


def test_an_item_of_no_known_source_is_its_own() -> None:
    known = Known({"S2": "S1"})
    assert (known.source("S2"), known.source("S3")) == ("S1", "S3")
