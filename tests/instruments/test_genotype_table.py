"""Tables as laboratories set them up, and as they are damaged on the way."""

from decimal import Decimal

import pytest

from instruments import GenotypeExport, InstrumentError, Source, genotypes
from instruments.errors import AmbiguousFile, BadTable, UnknownFile
from instruments.genotype_table import MOST_TOLD
from instruments.records import Homozygote, MarkerReading, Peak, RefusedRow

HEAD = "Sample Name\tMarker\tAllele 1\tAllele 2\tHeight 1\tHeight 2\n"


def _parse(text: str) -> GenotypeExport:
    return genotypes(Source("table.txt", text.encode()))


def _rows(*rows: str, end: str = "\n") -> GenotypeExport:
    return _parse(HEAD + "\n".join(rows) + end)


def _one(row: str) -> MarkerReading:
    (reading,) = _rows(row).readings
    return reading


def _refused(row: str) -> RefusedRow:
    """The one refused row between two good ones."""
    good = "S1\tFGA\t21\t\t300\t"
    export = _rows(good, row, good.replace("FGA", "TH01"))
    assert [reading.line for reading in export.readings] == [2, 4]
    assert export.rows == 3
    (refused,) = export.refused
    assert refused.line == 3
    return refused


class TestPeaks:
    def test_alleles_are_text_and_heights_decimal(self) -> None:
        reading = _one("S1\tTH01\t9.3\tOL\t1204\t88.5")
        assert reading.peaks == (
            Peak("9.3", Decimal(1204)),
            Peak("OL", Decimal("88.5")),
        )

    def test_the_first_cell_may_be_empty_while_the_second_is_filled(self) -> None:
        assert _one("S1\tTH01\t\t9\t\t88").peaks == (Peak("9", Decimal(88)),)

    def test_a_marker_without_peaks_is_a_reading_without_peaks(self) -> None:
        assert _one("S1\tTH01\t\t\t\t").peaks == ()

    def test_an_allele_may_have_no_height(self) -> None:
        assert _one("S1\tTH01\t6\t\t\t").peaks == (Peak("6"),)

    def test_the_order_of_the_peaks_is_that_of_their_numbers(self) -> None:
        head = "Allele 10\tMarker\tAllele 2\tSample Name\tAllele 1\n"
        (reading,) = _parse(f"{head}c\tFGA\tb\tS1\ta\n").readings
        assert reading.alleles == ("a", "b", "c")

    def test_formulas_stay_text(self) -> None:
        reading = _one("=1+1\t+PC\t-AL\t@A\t12\t12")
        assert (reading.sample, reading.marker) == ("=1+1", "+PC")
        assert reading.alleles == ("-AL", "@A")

    @pytest.mark.parametrize(
        ("alleles", "called", "homozygote"),
        [
            ("14\t15", ("14", "15"), None),
            ("14\t14", ("14",), Homozygote.TWICE),
            ("14\t", ("14",), Homozygote.ONCE),
            ("\t14", ("14",), Homozygote.ONCE),
            ("OL\t", (), None),
            ("14\tOL", ("14",), None),
            ("?\t?", (), None),
            ("\t", (), None),
        ],
    )
    def test_one_allele_written_once_or_twice_is_told_apart(
        self, alleles: str, called: tuple[str, ...], homozygote: Homozygote | None
    ) -> None:
        reading = _one(f"S1\tTH01\t{alleles}\t\t")
        assert (reading.called, reading.homozygote) == (called, homozygote)


class TestColumns:
    def test_a_table_without_sample_names_is_named_by_its_files(self) -> None:
        (reading,) = _parse("Sample File\tMarker\tAllele 1\na.fsa\tFGA\t21\n").readings
        assert (reading.sample, reading.source) == ("a.fsa", "a.fsa")

    def test_flags_and_unread_cells_are_kept_apart(self) -> None:
        head = "UD1,Sample Name,GQ,Marker,Allele 1,OMIT,Data Point 1,,UD1\n"
        (reading,) = _parse(f"{head}a,S1,0.9,FGA,21,true,4711,x,\n").readings
        assert reading.flags == {"GQ": "0.9", "OMIT": "true"}
        assert reading.unread == {
            "UD1 (column 1)": "a",
            "Data Point 1": "4711",
            "(column 8)": "x",
        }

    @pytest.mark.parametrize("twice", ["Marker", "Allele 1", "height.1", "WELL"])
    def test_a_column_that_is_read_must_stand_once(self, twice: str) -> None:
        head = "Sample Name\tMarker\tAllele 1\tHeight 1\tWell"
        with pytest.raises(BadTable, match="stands twice") as told:
            _parse(f"{head}\t{twice}\nS1\tFGA\t21\t300\tA1\tx\n")
        assert told.value.line == 1
        assert told.value.column == twice

    def test_a_table_with_thousands_of_columns_is_refused(self) -> None:
        head = HEAD.strip() + "\tx" * 3000
        with pytest.raises(BadTable, match="3006 columns"):
            _parse(f"{head}\nS1\tFGA\n")

    def test_blank_lines_may_stand_above_the_header(self) -> None:
        (reading,) = _parse(f"\n \n{HEAD}S1\tFGA\t21\t\t\t\n").readings
        assert reading.line == 4


