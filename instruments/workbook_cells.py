"""The cells of a workbook as its XML writes them, and a workbook of cells alone. Pure.

For who must know every cell and leave nothing else behind. What cannot be read whole
is refused: another format, a password, a document type, too much when unpacked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
import posixpath
import re
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr
import zipfile

from instruments.archives import unpacked
from instruments.errors import Unreadable

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_OTHER = re.compile(rb"encoding\s*=\s*[\"'](?!utf-?8|us-ascii)", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WORDS = re.compile(r"\"|\\|\[\$")
"""Of a format of numbers: what can show words."""
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: int
    """Counted from 1, as rows are."""
    kind: str
    """As the format names it: n number, b truth, e error, d date, s text."""
    text: str
    style: int = 0
    formula: bool = False
    told: str = ""
    """The formula."""

    @property
    def place(self) -> str:
        letters, left = "", self.column
        while left:
            left, at = divmod(left - 1, _LETTERS)
            letters = chr(ord("A") + at) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: tuple[tuple[Cell, ...], ...]
    """Those that have cells with something in them."""


def is_workbook(content: bytes) -> bool:
    """Whether it is a zip that names a workbook; it may still not be readable."""
    return content.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in content


def sheets(content: bytes) -> list[Sheet]:
    """Every sheet, hidden ones too. Raises InstrumentError."""
    parts = _parts(content)
    book = _tree(parts, "xl/workbook.xml")
    related = {
        one.get("Id", ""): one.get("Target", "")
        for one in _tree(parts, "xl/_rels/workbook.xml.rels")
    }
    strings = _strings(parts)
    return [
        Sheet(
            one.get("name", ""),
            tuple(_rows(_tree(parts, _path(related[one.get(_RELATED, "")])), strings)),
        )
        for one in book.iter(f"{_MAIN}sheet")
        if _is_of_cells(related.get(one.get(_RELATED, ""), ""))
    ]


def texts(content: bytes) -> Iterator[str]:
    """Every part as text, with its marks and without, and the parts' names."""
    for name, part in _parts(content).items():
        text = part.decode("utf-8", "replace")
        yield name
        yield text
        yield re.sub("<[^>]*>", "", text)


def written(found: Sequence[Sheet], content: bytes) -> bytes:
    """A workbook of these cells; of `content` the formats of numbers are kept."""
    names = [f"sheet{number}.xml" for number in range(1, len(found) + 1)]
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in (
            ("[Content_Types].xml", _types(names)),
            ("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", _book([one.name for one in found])),
            ("xl/_rels/workbook.xml.rels", _relations(_of_book(names))),
            ("xl/styles.xml", _styles(_parts(content))),
            *(
                (f"xl/worksheets/{name}", _sheet(one))
                for name, one in zip(names, found, strict=True)
            ),
        ):
            # A fixed time: the same cells are the same bytes.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(entry, f"{_HEAD}{text}")
    return kept.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    return {name.lstrip("/"): part for name, part in unpacked(content)}


def _tree(parts: dict[str, bytes], name: str) -> ET.Element:
    part = parts.get(name)
    if part is None:
        raise Unreadable(f"This workbook lacks its part '{name}'.")
    if not _UTF_8.match(part) or _OTHER.search(part[:200]) or _DOCTYPE.search(part):
        raise Unreadable("A part of this workbook is not the XML that workbooks have.")
    try:
        return ET.fromstring(part)  # noqa: S314 - no document type, so no entity
    except (ET.ParseError, ValueError) as error:
        raise Unreadable("A part of this workbook is no whole XML.") from error


