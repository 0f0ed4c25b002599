"""The report of a file: roles, mixtures, homozygotes, and what nobody read."""

import pytest

from instruments import Source
from instruments.loci import has_two_copies, is_autosomal
from instruments.report import MOST_WARNINGS, report
from instruments.roles import Role, role_of

HEAD = "Sample Name\tMarker\tAllele 1\tAllele 2\tAllele 3\n"


def _report(*rows: str, head: str = HEAD) -> dict[str, object]:
    return report(Source("file.txt", (head + "\n".join(rows) + "\n").encode()))


def _samples(*rows: str, head: str = HEAD) -> list[dict[str, object]]:
    samples = _report(*rows, head=head)["samples"]
    assert isinstance(samples, list)
    return samples


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.LADDER, ["GF_ladder1_A11", "Allelic Ladder", "run7-AL", "AL2"]),
        (
            Role.POSITIVE,
            [
                *(
                    "01-Pos.ktr.__",
                    "Pos",
                    "POS_1",
                    "positive control",
                    "(+)",
                    "posctrl",
                ),
                *("amp+", "CNTL+", "ctl+2", "ext+", "2800M cntlDE"),
            ],
        ),
        (
            Role.NEGATIVE,
            [
                *(
                    "Neg_Control_ID",
                    "neg1",
                    "(-)",
                    "Reagent blank",
                    "E12_BLANK",
                    "NTC-1",
                ),
                *("cntl-", "ext-", "negctrl"),
            ],
        ),
        (
            Role.SAMPLE,
            [
                *("1_11148_1A2", "Apostolos", "Negrini", "SNEG4567A", "EXT-0123"),
                *("Al-Rashid", "S7K2-M9QX-A", "Possum", "Alba"),
            ],
        ),
        (Role.UNKNOWN, ["", " ", "pos_neg", "ladder blank"]),
    ],
)
def test_a_name_tells_a_role_by_whole_words_only(role: Role, names: list[str]) -> None:
    assert {name: role_of(name) for name in names} == dict.fromkeys(names, role)


def test_sex_markers_and_quality_sensors_are_not_autosomal() -> None:
    others = ["AMEL", "Amelogenin", "AM", "DYS385 a/b", "DYF387S1", "Y-GATA-H4"]
    others += ["Y indel", "Yindel", "DXS10103", "HPRTB", "QS1", "IQCS", "SRY"]
    assert not [marker for marker in others if is_autosomal(marker)]
    autosomal = ["D3S1358", "vWA", "Penta D", "SE33", "TH01", "AMPFX"]
    assert [marker for marker in autosomal if is_autosomal(marker)] == autosomal


def test_one_allele_of_a_y_marker_is_no_homozygote() -> None:
    assert has_two_copies("AMEL")
    assert has_two_copies("D3S1358")
    assert not has_two_copies("DYS391")


class TestMixtures:
    THREE = "S1\tFGA\t19\t21\t23"

    def test_more_than_two_alleles_at_two_loci_are_a_mixture(self) -> None:
        rows = (self.THREE, "S1\tvWA\t14\t16\t17")
        assert _samples(*rows)[0]["mixture"] is True
        assert any("mixture" in told for told in _report(*rows)["warnings"])  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "row",
        [
            "S1\tvWA\t14\t16\t",
            "S1\tvWA\t14\t14\t16",
            "S1\tDYS385\t11\t12\t13",
            "S1\tvWA\t14\t16\tOL",
            "S1\tFGA\t18\t20\t22",
        ],
    )
    def test_one_locus_alone_is_none(self, row: str) -> None:
        assert "mixture" not in _samples(self.THREE, row)[0]

    def test_a_ladder_is_none(self) -> None:
        rows = ("Ladder\tFGA\t19\t21\t23", "Ladder\tvWA\t14\t16\t17")
        assert "mixture" not in _samples(*rows)[0]


def test_parts_that_do_not_apply_are_left_out() -> None:
    (sample,) = _samples("S1\tFGA\t19\t21")
    assert sample == {
        "name": "S1",
        "role": "sample",
        "markers": {"FGA": {"alleles": ["19", "21"]}},
    }


def test_a_peak_without_height_has_none() -> None:
    head = "Sample Name\tMarker\tAllele 1\tAllele 2\tHeight 1\tHeight 2\n"
    (sample,) = _samples("S1\tFGA\t19\t21\t\t80.5", head=head)
    told = {"alleles": ["19", "21"], "heights": [None, 80.5]}
    assert sample["markers"] == {"FGA": told}


def test_refused_rows_are_told_with_line_and_value() -> None:
    found = _report("S1\tFGA\t19", "S1\t\t19")
    reason = "Line 3, 'Marker': Found '', expected the name of a marker."
    assert found["refused"] == [{"line": 3, "reason": reason}]
    assert found["rows"] == 2
    assert found["warnings"] == [reason]


def test_a_flood_of_warnings_is_cut_and_counted() -> None:
    found = _report(*["S1\t\t19"] * 200)
    warnings = found["warnings"]
    assert isinstance(warnings, list)
    assert len(warnings) == MOST_WARNINGS + 1
    assert warnings[-1] == f"There are {200 - MOST_WARNINGS} more warnings."
