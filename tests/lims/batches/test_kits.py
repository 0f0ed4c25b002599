"""What a kit is, as shipped, and what is told about a faulty one."""

from decimal import Decimal
from itertools import pairwise

import pytest

from lims.batches.kits import Kit, MarkerKind, kit
from lims.batches.markers import canonical
from lims.errors import BadInput
from tests.kits import ESX17, GLOBALFILER, VALUES, marker_values, spoiled

SHIPPED = [GLOBALFILER, ESX17]


def _peaks(**changes: object) -> dict[str, object]:
    """The section of the peak check, in its third version."""
    usual: dict[str, object] = {
        "version": 3,
        "stutter": [],
        "minus_a": 0,
        "pull_up": 0,
        "off_scale_pull_up": 0,
    }
    return {"peak_check": {**usual, **changes}}


@pytest.mark.parametrize(
    ("shipped", "markers", "autosomal", "y"),
    [(GLOBALFILER, 24, 21, {"Yindel", "DYS391"}), (ESX17, 17, 16, set())],
    ids=["GlobalFiler", "PowerPlex ESX 17"],
)
def test_a_shipped_kit_has_its_markers(
    shipped: Kit, markers: int, autosomal: int, y: set[str]
) -> None:
    assert len(shipped.by_name) == markers
    assert len(shipped.autosomal) == autosomal
    assert shipped.y_markers == y
    assert shipped.by_name["AMEL"].kind is MarkerKind.AMELOGENIN


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda one: one.name)
def test_ranges_of_one_dye_do_not_overlap(shipped: Kit) -> None:
    for dye in {marker.dye for marker in shipped.markers}:
        row = [marker for marker in shipped.markers if marker.dye == dye]
        for left, right in pairwise(row):
            assert left.longest <= right.shortest, (left.name, right.name)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda one: one.name)
def test_each_marker_has_a_dye_of_its_own_kit(shipped: Kit) -> None:
    assert len({marker.dye for marker in shipped.markers}) == len(shipped.dyes)


def test_the_control_dna_of_globalfiler_is_007() -> None:
    control = GLOBALFILER.positive
    assert control.name == "007"
    assert control.genotype["TH01"] == {"7", "9.3"}
    assert control.genotype["AMEL"] == {"X", "Y"}
    assert control.genotype["TPOX"] == {"8"}


def test_the_control_dna_of_esx17_is_2800m() -> None:
    control = ESX17.positive
    assert control.name == "2800M"
    assert control.genotype["D21S11"] == {"29", "31.2"}
    assert control.genotype["D22S1045"] == {"16"}


def test_a_range_is_an_exact_number() -> None:
    assert ESX17.by_name["D3S1358"].shortest == Decimal("92.01")


@pytest.mark.parametrize(
    ("panel", "shipped"),
    [
        ("GlobalFiler_Panel_v1", GLOBALFILER),
        ("globalfiler", GLOBALFILER),
        ("PowerPlex_ESX_17_IDX_v2.0", ESX17),
        ("PowerPlex ESX17", ESX17),
    ],
)
def test_a_kit_is_known_by_the_names_of_its_panels(panel: str, shipped: Kit) -> None:
    assert [one for one in SHIPPED if one.is_called(panel)] == [shipped]


def test_a_panel_of_another_kit_is_not_taken_for_ours() -> None:
    assert not ESX17.is_called("PowerPlex_ESX_17_Fast_IDX_v1.1")