class TestRaggedRows:
    def test_empty_cells_beyond_the_header_are_dropped(self) -> None:
        assert _one("S1\tFGA\t21\t\t300\t\t\t\t").alleles == ("21",)

    def test_missing_cells_at_the_end_are_empty(self) -> None:
        assert _one("S1\tFGA\t21").alleles == ("21",)

    def test_a_filled_cell_beyond_the_header_is_refused(self) -> None:
        refused = _refused("S1\tvWA\t14\t15\t300\t310\t\tJane")
        assert (refused.column, refused.value) == ("column 8", "Jane")
        assert (refused.sample, refused.marker) == ("S1", "vWA")

    def test_beyond_flags_too(self) -> None:
        export = _parse("Sample Name,Marker,Allele 1,OS,GQ\nS1,FGA,21,1,1,x\n")
        (refused,) = export.refused
        assert (refused.column, refused.value) == ("column 6", "x")

    def test_short_rows_have_no_flags_at_their_end(self) -> None:
        export = _parse("Sample Name,Marker,Allele 1,OS,GQ\nS1,FGA,21,1\nS1,vWA\n")
        assert [one.flags for one in export.readings] == [{"OS": "1"}, {}]


class TestRefusedRows:
    @pytest.mark.parametrize(
        ("row", "column", "value"),
        [
            ("\tvWA\t14\t\t300\t", "Sample Name", ""),
            ("S1\t\t14\t\t300\t", "Marker", ""),
            ("S1\tvWA\t14\t\t12o4\t", "Height 1", "12o4"),
            ("S1\tvWA\t14\t\t-300\t", "Height 1", "-300"),
            ("S1\tvWA\t14\t15\t300\t1.2.3", "Height 2", "1.2.3"),
            ("S1\tvWA\t14\t\t300\t310", "Height 2", "310"),
            ("a footnote", "Marker", ""),
            ('S1\t"vWA\t14\t\t300\t', "", 'S1\t"vWA\t14\t\t300\t'),
        ],
    )
    def test_each_has_line_column_and_value(
        self, row: str, column: str, value: str
    ) -> None:
        refused = _refused(row)
        assert (refused.column, refused.value) == (column, value)

    def test_a_refused_row_tells_what_it_is_about(self) -> None:
        head = "Sample File\tSample Name\tWell\tMarker\tAllele 1\tHeight 1\n"
        (refused,) = _parse(f"{head}a.hid\tS1\tA01\tFGA\t21\tx\n").refused
        about = (refused.source, refused.sample, refused.well, refused.marker)
        assert about == ("a.hid", "S1", "A01", "FGA")

    def test_a_header_that_is_no_known_word_is_not_repeated(self) -> None:
        export = _parse("Sample Name,Marker,Allele 1,Jane Doe\nS1,,21,x\nS1,a,2,3,4\n")
        assert "Jane" not in " ".join(row.public for row in export.refused)

    def test_many_bad_rows_are_all_told_in_order(self) -> None:
        rows = [f"S{n}\tFGA\t21\t\t{'x' if n % 3 else 5}\t" for n in range(3000)]
        rows[1500] = "S1\tFGA\t21\t\t5\t6\t7"
        export = _rows(*rows)
        lines = [row.line for row in export.refused]
        assert lines == sorted(lines)
        assert len(lines) == 2001
        assert export.rows == 3000


