"""Two readings of one injection, compared locus by locus (E11)."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.profiles.readings import Difference, Reading, differences

FIRST: Reading = {"TH01": ("7", "9.3"), "FGA": ("20", "?"), "SE33": ("17",)}


def test_e11_equal_readings_are_concordant() -> None:
    assert differences(FIRST, dict(FIRST)) == ()


@pytest.mark.parametrize(
    ("marker", "alleles"),
    [
        ("TH01", ("7",)),
        ("TH01", ("7", "10")),
        ("TH01", ()),
        ("FGA", ("20",)),
        ("SE33", ("17", "?")),
        ("SE33", ("17", "18")),
        ("vWA", ("14",)),
    ],
)
def test_e11_two_readers_that_differ_at_a_locus_are_discordant_there(
    marker: str, alleles: tuple[str, ...]
) -> None:
    second = {**FIRST, marker: alleles}
    first = tuple(FIRST.get(marker, ()))
    assert differences(FIRST, second) == (Difference(marker, first, alleles),)
    assert differences(second, FIRST) == (Difference(marker, alleles, first),)


def test_e11_a_locus_that_only_one_reader_reports_is_a_difference() -> None:
    without = {name: FIRST[name] for name in FIRST if name != "FGA"}
    assert differences(FIRST, without) == (Difference("FGA", ("20", "?"), ()),)


def test_e11_a_locus_without_result_in_both_readings_is_none() -> None:
    assert differences({**FIRST, "vWA": ()}, FIRST) == ()


def test_e11_the_order_of_alleles_and_a_homozygote_written_twice_do_not_matter() -> (
    None
):
    second = {**FIRST, "TH01": ("9.3", "7"), "SE33": ("17", "17")}
    assert differences(FIRST, second) == ()


READINGS = st.dictionaries(
    st.sampled_from(["TH01", "FGA", "SE33"]),
    st.lists(st.sampled_from(["7", "8", "9.3", "?"]), max_size=3),
)


@given(READINGS, READINGS)
def test_e11_readers_differ_at_the_same_loci_from_both_sides(
    one: Reading, other: Reading
) -> None:
    there, back = differences(one, other), differences(other, one)
    assert {d.marker for d in there} == {d.marker for d in back}
