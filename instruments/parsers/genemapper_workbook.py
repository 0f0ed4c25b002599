"""A GeneMapper genotypes table that was saved as a workbook.

The first sheet holds the table, its header in the first row. What other sheets hold was
put there by a person; it is counted and stays in the original.
"""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

from instruments.archives import BROKEN
from instruments.errors import BadTable
from instruments.genotype_table import read_table
from instruments.parsers import Parser
from instruments.records import GenotypeExport, Maturity, UnreadSheet
from instruments.source import Source
from instruments.workbook import Sheet, Workbook, parts_in

TEXTS = "xl/sharedStrings.xml"
NEAR = 64 * 1024
"""Bytes of the workbook's texts in which a header of 36 alleles stands."""
SIGNS = (b"Marker<", b"Allele 1<", b"Sample ")
TAKEN = "\t\r\n"
"""What parts cells and rows of the table that the sheet is read as."""


def claims(source: Source) -> bool:
    if TEXTS not in parts_in(source):
        return False
    try:
        with ZipFile(BytesIO(source.content)) as archive, archive.open(TEXTS) as texts:
            near = texts.read(NEAR)
    except BROKEN:
        return False
    return all(sign in near for sign in SIGNS)


def read(source: Source) -> GenotypeExport:
    book = Workbook(source)
    first, *others = book.names
    table = Source(source.name, _text(book.sheet(first)).encode())
    found = read_table(table, PARSER.name, PARSER.version, PARSER.maturity)
    return replace(
        found,
        sha256=source.sha256,
        unread_sheets=tuple(UnreadSheet(one, book.count(one)) for one in others),
    )


def _text(sheet: Sheet) -> str:
    """The sheet as a table of text: one line for each row, so that numbers agree."""
    for cell in sheet.cells():
        if any(sign in cell.text for sign in TAKEN):
            raise BadTable(
                f"A cell of {sheet.where(cell)} holds more than one line.",
                line=cell.row,
                value=cell.text,
                expected="one name or one number in each cell",
            )
    rows = ("\t".join(cell.text if cell else "" for cell in row) for row in sheet.rows)
    return "".join(f"{row}\n" for row in rows)


PARSER = Parser("GeneMapper genotypes workbook", "1", Maturity.VERIFIED, claims, read)