def _path(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(f"xl/{target}")


def _is_of_cells(target: str) -> bool:
    """Not a sheet that is one chart, or of macros of long ago."""
    return "worksheets/" in target


def _strings(parts: dict[str, bytes]) -> list[str]:
    name = next((one for one in parts if one.lower() == "xl/sharedstrings.xml"), "")
    return [_text(one) for one in _tree(parts, name)] if name else []


def _text(item: ET.Element) -> str:
    """Of its runs, without how it is read aloud."""
    runs = [*item.findall(f"{_MAIN}t"), *item.findall(f"{_MAIN}r/{_MAIN}t")]
    return "".join(one.text or "" for one in runs)


def _rows(sheet: ET.Element, strings: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    below = 0
    for row in sheet.iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        below = _whole(row.get("r"), below + 1)
        cells, right = [], 0
        for one in row.iterfind(f"{_MAIN}c"):
            cell = _cell(one, below, right + 1, strings)
            right = cell.column
            if cell.text or cell.formula:
                cells.append(cell)
        if cells:
            yield tuple(cells)


def _cell(one: ET.Element, row: int, column: int, strings: Sequence[str]) -> Cell:
    kind = one.get("t", "n")
    value = one.findtext(f"{_MAIN}v") or ""
    if kind == "s" and value:
        at = _whole(value, 0)
        if at >= len(strings):
            raise Unreadable("A cell of this workbook names a text that is not there.")
        value = strings[at]
    elif kind == "inlineStr":
        inner = one.find(f"{_MAIN}is")
        value = "" if inner is None else _text(inner)
    if place := one.get("r"):
        found = _PLACE.fullmatch(place)
        if found is None or int(found[2]) != row:
            raise Unreadable("A cell of this workbook stands in no place.")
        column = 0
        for letter in found[1]:
            column = column * _LETTERS + ord(letter) - ord("A") + 1
    formula = one.find(f"{_MAIN}f")
    return Cell(
        row,
        column,
        kind if kind in {"n", "b", "e", "d"} else "s",
        value,
        _whole(one.get("s"), 0),
        formula is not None,
        (formula.text or "") if formula is not None else "",
    )


DIGITS = 9
"""No row, column, style or shared text of a workbook has a longer number."""


def _whole(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise Unreadable("A number in this workbook is none.")
    return int(text)


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = "http://schemas.openxmlformats.org"
_SPACE = f'xmlns="{_OPEN}/spreadsheetml/2006/main"'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _types(names: Sequence[str]) -> str:
    told = [
        ("xl/workbook.xml", "sheet.main"),
        ("xl/styles.xml", "styles"),
        *((f"xl/worksheets/{name}", "worksheet") for name in names),
    ]
    return (
        f'<Types xmlns="{_OPEN}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>'
            for name, kind in told
        )
        + "</Types>"
    )


def _of_book(names: Sequence[str]) -> list[tuple[str, str]]:
    return [
        *(("worksheet", f"worksheets/{name}") for name in names),
        ("styles", "styles.xml"),
    ]


def _relations(to: Sequence[tuple[str, str]]) -> str:
    kind = f"{_OPEN}/officeDocument/2006/relationships"
    return (
        f'<Relationships xmlns="{_OPEN}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{at}" Type="{kind}/{what}" Target="{target}"/>'
            for at, (what, target) in enumerate(to, 1)
        )
        + "</Relationships>"
    )


def _book(names: Sequence[str]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    return (
        f'<workbook {_SPACE} xmlns:r="{_OPEN}/officeDocument/2006/relationships">'
        f"<sheets>{listed}</sheets></workbook>"
    )


def _styles(parts: dict[str, bytes]) -> str:
    """Formats of numbers, by which a number is a date; none that can show words."""
    tree = _tree(parts, "xl/styles.xml") if "xl/styles.xml" in parts else None
    formats = [] if tree is None else tree.findall(f"{_MAIN}numFmts/{_MAIN}numFmt")
    codes = {
        _whole(one.get("numFmtId"), 0): one.get("formatCode", "") for one in formats
    }
    shown = {number: code for number, code in codes.items() if not _WORDS.search(code)}
    styles = [] if tree is None else tree.findall(f"{_MAIN}cellXfs/{_MAIN}xf")
    used = [_whole(one.get("numFmtId"), 0) for one in styles] or [0]
    kept = [0 if one in codes and one not in shown else one for one in used]
    told = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
        for number, code in shown.items()
    )
    numbers = f'<numFmts count="{len(shown)}">{told}</numFmts>' if shown else ""
    return (
        f'<styleSheet {_SPACE}>{numbers}<fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{len(kept)}">'
        + "".join(
            f'<xf numFmtId="{one}" fontId="0" fillId="0" borderId="0" xfId="0" '
            'applyNumberFormat="1"/>'
            for one in kept
        )
        + "</cellXfs></styleSheet>"
    )


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        f'<row r="{row[0].row}">{"".join(map(_one, row))}</row>'
        for row in sheet.rows
        if row
    )
    return f"<worksheet {_SPACE}><sheetData>{rows}</sheetData></worksheet>"


def _one(cell: Cell) -> str:
    style = f' s="{cell.style}"' if cell.style else ""
    if cell.kind == "s":
        text = escape(cell.text, {"\r": "&#13;"})
        inner = f'<is><t xml:space="preserve">{text}</t></is>'
        return f'<c r="{cell.place}"{style} t="inlineStr">{inner}</c>'
    return f'<c r="{cell.place}"{style} t="{cell.kind}"><v>{escape(cell.text)}</v></c>'
