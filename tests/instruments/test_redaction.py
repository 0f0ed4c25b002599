"""A workbook of several samples loses one of them, and nothing else."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from instruments import InstrumentError
from instruments.redaction import redacted
from tests.instruments.workbooks_made import Row, cells, parts, workbook

GONE, OTHER = "K7MW-44QX", "P2RD-90AB"
GONE_FILE = "A01_k7mw44qx_run3.fsa"
RESULTS: list[Row] = [
    ["Operator", "Site 4"],
    [],
    ["Well", "Sample Name", "Marker", "Allele 1", "Height"],
    ["A1", GONE, "D3S1358", "14.2", 1801.5],
    ["B1", OTHER, "D3S1358", "16", 955],
    ["A1", GONE_FILE, "TH01", "9.3", 1777],
    ["B1", OTHER, " TH01 &", "6", 812],
]
CURVES: list[Row] = [["Well", "Cycle", "Rn"], ["A1", 1, 0.5012], ["B1", 1, 0.4044]]
HEAD: list[Row] = [["Sample", GONE], [], ["Locus", "Reads"], ["vWA", 4711]]
HEAD_OF_OTHER: list[Row] = [["Sample", OTHER], [], ["Locus", "Reads"], ["vWA", 522]]
NAMELESS: list[Row] = [["Locus", "Reads"], ["FGA", 31337]]
MORE = {
    "docProps/core.xml": f"<p>{GONE}</p>",
    "docProps/thumbnail.jpeg": "31337",
    "xl/comments1.xml": "<comments>14.2 of the first</comments>",
    "xl/calcChain.xml": "<calcChain/>",
    "xl/charts/chart1.xml": "<c>4711</c>",
    "xl/pivotCache/pivotCacheRecords1.xml": "<r>1801.5</r>",
    "customXml/item1.xml": f"<x>{GONE}</x>",
}
ERASED = frozenset({"K7MW44QX"})
VALUES = ("14.2", "9.3", "1801.5", "1777", "0.5012", "4711", "31337")
KEPT_PARTS = {
    "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
}  # fmt: skip


def a_workbook() -> bytes:
    sheets = {
        "Results": RESULTS,
        "Curves": CURVES,
        "First": HEAD,
        "Second": HEAD_OF_OTHER,
        "Figure": NAMELESS,
    }
    return workbook(sheets, MORE)


def without(rows: dict[str, str], *numbers: int) -> dict[str, str]:
    ends = tuple(str(one) for one in numbers)
    return {place: told for place, told in rows.items() if place[1:] not in ends}


def test_name_and_values_are_in_no_part_and_all_else_is_as_it_was() -> None:
    before = cells(a_workbook())
    after = redacted(a_workbook(), ERASED)
    for part in parts(after).values():
        assert "k7mw" not in part.casefold()
        assert not [one for one in VALUES if one in part]
    assert cells(after) == {
        "Results": without(before["Results"], 4, 6),
        "Curves": without(before["Curves"], 2),
        "First": {},
        "Second": before["Second"],
        "Figure": {},
    }
    assert before["Results"]["C7"] == " TH01 &", "else no blank is looked at"


def test_nothing_but_cells_and_formats_of_numbers_is_left() -> None:
    named = set(parts(redacted(a_workbook(), ERASED)))
    assert {one for one in named if "/sheet" not in one} == KEPT_PARTS


def test_who_is_not_named_changes_no_byte() -> None:
    content = a_workbook()
    assert redacted(content, frozenset({"ZZZZ9999", ""})) is content


def test_redacting_twice_changes_nothing_and_gives_the_same_bytes() -> None:
    once = redacted(a_workbook(), ERASED)
    assert once == redacted(a_workbook(), ERASED)
    assert redacted(once, ERASED) == once


def test_a_name_in_the_properties_alone_takes_the_pages_without_names() -> None:
    """The cells name nobody erased, so no page is proven to be of others but one."""
    book = workbook({"Second": HEAD_OF_OTHER, "Figure": NAMELESS}, MORE)
    assert cells(redacted(book, ERASED)) == {
        "Second": cells(book)["Second"],
        "Figure": {},
    }


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [["Marker", GONE, OTHER], ["TH01", "9.3", "6"]], id="persons in columns"
        ),
        pytest.param(
            [["Sample", "Marker", "Allele"], [GONE, "TH01", "9.3"], ["", "FGA", "22"]],
            id="a name that stands for the rows below",
        ),
        pytest.param(
            [
                ["Sample", "Marker", "Allele"],
                [GONE, "TH01", "9.3"],
                ["Well", "Marker", "Allele"],
                ["A1", "FGA", "22"],
            ],
            id="two tables",
        ),
        pytest.param(
            [["Note", GONE], ["Sample", "Marker", "Allele"], [OTHER, "TH01", "6"]],
            id="in the head",
        ),
    ],
)
def test_what_is_not_proven_to_be_of_others_goes_whole(rows: list[list[str]]) -> None:
    assert cells(redacted(workbook({"Odd": rows}), ERASED)) == {"Odd": {}}


def test_wells_tell_nothing_where_no_sheet_says_whose_they_are() -> None:
    """The sample is named beside replicates alone, and its curve may be any."""
    means: list[Row] = [["Sample", "Target", "Mean"], [GONE, "T1", 21.5]]
    after = cells(redacted(workbook({"Means": means, "Curves": CURVES}), ERASED))
    assert after["Curves"] == {}


def test_another_name_of_the_erased_is_learnt_from_its_row() -> None:
    listed = [["Sample ID", "Sample Name", "Task"], [GONE, "S1", ""], [OTHER, "S2", ""]]
    typed = [["Sample Name", "Marker", "Allele"], ["S1", "TH01", "9.3"]]
    typed += [["S2", "TH01", "6"]]
    book = workbook({"Listed": listed, "Typed": typed, "Own": [["Sample", "S1"]]})
    after = cells(redacted(book, ERASED))
    assert after["Typed"] == without(cells(book)["Typed"], 2)
    assert after["Own"] == {}


def test_a_formula_loses_its_result_and_a_sheet_its_name() -> None:
    rows: list[Row] = [
        ["Sample", "Reads", "Sum"],
        [GONE, 41, "=B2"],
        [OTHER, 43, "=B2+B3"],
    ]
    book = workbook({GONE: rows})
    assert cells(redacted(book, ERASED)) == {
        "Sheet 1": {
            "A1": "Sample", "B1": "Reads", "C1": "Sum", "A3": OTHER, "B3": "43",
        }
    }  # fmt: skip


def test_a_short_name_is_found_as_a_word_alone() -> None:
    rows = [["Sample", "Marker", "Allele"], ["S1", "TH01", "9"], ["S12", "TH01", "6"]]
    after = cells(redacted(workbook({"R": rows}), frozenset({"S1"})))
    assert after["R"] == without(cells(workbook({"R": rows}))["R"], 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04xl/workbook.xml",
        workbook({}, {"xl/styles.xml": "<x/>"})[:-30],
        workbook({"A": [["Sample", GONE]]}).replace(b"workbook.xml", b"workbooks.xm"),
    ],
)
def test_what_is_no_whole_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(InstrumentError):
        redacted(content, ERASED)


def test_a_document_type_is_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><a>&b;</a>'
    book = workbook({"A": [["Sample", GONE]]}, {"xl/styles.xml": bomb})
    with pytest.raises(InstrumentError, match="a document type"):
        redacted(book, ERASED)


SHARED = [
    ("forenseq_uas", "2800M-2", False),
    ("forenseq_uas", "NA24385", False),
    ("forenseq_uas", "Positive Control2", False),
    ("qpcr_quantstudio", "Std 9", True),
    ("qpcr_quantstudio", "UHR cDNA", True),
    ("qpcr_quantstudio", "Sample001", True),
    ("qpcr_quantstudio", "Sample_2", True),
]


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "name", "others"), SHARED)
def test_real_workbooks_lose_one_sample(
    shared: Path, folder: str, name: str, *, others: bool
) -> None:
    """What is left is a part of what was; whoever was not erased keeps each cell."""
    found = 0
    for path in sorted((shared / "instruments" / folder).glob("*.xlsx")):
        content = path.read_bytes()
        after = redacted(content, frozenset({name}))
        before = cells(content)
        if after is content:
            assert not any(
                name in told for one in before.values() for told in one.values()
            )
            continue
        found += 1
        left = cells(after)
        for part in parts(after).values():
            assert escape(name).casefold() not in part.casefold()
        assert left.keys() == before.keys()
        for sheet, kept in left.items():
            assert kept.items() <= before[sheet].items()
        rest = {place for one in left.values() for place in one}
        assert bool(rest) is others, path.name
    assert found
