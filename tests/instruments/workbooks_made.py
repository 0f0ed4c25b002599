"""Small workbooks as an instrument writes them, and every cell read back by itself."""

from collections.abc import Mapping, Sequence
from io import BytesIO
import re
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006/relationships"

Row = Sequence[str | float]


def workbook(
    sheets: Mapping[str, Sequence[Row]], more: Mapping[str, str] | None = None
) -> bytes:
    """Texts are shared, numbers stand in their cells; `more` are further parts."""
    shared: list[str] = []
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for at, rows in enumerate(sheets.values(), 1):
            body = "".join(_row(number, row, shared) for number, row in rows_of(rows))
            book.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
            )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(sheets, 1)
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{listed}</sheets>'
            "</workbook>",
        )
        links = "".join(
            f'<Relationship Id="rId{at}" Type="{RELATED}/worksheet" '
            f'Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKED}">{links}</Relationships>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKED}"><Relationship Id="rId1" '
            f'Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        texts = "".join(f"<si><t>{escape(one)}</t></si>" for one in shared)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        for name, part in (more or {}).items():
            book.writestr(name, part)
    return kept.getvalue()


def rows_of(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return list(enumerate(rows, 1))


def parts(content: bytes) -> dict[str, str]:
    """Every part, unpacked."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        return {
            name: book.read(name).decode("utf-8", "replace") for name in book.namelist()
        }


def cells(content: bytes) -> dict[str, dict[str, str]]:
    """Sheet to place to what stands there."""
    found = parts(content)
    name = next((one for one in found if one.lower() == "xl/sharedstrings.xml"), None)
    shared = [_text(one) for one in _tree(found[name])] if name else []
    links = {
        one.get("Id"): f"xl/{(one.get('Target') or '').removeprefix('/xl/')}"
        for one in _tree(found["xl/_rels/workbook.xml.rels"])
    }
    return {
        one.get("name") or "": {
            cell.get("r") or "": told
            for cell in _tree(found[links[one.get(f"{{{RELATED}}}id")]]).iter(_in("c"))
            if (told := _value(cell, shared))
        }
        for one in _tree(found["xl/workbook.xml"]).iter(_in("sheet"))
    }


def _row(number: int, row: Row, shared: list[str]) -> str:
    told = []
    for at, value in enumerate(row):
        place = f"{chr(ord('A') + at)}{number}"
        if isinstance(value, float | int):
            told.append(f'<c r="{place}"><v>{value}</v></c>')
        elif value.startswith("="):
            told.append(f'<c r="{place}"><f>{value[1:]}</f><v>7</v></c>')
        elif value:
            shared.append(value)
            told.append(f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>')
    return f'<row r="{number}">{"".join(told)}</row>'


def _value(cell: ET.Element, shared: Sequence[str]) -> str:
    if (inner := cell.find(_in("is"))) is not None:
        return _text(inner)
    value = cell.findtext(_in("v")) or ""
    return shared[int(value)] if cell.get("t") == "s" else value


def _text(item: ET.Element) -> str:
    return "".join(one.text or "" for one in item.iter(_in("t")))


def _tree(part: str) -> ET.Element:
    return ET.fromstring(re.sub(r"^\ufeff", "", part))  # noqa: S314 - made here, or shared data


def _in(tag: str) -> str:
    return f"{{{MAIN}}}{tag}"