class TestEnds:
    def test_a_row_that_the_end_of_the_file_cuts_is_refused(self) -> None:
        export = _rows("S1\tFGA\t21\t\t300\t", "S1\tvWA\t1", end="")
        (refused,) = export.refused
        assert (refused.line, refused.value) == (3, "1")
        assert "cut" in refused.reason

    def test_a_whole_row_without_a_line_end_is_read_with_a_warning(self) -> None:
        export = _rows("S1\tFGA\t21\t\t300\t", end="")
        assert len(export.readings) == 1
        (told,) = export.warnings
        assert told.endswith("its last row, line 2, may have been cut.")

    def test_blank_lines_are_no_rows(self) -> None:
        export = _rows("S1\tFGA\t21", "", "\t\t\t\t\t", "S1\tvWA\t14", "", "\t\t")
        assert [reading.line for reading in export.readings] == [2, 5]
        assert export.rows == 2
        assert export.warnings == ("Line 3 is blank, and rows follow it.",)

    @pytest.mark.parametrize("below", ["", "\n\n", "\t\t\t\t\t\n"])
    def test_a_header_alone_is_refused(self, below: str) -> None:
        with pytest.raises(BadTable, match="no rows below its header"):
            _parse(HEAD + below)


class TestSameAgain:
    def test_a_marker_that_stands_twice_is_kept_twice_and_told(self) -> None:
        export = _rows("S1\tFGA\t21", "S1\tvWA\t14", "S1\tFGA\t22")
        assert len(export.readings) == 3
        assert export.warnings == (
            "Line 4 tells of the same sample and marker as line 2. Both are kept.",
        )

    def test_many_such_lines_are_counted(self) -> None:
        *told, last = _rows(*["S1\tFGA\t21"] * 500).warnings
        assert len(told) == MOST_TOLD
        assert last == f"So do {499 - MOST_TOLD} more lines."

    def test_two_files_of_one_sample_are_two_injections(self) -> None:
        head = "Sample File\tSample Name\tMarker\tAllele 1\n"
        assert _parse(f"{head}a\tS1\tFGA\t21\nb\tS1\tFGA\t21\n").warnings == ()


class TestOtherPrograms:
    def test_na_is_an_empty_peak_and_nowhere_else(self) -> None:
        reading = _one("NA\tFGA\t21\tNA\t300\tNA")
        assert reading.sample == "NA"
        assert reading.peaks == (Peak("21", Decimal(300)),)

    @pytest.mark.parametrize(
        "row", ["S1\tFGA\t21\t\t300\tNA", "S1\tFGA\tNA\t21\tNA\t3"]
    )
    def test_na_is_seen_wherever_it_stands(self, row: str) -> None:
        assert _one(row).alleles == ("21",)

    def test_blanks_around_cells_are_cut(self) -> None:
        reading = _one(" S 1 \tFGA\u00a0\t 21\t \t300 \t")
        assert (reading.sample, reading.marker) == ("S 1", "FGA")
        assert reading.peaks == (Peak("21", Decimal(300)),)

    def test_quoted_cells_may_hold_the_delimiter(self) -> None:
        head = '"Sample Name","Marker","Allele 1","Height 1"\n'
        (reading,) = _parse(f'{head}"Doe, ""J""",FGA,21,"1,204.5"\n').readings
        assert reading.sample == 'Doe, "J"'
        assert reading.peaks == (Peak("21", Decimal("1204.5")),)

    def test_a_decimal_comma_in_an_allele_makes_no_second_allele(self) -> None:
        export = _rows("S1\tTH01\t6\t9,3\t704,5\t1.204")
        assert export.readings[0].peaks == (
            Peak("6", Decimal("704.5")),
            Peak("9.3", Decimal(1204)),
        )
        assert "Numbers are written with a decimal comma." in export.warnings

    def test_a_doubtful_comma_is_a_question(self) -> None:
        with pytest.raises(BadTable) as told:
            _rows("S1\tTH01\t6\t7\t1,250\t300")
        assert (told.value.line, told.value.column) == (2, "Height 1")
        assert told.value.value == "1,250"
        assert "1,250" not in told.value.public


class TestClaims:
    def test_a_stranger_is_refused_with_what_can_be_read(self) -> None:
        with pytest.raises(UnknownFile, match="GeneMapper") as told:
            _parse("Name;Date of birth\nJane Doe;1990\n")
        assert told.value.value == "Name;Date of birth"
        assert "Name;" not in told.value.public

    def test_a_file_that_two_parsers_claim_is_a_question(self) -> None:
        with pytest.raises(AmbiguousFile, match=r"GeneMapper.* and GeneMarker"):
            _parse("Sample Name\tMarker\tAllele 1\tAllele#1\nS1\tFGA\t21\t22\n")


