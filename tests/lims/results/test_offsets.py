"""A sequencer's alleles are compared under the names of capillary electrophoresis."""

import pytest

from lims.errors import BadInput
from lims.results.offsets import Offset, of_software, offset

DYS612 = Offset("UAS 1.", "DYS612", 6, "2800M")


@pytest.mark.parametrize(
    ("written", "named"), [("29", "35"), ("29.2", "35.2"), ("OL", "OL"), ("X", "X")]
)
def test_whole_repeats_are_added_and_what_is_no_number_stays(
    written: str, named: str
) -> None:
    assert DYS612.named(written) == named


@pytest.mark.parametrize(
    ("software", "known"),
    [("UAS 1.3.6897", True), ("UAS 2.7.0", False), ("UAS", False), ("", False)],
)
def test_an_offset_is_of_one_version(software: str, *, known: bool) -> None:
    assert ("DYS612" in of_software([DYS612], software)) is known


@pytest.mark.parametrize(
    "values",
    [
        {"software": "UAS 1.", "marker": "DYS612", "add": 0, "source": "x"},
        {"software": "UAS 1.", "marker": "DYS612", "add": 1.5, "source": "x"},
        {"software": "UAS 1.", "marker": "DYS612", "add": True, "source": "x"},
        {"software": "UAS 1.", "marker": "DYS612", "add": 99, "source": "x"},
        {"software": "", "marker": "DYS612", "add": 6, "source": "x"},
        {"software": "UAS 1.", "marker": "DYS0", "add": 6, "source": "x"},
    ],
)
def test_a_faulty_offset_is_told_at_the_start(values: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        offset(values)
