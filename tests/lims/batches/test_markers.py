"""One name for each marker."""

import pytest

from lims.batches.markers import (
    ALIASES,
    QUALITY_SENSORS,
    by_folded_name,
    canonical,
    canonical_allele,
    folded,
    is_quality_sensor,
)
from lims.errors import BadInput


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        ("Amelogenin", "AMEL"), ("AM", "AMEL"), ("VWA", "vWA"), ("PentaD", "Penta D"),
        ("PENTA E", "Penta E"), ("DYS389 I", "DYS389I"), ("DYS389 II", "DYS389II"),
        ("DYS385a-b", "DYS385"), ("DYS385 a/b", "DYS385"), ("DYS385A-B", "DYS385"),
        ("Y-GATA-H4", "YGATAH4"), ("ACTBP2", "SE33"), ("YINDEL", "Yindel"),
        ("Y indel", "Yindel"), ("d3s1358", "D3S1358"), (" D3S1358 ", "D3S1358"),
    ],
)  # fmt: skip
def test_a_marker_is_known_by_each_of_its_names(seen: str, name: str) -> None:
    assert canonical(seen) == name


def test_an_unknown_marker_is_not_guessed() -> None:
    assert canonical("D3S1359") is None
    assert canonical("") is None


def test_no_alias_names_two_markers() -> None:
    assert set(by_folded_name(ALIASES).values()) == set(ALIASES)


def test_an_alias_that_names_two_markers_is_refused() -> None:
    with pytest.raises(BadInput, match="'A-M' names both 'AMEL' and 'SE33'"):
        by_folded_name({"AMEL": ("AM",), "SE33": ("A-M",)})


@pytest.mark.parametrize("name", ["QS1", "qs2", "IQCS", "IQCL"])
def test_a_quality_sensor_is_no_marker_of_the_person(name: str) -> None:
    assert is_quality_sensor(name)
    assert canonical(name) is None


def test_no_marker_is_taken_for_a_quality_sensor() -> None:
    assert not {folded(name) for name in QUALITY_SENSORS} & {
        folded(name) for name in ALIASES
    }
    assert not is_quality_sensor("SE33")


@pytest.mark.parametrize(
    ("marker", "seen", "allele"),
    [
        ("AMEL", "1", "X"), ("AMEL", "2", "Y"), ("AMEL", "x", "X"),
        ("AMEL", "chrY", "Y"), ("TH01", "9.3", "9.3"), ("Yindel", "1", "1"),
    ],
)  # fmt: skip
def test_sex_alleles_are_x_and_y_and_others_stay(
    marker: str, seen: str, allele: str
) -> None:
    assert canonical_allele(marker, seen) == allele
