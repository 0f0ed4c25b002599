"""Reports of UAS: two tables side by side that tell the same, and closed sheets."""

import json
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, parse
from instruments.records import Closed, Homozygote
from instruments.report import report
from instruments.sequences import SequencedGenotypes
from instruments.workbook import Workbook
from tests.instruments.uas_made import Sheets, first, kintelligence, of, second, written

FOLDER = "forenseq_uas"
OLD = "Positive Control Sample Details Report 2316.xlsx"
NEW = "2800M-2 Sample Report 2026_02_24_11_14_00.xlsx"
KINSHIP = "NA24385 Sample Report 2023_09_07_15_11_11.xlsx"


def _read(sheets: Sheets, *opened: str) -> SequencedGenotypes:
    export = parse(Source("report.xlsx", written(sheets), frozenset(opened)))
    assert isinstance(export, SequencedGenotypes)
    return export


def _changed(cells: dict[tuple[int, int], str], sheet: str = "Y STRs") -> Sheets:
    """Version 2's report with other texts at (row, column), both from 1."""
    made = second()
    rows = [list(row) for row in made[sheet]]
    for (row, column), text in cells.items():
        rows[row - 1][column - 1] = text
    made[sheet] = [tuple(row) for row in rows]
    return made


def test_tables_side_by_side_are_one_genotype_with_its_sequences() -> None:
    export = _read(second())
    assert not export.refused
    th01, d5s818, pentae, *_ = export.readings
    assert [(peak.allele, peak.reads) for peak in th01.peaks] == [("9.3", 512)]
    assert th01.peaks[0].bracket == "AATG[6]ATG[1]AATG[3]"
    assert th01.homozygote is Homozygote.TWICE
    assert [peak.bracket for peak in d5s818.peaks] == ["AGAT[12]", "AGAG[1]AGAT[11]"]
    assert pentae.flags == {"QC Indicators": "Analytical Threshold", "Genotype": "INC"}


def test_stutter_is_counted_and_no_allele() -> None:
    export = _read(second())
    assert next(one.allele for one in export.sequences if not one.called) == "8.3"
    assert "8.3" not in {a for one in export.readings for a in one.alleles}


def test_numbers_and_texts_in_one_column_are_alleles_alike() -> None:
    export = _read(first())
    assert [one.alleles for one in export.readings][:2] == [("X", "Y"), ("6", "9.3")]
    assert export.software == "UAS 1.3.6897"


def test_older_kintelligence_tells_a_genotype_once_for_its_locus() -> None:
    export = _read(kintelligence())
    told = [(one.marker, one.alleles) for one in export.readings]
    assert told == [("rs6690515", ("A", "G")), ("rs28635343", ("C",)), ("rs424079", ())]
    assert not export.refused


def test_what_tells_of_descent_or_looks_is_counted_and_shown_nowhere() -> None:
    export = _read(second())
    assert [one.sheet for one in export.closed] == [
        "Ancestry SNPs",
        "Phenotype SNPs Figure",
    ]
    told = json.dumps(report(Source("x", written(second())))) + repr(export)
    assert "rs310644" not in told
    assert "brown" not in told


def test_a_setting_opens_one_kind_and_not_the_other() -> None:
    export = _read(second(), "ancestry")
    assert ("rs310644", ("C",)) in [(r.marker, r.alleles) for r in export.readings]
    assert export.closed == (Closed("Phenotype SNPs Figure", 2),)


@pytest.mark.parametrize("name", ["Sheet1", "Identity SNPs"])
def test_another_name_opens_no_sheet(name: str) -> None:
    made = second()
    rows = [("S-1 Ancestry SNP Report",), *made.pop("Ancestry SNPs")[1:]]
    made.pop("Identity SNPs")
    export = _read({**made, name: list(rows)})
    assert [one.sheet for one in export.closed][-1] == name


def test_a_samples_name_closes_no_sheet() -> None:
    named = _read(of("Eyerus Hair", second()))
    assert [one.sheet for one in named.closed] == [
        "Ancestry SNPs",
        "Phenotype SNPs Figure",
    ]
    assert {one.sample for one in named.readings} == {"Eyerus Hair"}


def test_a_genotype_that_its_sequences_do_not_bear_out_is_refused() -> None:
    export = _read(_changed({(15, 2): "36"}))
    (refused,) = export.refused
    assert (refused.marker, refused.value) == ("DYS612", "36")
    assert refused.expected == "the typed alleles: 35"
    assert "DYS612" not in {one.marker for one in export.readings}


