"""QuantStudio and ViiA 7 text: quantities, cycles, curves; and what is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, genotypes, parse
from instruments.quantities import QuantityExport, StandardCurve

OWN = Path(__file__).parent / "data" / "quantstudio_text" / "standard_curve.txt"
TABLES = OWN.parents[1] / "quantification_table"
HEADER = "Well\tWell Position\tSample Name\tTarget Name\tTask\tCT\tQuantity"


def _read(content: bytes) -> QuantityExport:
    export = parse(Source("quant.txt", content))
    assert isinstance(export, QuantityExport)
    return export


def _rows(*rows: str, header: str = HEADER) -> QuantityExport:
    return _read(
        "\n".join(["* Chemistry = TAQMAN", "[Results]", header, *rows, ""]).encode()
    )


class TestQuantities:
    def test_thousands_and_the_original_text(self) -> None:
        first, second, blank = _read(OWN.read_bytes()).quantities
        assert (first.value, first.told) == (Decimal("100000.000"), "100,000.000")
        assert (second.sample, second.value) == ("N-0001 (1,2)", Decimal("0.125"))
        assert (blank.value, blank.told) == (None, "")

    def test_cycle_with_the_cyrillic_letter(self) -> None:
        first, _, blank = _read(OWN.read_bytes()).quantities
        assert first.ct == Decimal("16.484")
        assert (blank.ct, blank.ct_told) == (None, "Undetermined")
        assert blank.omitted
        assert blank.flags == ("NOAMP",)

    def test_standard_curve(self) -> None:
        numbers = map(Decimal, ("-3.196", "41.924", "0.999", "105.533"))
        assert _read(OWN.read_bytes()).curves == (StandardCurve("Small", *numbers),)

    def test_an_empty_well_is_a_row_without_quantity(self) -> None:
        export = _read(OWN.read_bytes())
        assert (export.rows, len(export.quantities), export.refused) == (4, 3, ())

    def test_decimal_comma(self) -> None:
        (found,) = _rows("1\tA1\tN-1\tSmall\tUNKNOWN\t25,12\t0,5").quantities
        assert (found.value, found.ct) == (Decimal("0.5"), Decimal("25.12"))

    def test_other_sections_and_columns_are_kept(self) -> None:
        export = _read(OWN.read_bytes())
        assert [line.text for line in export.unread_lines] == [
            "Well\tSample Name",
            "1\tStandard 1",
            "Analysis Type\tSingleplex",
        ]
        assert export.unread_cells[1].name == "C\u0442 Mean"
        assert export.unread_cells[1].text == "16.461"

    def test_run_time_is_kept_as_written(self) -> None:
        facts = {fact.name: fact.text for fact in _read(OWN.read_bytes()).facts}
        assert facts["Experiment Run End Time"] == "2026-01-05 15:02:50 PM EST"


class TestRefused:
    def test_a_comma_that_may_be_either(self) -> None:
        with pytest.raises(InstrumentError, match="may mean thousands or decimals"):
            _rows("1\tA1\tN-1\tSmall\tUNKNOWN\t25\t1,250")

    def test_a_column_told_twice_and_differently(self) -> None:
        row = "1\tA1\tN-1\tSmall\tUNKNOWN\t25.1\t1.5\tLarge"
        (refused,) = _rows(row, header=f"{HEADER}\tTarget Name").refused
        assert refused.value == "Large"

    def test_a_word_instead_of_a_number(self) -> None:
        (refused,) = _rows("1\tA1\tN-1\tSmall\tUNKNOWN\t25.1\tmuch").refused
        assert refused.value == "much"

    def test_results_without_targets(self) -> None:
        with pytest.raises(InstrumentError, match="no column for the target"):
            _rows("1\tN-1\t25.1", header="Well\tSample Name\tCT")

    def test_a_file_that_ends_before_its_results(self) -> None:
        with pytest.raises(InstrumentError, match="ends before its results"):
            _read(b"* Chemistry = TAQMAN\n")

    def test_where_genotypes_are_wanted_it_is_told_what_it_is(self) -> None:
        with pytest.raises(InstrumentError, match="it is a measurement of quantities"):
            genotypes(Source.from_path(OWN))


@pytest.mark.shared
def test_standards_of_a_real_run(shared: Path) -> None:
    name = "example_quantsudio_results_only.txt"
    path = shared / "instruments" / "qpcr_quantstudio" / name
    export = _read(path.read_bytes())
    assert len(export.quantities) == 24
    assert export.quantities[0].value == Decimal("100000000.000")
    assert export.curves[0].slope == Decimal("-3.196")


@pytest.mark.parametrize(
    ("sign", "left"),
    [("\n", "\t\t\n"), ("\n", "\r"), ("[Results]", "[Results]\t\t")],
)
def test_what_a_table_program_leaves_behind_changes_nothing(
    sign: str, left: str
) -> None:
    usual = OWN.read_text("utf-8")
    found = _read(usual.replace(sign, left).encode())
    assert found.quantities == _read(usual.encode()).quantities


class TestWithoutSections:
    """CSV of Design & Analysis 2 and of SDS 1, and results that were saved alone."""

    def test_design_and_analysis_with_a_comma_in_a_name(self) -> None:
        export = _read((TABLES / "design_analysis.csv").read_bytes())
        facts = {one.name: one.text for one in export.facts}
        assert facts["Instrument Type"] == "QuantStudio(TM) 5 System"
        assert facts["Run End Date/Time"] == "2021-08-14 07:08:30 PM CEST"
        found = {(one.sample, one.target): one.told for one in export.quantities}
        assert found["A, B", "Small Autosomal"] == "3.4"

    def test_detectors_and_quantities_of_sds(self) -> None:
        one, ipc = _read((TABLES / "sds14.csv").read_bytes()).quantities
        assert (one.target, one.value) == ("Quantifiler Human", Decimal("1.2"))
        assert (ipc.target, ipc.value) == ("IPC", None)

    def test_results_alone_and_what_stands_below_them(self) -> None:
        row = "1\tA1\tN-1\tSmall\tUNKNOWN\t25.1\t4.5E-4"
        export = _read(f"[Results]\n{HEADER}\n{row}\n\t\t\nAnalysis\tS\n".encode())
        assert [one.value for one in export.quantities] == [Decimal("0.00045")]
        assert [one.text for one in export.unread_lines] == ["Analysis\tS"]