def test_all_markers_bear_their_canonical_names() -> None:
    for shipped in SHIPPED:
        assert all(canonical(name) == name for name in shipped.by_name)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "'name' is ''; expected a text"),
        ({"aliases": "GF"}, "'aliases' is 'GF'; expected a list of texts"),
        ({"analytical_threshold": 0}, "'0'; expected a whole number of at least 1"),
        ({"analytical_threshold": True}, "'analytical_threshold' is 'True'"),
        ({"stochastic_threshold": 49}, "49 RFU is below the analytical one of 50"),
        ({"colour": "blue"}, "'colour' is not known here"),
        ({"markers": []}, "at least one marker"),
        ({"markers": "D3"}, "'markers' is 'D3'; expected a list of sections"),
        ({"markers": [marker_values(kind="x")]}, "'kind' is 'x'; expected one of auto"),
        ({"markers": [marker_values(ladder=["9"])]}, "'ladder' has 1 parts"),
        ({"markers": [marker_values(range=[2, "x"])]}, "expected a list of numbers"),
        ({"markers": [marker_values(range=[9, 9])]}, "from 9 to 9 base pairs is empty"),
        ({"markers": [marker_values(repeat=1)]}, "number 1: 'repeat' is '1'"),
        ({"markers": [marker_values(size=1)]}, "'size' is not known here"),
        ({"markers": [marker_values(name="VWA")]}, "it is called 'vWA' here"),
        ({"markers": [marker_values(name="D99S1")]}, "'D99S1' is unknown: no marker"),
        ({"markers": [marker_values(), marker_values()]}, "'D3S1358' stands 2 times"),
        ({"positive_control": 7}, "'positive_control' is '7'; expected a section"),
        ({"null_alleles": [{"marker": "TH01"}]}, "'allele' is missing"),
        ({"null_alleles": [{"size": "1"}]}, "'size' is not known here"),
        ({"positive_control": {"lot": "1"}}, "'lot' is not known here"),
        ({"peak_check": {"stutter": []}}, "'minus_a' is missing"),
        (_peaks(stutter=[{"repeats": 0, "most": 0.1}]), "expected whole repeats"),
        (_peaks(stutter=[{"repeats": -1, "most": 20}]), "'most' is '20'"),
        (_peaks(markers={"DYS19": []}), "stutter at 'DYS19', not in this kit"),
    ],
)  # fmt: skip
def test_a_faulty_kit_is_refused_with_the_fault(
    changes: dict[str, object], told: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        kit(spoiled(**changes))
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("genotype", "told"),
    [
        ({"TH01": ["7"]}, "no alleles at 'AMEL'"),
        ({"DYS19": ["7"]}, "has alleles at 'DYS19', not in this kit"),
        ({"TH01": ["7", "8", "9"]}, "has 3 alleles at 'TH01'"),
        ({"TH01": []}, "has 0 alleles at 'TH01'"),
    ],
)
def test_a_control_dna_with_another_set_of_markers_is_refused(
    genotype: dict[str, list[str]], told: str
) -> None:
    control = {"name": "007", "aliases": [], "genotype": genotype}
    with pytest.raises(BadInput) as refusal:
        kit(spoiled(positive_control=control))
    assert told in str(refusal.value)


def test_every_fault_of_a_kit_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refusal:
        kit(spoiled(name="", size_standard=None, colour="blue"))
    assert len(str(refusal.value).splitlines()) == 3


def test_a_null_allele_names_marker_allele_and_the_other_kit() -> None:
    null = {"marker": "D22S1045", "allele": "9", "against": "PowerPlex ESX 17"}
    [read] = kit(spoiled(null_alleles=[null])).null_alleles
    assert (read.marker, read.allele, read.against) == tuple(null.values())


def test_a_kit_sets_what_explains_a_peak_and_is_named_by_it() -> None:
    own = {"TH01": [{"repeats": -1, "most": Decimal("0.05")}]}
    built = kit(spoiled(**_peaks(markers=own)))
    assert built.peaks_set_by == "GlobalFiler, version 3"
    told = dict(built.peaks.numbers())
    assert (told["stutter"], told["stutter TH01"]) == ("none", "-1: 0.05")
    values = {**VALUES["GlobalFiler"]}
    del values["peak_check"]
    assert kit(values).peaks_set_by == "usual practice"


def test_the_shipped_values_are_not_changed_by_reading() -> None:
    assert kit(VALUES["GlobalFiler"]) == GLOBALFILER