def test_a_row_that_was_lost_is_missed() -> None:
    with_gap = _read(_changed({(13, 2): "2 / 2"}))
    assert [one.column for one in with_gap.refused] == ["Y STRs, Loci Typed"]


def test_sequences_without_a_genotype_are_refused() -> None:
    export = _read(_changed({(15, 1): "DYS613"}))
    assert {one.marker for one in export.refused} == {"DYS612", "DYS613"}


@pytest.mark.parametrize(
    ("place", "text"),
    [((13, 7), "Maybe"), ((13, 8), "7.5"), ((13, 10), "CTTÉ"), ((13, 6), "35;36")],
    ids=["call", "reads", "bases", "allele"],
)
def test_a_damaged_row_is_refused(place: tuple[int, int], text: str) -> None:
    export = _read(_changed({place: text}))
    assert export.refused[0].value == text
    assert export.refused[0].sample == "S-1"


def test_a_workbook_of_two_samples_is_refused() -> None:
    with pytest.raises(InstrumentError, match="two samples"):
        _read(_changed({(3, 2): "S-2"}))


def test_every_other_cell_is_kept_unread() -> None:
    export = _read(second())
    told = {one.where: one.text for one in export.unread_cells}
    assert told["sheet 'Sample History', B2"] == "made"
    assert told["sheet 'Settings', C4"] == "3"
    assert not any("Ancestry" in where for where in told)


def test_no_cell_of_a_real_or_made_report_is_lost() -> None:
    for make in (first, second, kintelligence):
        _account(Source("x", written(make())))


def _account(source: Source) -> SequencedGenotypes:
    """Each filled cell is read, a title, kept as unread, or closed and counted."""
    export = parse(source)
    assert isinstance(export, SequencedGenotypes)
    book = Workbook(source)
    closed = {one.sheet: one.cells for one in export.closed}
    unread = {one.where for one in export.unread_cells}
    facts = {(one.where, one.line) for one in export.facts}
    told = {one.line for one in export.readings}
    told |= {one.line for one in export.sequences}
    titles = {"Locus", "Genotype", "QC Indicators", "Allele Name", "Typed Allele?"}
    titles |= {"Reads", "Repeat Sequence", "Bracketed Sequence"}
    for name in book.names:
        sheet = book.sheet(name)
        cells = list(sheet.cells())
        if name in closed:
            assert closed[name] == len(cells)
            continue
        for cell in cells:
            assert (
                sheet.where(cell) in unread
                or (name, cell.row) in facts
                or cell.text in titles
                or cell.row in told
                or not cell.text.strip()
            ), sheet.where(cell)
    return export


Counts = tuple[str, int, int, int, dict[str, int]]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (OLD, ("UAS 1.3.6897", 153, 478, 294, {})),
        (
            NEW,
            (
                *("UAS 2.7.0", 153, 797, 340),
                {
                    "Ancestry SNPs": 587,
                    "Ancestry SNPs Figure": 1,
                    "Phenotype SNPs": 271,
                    "Phenotype SNPs Figure": 1,
                },
            ),
        ),
        (
            KINSHIP,
            (
                "UAS 2.5.0",
                10152,
                20306,
                0,
                {"Ancestry SNPs": 592, "Phenotype SNPs": 267},
            ),
        ),
    ],
    ids=["1.3", "2.7", "Kintelligence"],
)
def test_real_reports_are_read_whole(shared: Path, name: str, counts: Counts) -> None:
    export = _account(Source.from_path(shared / "instruments" / FOLDER / name))
    software, loci, sequences, bracketed, closed = counts
    assert not export.refused
    assert export.software == software
    assert (len(export.readings), len(export.sequences)) == (loci, sequences)
    assert {one.sheet: one.cells for one in export.closed} == closed
    with_bases = [one for one in export.sequences if one.bases]
    assert (len(with_bases) > 0) == (bracketed > 0)


@pytest.mark.shared
@pytest.mark.parametrize("name", [NEW, KINSHIP])
def test_no_locus_of_a_closed_sheet_is_told(shared: Path, name: str) -> None:
    source = Source.from_path(shared / "instruments" / FOLDER / name)
    export, book = parse(source), Workbook(source)
    assert isinstance(export, SequencedGenotypes)
    hidden = {
        cell.text
        for one in export.closed
        for cell in book.sheet(one.sheet).cells()
        if cell.text.startswith("rs")
    }
    told = {one.marker for one in export.readings}
    told |= {one.marker for one in export.sequences}
    assert len(hidden) > 70
    assert not hidden & told
