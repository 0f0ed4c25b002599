"""Workbooks: typed cells with their addresses, and archives that would do harm."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from instruments.archives import MOST_PARTS
from instruments.errors import Unreadable
from instruments.source import Source
from instruments.workbook import Workbook, check

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROWS = (
    '<row r="2"><c r="A2" t="inlineStr"><is><t>B-1</t></is></c>'
    '<c r="C2"><v>0.125</v></c><c r="D2" t="b"><v>1</v></c></row>'
)

Parts = Mapping[str, str | bytes]
NONE: Parts = {}


def workbook(rows: str = ROWS, prolog: str = "", more: Parts = NONE) -> Source:
    """A workbook with one sheet, and parts beside it."""
    parts: Parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Results" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="b" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>'
        f"{rows}</sheetData></worksheet>",
        **more,
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return Source("x.xlsx", file.getvalue())


def test_cells_keep_their_type_text_and_address() -> None:
    sheet = Workbook(workbook()).sheet("Results")
    told = [(cell.address, cell.value, cell.text) for cell in sheet.cells()]
    assert told == [
        ("A2", "B-1", "B-1"),
        ("C2", Decimal("0.125"), "0.125"),
        ("D2", True, "TRUE"),
    ]
    assert sheet.where(next(sheet.cells())) == "sheet 'Results', A2"


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreadable, match="Amplification"):
        Workbook(workbook()).sheet("Amplification")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (workbook(more={"bomb": bytes(300 * 1024 * 1024)}), "256 MB"),
        (workbook(more={"bomb": bytes(20 * 1024 * 1024)}), "200 times"),
        (workbook(more={f"p{n}": b"" for n in range(MOST_PARTS)}), "parts"),
        (workbook(prolog='<!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
        (Source("x", workbook().content[:-30]), "damaged"),
        (Source("x", b"Well\tCt\n"), "no workbook"),
    ],
    ids=["size", "ratio", "parts", "entities", "cut", "text"],
)
def test_what_would_do_harm_is_refused_in_a_sentence(source: Source, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        check(source)


def test_a_sheet_of_two_cells_far_apart_is_not_opened() -> None:
    wide = workbook('<row r="1"><c r="A1"/><c r="XFD1048576"/></row>')
    book = Workbook(wide)
    with pytest.raises(Unreadable, match="spans"):
        book.sheet(book.names[0])


def test_cells_that_nobody_reads_are_counted_without_reading_them() -> None:
    book = Workbook(workbook())
    for name in book.names:
        assert book.count(name) == len(list(book.sheet(name).cells()))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = workbook(more={"liar": bytes(1000)})
    lying = honest.content.replace(
        (1000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    )
    assert lying != honest.content
    with pytest.raises(Unreadable, match="damaged"):
        check(Source("x.xlsx", lying))


def test_every_cut_is_refused() -> None:
    content = workbook().content
    for end in range(0, len(content), len(content) // 50):
        with pytest.raises(Unreadable):
            Workbook(Source("x.xlsx", content[:end]))
