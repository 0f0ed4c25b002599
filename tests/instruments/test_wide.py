"""Tables with markers or persons in columns: no column becomes an allele by mistake."""

import pytest

from instruments import GenotypeExport, InstrumentError, Source, genotypes
from instruments.records import RefusedRow
from instruments.wide import marker_of


def _parse(text: str) -> GenotypeExport:
    return genotypes(Source("table.csv", text.encode()))


def _alleles(text: str) -> dict[str, tuple[str, ...]]:
    return {one.marker: one.alleles for one in _parse(text).readings}


def _refused(row: str) -> RefusedRow:
    (refused,) = _parse(f"Sample,TH01,FGA\nR1,6,22\n{row}\nR3,7,21\n").refused
    assert refused.line == 3
    return refused


class TestOneRowForEachSample:
    def test_alleles_share_a_cell_or_have_columns_of_their_own(self) -> None:
        assert _alleles('Sample,TH01,FGA\nR1,"6,9.3",22\n') == {
            "TH01": ("6", "9.3"),
            "FGA": ("22",),
        }
        assert _alleles("Sample,TH01,TH01_1,FGA,FGA_1\nR1,6,9.3,22,22\n") == {
            "TH01": ("6", "9.3"),
            "FGA": ("22", "22"),
        }

    def test_an_age_is_no_allele(self) -> None:
        (first, *_) = _parse("Sample,Age,TH01,FGA\nR1,41,6,22\n").readings
        assert first.unread == {"Age": "41"}
        assert first.marker == "TH01"

    @pytest.mark.parametrize(
        "header", ["Sample,TH01,FGA,FGA", "Sample,TH01,TH01,FGA,FGA,FGA"]
    )
    def test_a_column_that_stands_twice_is_refused(self, header: str) -> None:
        with pytest.raises(InstrumentError, match="'FGA'"):
            _parse(f"{header}\nR1,6,22,23,24,25\n")

    def test_a_second_column_that_is_missing_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="the same number of columns"):
            _parse("Sample,TH01,TH01(2),FGA\nR1,6,7,22\n")

    def test_a_marker_of_one_chromosome_may_have_one_column(self) -> None:
        found = _alleles("Sample,TH01,TH01(2),DYS391\nR1,6,7,10\n")
        assert found == {"TH01": ("6", "7"), "DYS391": ("10",)}

    def test_a_marker_of_one_chromosome_that_stands_twice_is_refused(self) -> None:
        """Where other second columns have a sign, one without is the same again."""
        with pytest.raises(InstrumentError, match="'DYS391'"):
            _parse("Sample,TH01,TH01(2),DYS391,DYS391\nR1,6,7,10,10\n")
        found = _alleles("Sample,TH01,TH01,DYS391,DYS391\nR1,6,7,10,\n")
        assert found == {"TH01": ("6", "7"), "DYS391": ("10",)}

    def test_a_comma_that_may_be_a_decimal_sign_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="may part two alleles"):
            _parse("Sample;TH01;FGA\nR1;9,3;22\n")
        found = _alleles("Sample;TH01;FGA\nR1;9,3;22,24\n")
        assert found == {"TH01": ("9", "3"), "FGA": ("22", "24")}

    def test_two_columns_for_the_sample_are_refused(self) -> None:
        with pytest.raises(InstrumentError, match="'Sample'"):
            _parse("Sample,Sample,TH01,FGA\nR1,R1,6,22\n")

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            (",6,22", "the name of a sample"),
            ("R2,6,twenty", "names of alleles"),
            ("R2,6,22,23", "no cell beyond the header's columns"),
            ('R2,"6,22', "a quoted cell that ends in its own line"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_refused(
        self, row: str, expected: str
    ) -> None:
        assert _refused(row).expected == expected

    def test_a_cut_row_is_refused(self) -> None:
        export = _parse("Sample,TH01,FGA\nR1,6,22\nR2,6")
        assert export.refused[0].expected == "3 cells: the file looks cut here"
        assert export.warnings

    def test_a_table_of_frequencies_is_not_claimed(self) -> None:
        with pytest.raises(InstrumentError, match="No parser claims"):
            _parse("Allele,TH01,FGA\n6,0.2,0.1\n")


class TestPersonsInColumns:
    def test_each_person_has_two_columns(self) -> None:
        found = _parse("Marker,A,A,B,B\nTH01,6,9.3,7,7\n").readings
        assert [(one.sample, one.alleles) for one in found] == [
            ("A", ("6", "9.3")),
            ("B", ("7", "7")),
        ]

    def test_a_person_with_three_columns_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="does not stand twice"):
            _parse("Marker,A,A,A,B,B\nTH01,6,9.3,6,7,7\n")

    def test_a_row_without_a_marker_is_refused(self) -> None:
        export = _parse("Marker,A,A\nTH01,6,7\n,8,9\nFGA,8,x9y\n")
        assert [row.expected for row in export.refused] == [
            "the name of a marker",
            "the name of an allele",
        ]


@pytest.mark.parametrize(
    ("name", "marker"),
    [
        ("AMEL(2)", "AMEL"),
        ("D1S1656_1", "D1S1656"),
        ("Penta D", "Penta D"),
        ("Penta D 2", "Penta D"),
        ("DYS389.1", "DYS389.1"),
        ("DYS385a", "DYS385a"),
        ("Remark", ""),
        ("Sex", ""),
    ],
)
def test_the_marker_of_a_column(name: str, marker: str) -> None:
    assert marker_of(name) == marker


def test_remarks_may_stand_above_the_header() -> None:
    """As STRidER's files have them, tabs and all."""
    table = "SampleName\tTH01\tTH01\tFGA\tFGA\nS1\t6\t9.3\t21\t\n"
    content = f"# \t\t\t\t\n# submitted by , \t\t\t\t\n#\n{table}".encode()
    export = genotypes(Source("strider.tsv", content))
    assert [(one.line, one.marker) for one in export.readings] == [
        (5, "TH01"),
        (5, "FGA"),
    ]
    assert export.warnings == ("What stands above line 4, the header, is not read.",)


def test_another_table_below_the_first_is_refused() -> None:
    content = b"Sample\tTH01\tFGA\nS1\t6\t21\nSample\tFGA\tTH01\nS2\t21\t6\n"
    with pytest.raises(InstrumentError, match="Line 3: Another table begins"):
        genotypes(Source("two.txt", content))


@pytest.mark.parametrize("left", [b"", b",", b",,,"])
def test_columns_that_a_table_program_leaves_empty_hide_no_person(left: bytes) -> None:
    rows = [
        b"Marker,victim,victim,suspect,suspect",
        b"TH01,6,9.3,7,7",
        b"FGA,21,,22,23",
    ]
    export = genotypes(Source("ref.csv", b"".join(row + left + b"\n" for row in rows)))
    assert {one.sample for one in export.readings} == {"victim", "suspect"}
    assert not export.refused
