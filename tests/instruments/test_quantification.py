"""Workbooks of real-time PCR, fluorometers, photometers, tapes: what was measured."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from instruments import InstrumentError, Source, parse
from instruments.quantities import QuantityExport
from tests.instruments.workbooks_made import Row, workbook

DATA = Path(__file__).parent / "data"
HEADER: Row = ["Well", "Well Position", "Sample", "Target", "Task", "Cq"]
FACTS: list[Row] = [["File Name", "run.eds"], ["Instrument Type", "QuantStudio"], []]
CURVE: Row = [
    *("Well", "Well Position", "Sample", "Quantity", "Target", "Task", "Cq"),
    *("Slope", "Y-Intercept", "R2", "Efficiency"),
]


def _read(name: str, content: bytes) -> QuantityExport:
    export = parse(Source(name, content))
    assert isinstance(export, QuantityExport)
    return export


def _own(name: str) -> QuantityExport:
    return _read(name, (DATA / name).read_bytes())


def _results(*rows: Row, curve: tuple[Row, ...] = (), header: Row = HEADER) -> bytes:
    sheets = {"Results": [*FACTS, header, *rows]}
    if curve:
        sheets["Standard Curve Result"] = [*FACTS, CURVE, *curve]
    return workbook(sheets)


class TestWorkbook:
    def test_each_well_gets_the_quantity_of_its_standard_curve(self) -> None:
        export = _own("quantification_workbook/design_and_analysis.xlsx")
        standard, small, large, blank = export.quantities
        assert (standard.task, standard.value) == ("STANDARD", Decimal(50))
        assert (small.target, small.value) == ("T.Small Autosomal", Decimal("0.0188"))
        assert (large.target, large.value) == ("T.Large Autosomal", Decimal("0.0123"))
        assert (blank.ct, blank.ct_told, blank.omitted) == (None, "Undetermined", True)
        assert [curve.slope for curve in export.curves] == [
            Decimal("-3.31"),
            Decimal("-3.4"),
        ]

    def test_raw_signals_are_counted_and_stay_in_the_original(self) -> None:
        export = _own("quantification_workbook/design_and_analysis.xlsx")
        assert [tuple(one) for one in export.unread_sheets] == [("Raw Data", 15)]
        assert export.unread == len(export.unread_cells) + 15

    def test_a_7500_is_read_with_its_degradation_index_and_a_word_of_care(
        self,
    ) -> None:
        export = _own("quantification_workbook/hid7500.xlsx")
        assert [one.well for one in export.quantities] == ["A1", "A2", "A2"]
        assert export.quantities[1].index_told == "1.53"
        assert export.quantities[2].flags == ("NOAMP",)
        assert export.warnings[0].startswith("No file of a 7500 was at hand")

    def test_results_without_sample_and_target_say_what_is_lacking(self) -> None:
        header: Row = ["Well Position", "Task", "Dye", "Cq"]
        with pytest.raises(InstrumentError, match="no column for the sample and the"):
            _read("x.xlsx", _results(["A1", "STANDARD", "FAM", 17.97], header=header))

    def test_two_sheets_that_tell_two_things_of_a_well_are_refused(self) -> None:
        content = _results(
            [1.0, "A1", "S-1", "Small", "UNKNOWN", 25.5],
            curve=(
                [
                    1.0,
                    "A1",
                    "S-2",
                    0.5,
                    "Small",
                    "UNKNOWN",
                    25.5,
                    -3.3,
                    27.0,
                    1.0,
                    100.0,
                ],
            ),
        )
        with pytest.raises(InstrumentError, match="Well A1 is told twice"):
            _read("x.xlsx", content)

    def test_a_second_curve_of_a_target_that_differs_is_kept_and_told(self) -> None:
        rows: list[list[str | float]] = [
            [float(n), f"A{n}", f"S-{n}", "Small", "UNKNOWN", 25.5] for n in (1, 2)
        ]
        curve = tuple(
            [*row[:3], 0.5, *row[3:], slope, 27.0, 1.0, 100.0]
            for row, slope in zip(rows, (-3.3, -2.1), strict=True)
        )
        export = _read("x.xlsx", _results(*rows, curve=curve))
        assert [one.slope for one in export.curves] == [
            Decimal("-3.3"),
            Decimal("-2.1"),
        ]
        assert (
            "'Small' has 2 standard curves that differ: all are kept."
            in export.warnings
        )

    def test_a_row_that_is_no_well_is_refused_and_the_others_are_read(self) -> None:
        good: Row = [1.0, "A1", "S-1", "Small", "UNKNOWN", 25.5]
        export = _read(
            "x.xlsx", _results(good, ["Note", "A2", "see above", "", "", ""])
        )
        assert len(export.quantities) == 1
        assert [one.value for one in export.refused] == ["Note"]

    def test_what_stands_below_the_table_is_kept(self) -> None:
        good: Row = [1.0, "A1", "S-1", "Small", "UNKNOWN", 25.5]
        export = _read("x.xlsx", _results(good, [], ["Endogenous Control", "RefGene"]))
        assert [one.text for one in export.unread_cells] == [
            "Endogenous Control",
            "RefGene",
        ]

    @pytest.mark.parametrize(
        ("sheets", "says"),
        [
            ({"Results": FACTS}, "has no header with the cycle and the task"),
            ({"Results": [*FACTS, HEADER]}, "holds no results"),
        ],
    )
    def test_a_workbook_without_results_says_so(
        self, sheets: dict[str, list[Row]], says: str
    ) -> None:
        with pytest.raises(InstrumentError, match=says):
            _read("x.xlsx", workbook(sheets))


class TestQubit:
    def test_the_original_concentration_and_its_own_unit(self) -> None:
        first, second = _own("qubit/qubit4.csv").quantities
        assert (first.sample, first.value, first.unit) == (
            "S0F3K9T2QA",
            Decimal("6.08"),
            "ng/µL",
        )
        assert (second.value, second.told) == (None, "Out of range")

    def test_a_first_line_that_names_the_separator(self) -> None:
        (found,) = _own("qubit/flex.csv").quantities
        assert (found.well, found.value, found.unit) == (
            "A1",
            Decimal("0.528"),
            "ng/uL",
        )

    def test_a_workbook(self) -> None:
        (found,) = _own("qubit/QubitData.xlsx").quantities
        assert (found.sample, found.value) == ("S0F3K9T2QA", Decimal("6.08"))

    def test_dates_of_either_order_are_kept_as_written(self) -> None:
        kept = {one.name: one.text for one in _own("qubit/qubit4.csv").unread_cells}
        assert kept["Test Date"] == "1/5/2026 9:42:10 AM"

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("Test Name,Original sample conc.\nS,1\n", "a column of units behind it"),
            (
                "Tube,Original sample conc.,Units\nS,1,ng\n",
                "'Test Name' or 'Sample Name'",
            ),
            ("Test Name,Original sample conc.,Units\n", "a header and no rows"),
        ],
    )
    def test_a_table_that_does_not_say_enough_is_refused(
        self, text: str, says: str
    ) -> None:
        with pytest.raises(InstrumentError, match=says):
            _read("q.csv", text.encode())

    def test_a_word_instead_of_a_number_is_refused_by_its_line(self) -> None:
        text = "Test Name,Original sample conc.,Units\nS-1,much,ng/µL\nS-2,0.5,ng/µL\n"
        export = _read("q.csv", text.encode())
        assert [(one.line, one.value) for one in export.refused] == [(2, "much")]
        assert [one.sample for one in export.quantities] == ["S-2"]


class TestNanoDrop:
    def test_a_decimal_comma_is_told_by_the_other_columns(self) -> None:
        first, second = _own("nanodrop/eight.txt").quantities
        assert (first.value, first.told) == (Decimal("704.986"), "704,986")
        assert second.value == Decimal("-0.412")

    def test_the_spectrum_is_kept(self) -> None:
        export = _own("nanodrop/eight.txt")
        assert ("220.0", "0,511") in {
            (one.name, one.text) for one in export.unread_cells
        }
        assert [one.name for one in export.facts] == ["Application", "Serial Number"]

    def test_a_table_without_concentration_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="a column 'ng/µL'"):
            _read("n.txt", b"Application:\tdsDNA\nSample Name\tA260\nS-1\t0.5\n")


class TestTapeStation:
    def test_lanes_with_their_concentration(self) -> None:
        ladder, sample, empty = _own("tapestation/lanes.xml").quantities
        assert ladder.task == "Ladder"
        assert (sample.sample, sample.value, sample.unit) == (
            "S0F3K9T2QA",
            Decimal("0.363"),
            "ng/µl",
        )
        assert sample.flags == ("Caution! Expired ScreenTape device",)
        assert (empty.value, empty.told) == (None, "-")

    @pytest.mark.parametrize("told", ["NaN", "much", "1,5"])
    def test_what_is_no_number_is_refused(self, told: str) -> None:
        text = (DATA / "tapestation" / "lanes.xml").read_text()
        export = _read("t.xml", text.replace("0.363", told).encode())
        assert [one.value for one in export.refused] == [told]

    @pytest.mark.parametrize("gone", ["ConcentrationUnit", "Sample"])
    def test_without_unit_or_samples_it_is_refused(self, gone: str) -> None:
        text = (DATA / "tapestation" / "lanes.xml").read_text()
        for end in ("<", "</"):
            text = text.replace(f"{end}{gone}>", f"{end}Other>")
        with pytest.raises(InstrumentError, match=r"holds no samples|tells no unit"):
            _read("t.xml", text.encode())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "quantities", "curves", "first"),
    [
        ("appbio_quantstudio_design_quantity_test.xlsx", 24, 2, ("Std 9", "5")),
        (
            "appbio_quantstudio_designandanalysis_QS5_Standard_Curve_4Plex_example03.xlsx",
            384, 0, ("UHR cDNA", "None"),
        ),
        (
            "appbio_quantstudio_designandanalysis_Diomni_v4.3_Presence_Absence.xlsx",
            8, 0, ("Sample001", "None"),
        ),
        ("appbio_quantstudio_example10.xlsx", 8, 0, ("Sample_1", "None")),
    ],
)  # fmt: skip
def test_real_workbooks(
    shared: Path, name: str, quantities: int, curves: int, first: tuple[str, str]
) -> None:
    path = shared / "instruments" / "qpcr_quantstudio" / name
    export = _read(name, path.read_bytes())
    assert (len(export.quantities), len(export.curves)) == (quantities, curves)
    assert (export.quantities[0].sample, str(export.quantities[0].value)) == first
    assert not export.refused


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("thermo_fisher_qubit4_example_1.csv", ["6.08", "112"]),
        ("thermo_fisher_qubit4_example_2.xlsx", ["6.08", "112"]),
        ("thermo_nanodrop_eight_RNA.txt", ["704.986", "686.535", "710.130"]),
    ],
)
def test_real_tables(shared: Path, name: str, values: list[str]) -> None:
    path = shared / "instruments" / "quant_other" / name
    found = _read(name, path.read_bytes()).quantities
    assert [str(one.value) for one in found] == values


@pytest.mark.parametrize("above", [b"", b"\n\n", b"\nsep=,\n"])
def test_a_qubit_table_may_begin_below_empty_lines(above: bytes) -> None:
    path = Path(__file__).parent / "data" / "qubit" / "qubit4.csv"
    table = path.read_bytes().removeprefix(b"sep=,\n")
    usual, found = (parse(Source("q.csv", one)) for one in (table, above + table))
    assert isinstance(usual, QuantityExport)
    assert isinstance(found, QuantityExport)
    assert [one.told for one in found.quantities] == [
        one.told for one in usual.quantities
    ]


def test_an_experiment_itself_is_refused_with_what_to_give() -> None:
    """An `.eds` of QuantStudio is an archive, and no export."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("apldbio/sds/experiment.xml", "<Experiment/>")
    with pytest.raises(InstrumentError, match="its results, exported as text, CSV"):
        parse(Source("run.eds", content.getvalue()))