class TestSizes:
    def test_the_sign_that_parts_packed_cells_is_refused(self) -> None:
        with pytest.raises(BadTable, match="control sign") as told:
            _rows("S1\tFGA\t21", "S1\tv\x1fWA\t14")
        assert told.value.line == 3

    def test_a_huge_cell_is_refused(self) -> None:
        with pytest.raises(BadTable, match="5000 characters") as told:
            _rows("S1\tFGA\t21", f"S1\tvWA\t{'1' * 5000}")
        assert told.value.line == 3

    def test_a_huge_header_cell_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="99999 characters"):
            _parse(f"Sample Name\tMarker\tAllele 1\t{'x' * 99999}\nS1\tFGA\t21\t\n")

    def test_a_table_with_too_many_cells_is_refused(self) -> None:
        peaks = "\t".join(f"Allele {n}" for n in range(1, 100))
        with pytest.raises(BadTable, match="60000 rows of 101 columns"):
            _parse(f"Sample Name\tMarker\t{peaks}\n" + "S\tM\t1\n" * 60_000)

    def test_a_table_with_too_many_rows_is_refused(self) -> None:
        with pytest.raises(BadTable, match="more than 200000 lines"):
            _parse(HEAD + "S\tM\t1\n" * 200_001)


class TestNamesOfOtherPrograms:
    def test_sample_and_locus_stand_for_the_usual_names(self) -> None:
        (reading,) = _parse(
            "Sample,Locus,Allele 1,Peak Height 1\nS1,FGA,21,90\n"
        ).readings
        assert (reading.sample, reading.marker) == ("S1", "FGA")
        assert reading.peaks == (Peak("21", Decimal(90)),)

    def test_a_sample_id_beside_the_sample_name_is_unread(self) -> None:
        text = "Sample ID,Sample Name,Marker,Allele 1\n7,S1,FGA,21\n"
        (reading,) = _parse(text).readings
        assert (reading.sample, reading.unread) == ("S1", {"Sample ID": "7"})


class TestTwoTables:
    """Tables that were put behind each other."""

    TOP = "Sample Name\tMarker\tAllele 1\tAllele 2"

    def test_one_setting_is_read_on_and_told(self) -> None:
        rows = "S1\tTH01\t6\t9.3\n", "S2\tTH01\t7\t8\n"
        content = f"\n{self.TOP}\n".join(["", *rows]).lstrip().encode()
        export = genotypes(Source("two.txt", content))
        assert [one.sample for one in export.readings] == ["S1", "S2"]
        assert export.rows == 2
        assert not export.refused
        assert "Line 4 repeats the header: it is no row." in export.warnings

    def test_another_setting_is_refused(self) -> None:
        other = "Marker\tSample Name\tAllele 1\tAllele 2"
        content = f"{self.TOP}\nS1\tTH01\t6\t9.3\n{other}\nTH01\tS2\t7\t8\n".encode()
        with pytest.raises(InstrumentError, match="Line 3: Another table begins"):
            genotypes(Source("two.txt", content))


def test_an_allele_with_a_comma_tells_what_a_point_means() -> None:
    """1.204 is more than a thousand where 9.3 is written 9,3."""
    content = (
        "Sample Name\tMarker\tAllele 1\tAllele 2\tHeight 1\tHeight 2\n"
        "S1\tTH01\t6\t9,3\t1.204\t980\n"
    )
    (one,) = genotypes(Source("comma.txt", content.encode())).readings
    assert [str(peak.height) for peak in one.peaks] == ["1204", "980"]


class TestNames:
    """As public exports have them, which mixture programs read."""

    TOP = "Sample File, Sample Name, Marker, Allele 1, Height 1, Allele 2, Height 2, "

    def test_a_comma_within_a_name_is_refused_and_moves_no_cell(self) -> None:
        rows = "a.fsa, R1,0_A1, D8S1179, 13, 619, 16, 791, \n"
        (row,) = genotypes(Source("c.csv", f"{self.TOP}\n{rows}".encode())).refused
        assert (row.line, row.value) == (2, "D8S1179")

    def test_samples_without_any_name_are_named_by_their_files(self) -> None:
        rows = "a.fsa,,TH01,6,619,9.3,791,\nb.fsa,,TH01,7,619,8,791,\n"
        export = genotypes(Source("f.csv", f"{self.TOP}\n{rows}".encode()))
        assert [one.sample for one in export.readings] == ["a.fsa", "b.fsa"]
        assert not export.refused

    def test_where_one_has_a_name_the_others_need_one(self) -> None:
        rows = "a.fsa,S1,TH01,6,619,9.3,791,\nb.fsa,,TH01,7,619,8,791,\n"
        export = genotypes(Source("f.csv", f"{self.TOP}\n{rows}".encode()))
        assert [one.sample for one in export.readings] == ["S1"]
        assert [one.line for one in export.refused] == [3]
