"""Workbooks of Excel, new (`.xlsx`) and old (`.xls`), as sheets of typed cells.

A new workbook is a zip archive that is checked before a reader opens it; sheets whose
two farthest cells span a huge empty area cost nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
import re
from typing import TypeAlias
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from instruments.archives import (
    BROKEN,
    SMALL,
    bomb,
    check_archive,
    check_directory,
    damaged,
)
from instruments.errors import Unreadable
from instruments.source import LARGEST, Source

NEW, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

MOST_CELLS = 5_000_000
"""Of one sheet, empty ones between the filled counted: the reader holds them all."""

LETTERS = 26
CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
GIVEN = re.compile(rb"""([\w:]+)\s*=\s*["']([^"'<>]*)["']""")
LARGEST_LIST = 256 * 1024
"""Bytes of the list of sheets that are looked at."""
NAMED = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*?\bname=["']([^"'<>]*)["']""")
Value: TypeAlias = str | bool | Decimal | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: int
    """Both counted from 1."""
    value: Value
    text: str
    """As the file holds it: a number with a point and all its digits."""

    @property
    def address(self) -> str:
        """Such as `C12`."""
        letters, left = "", self.column
        while left:
            left, letter = divmod(left - 1, LETTERS)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: tuple[tuple[Cell | None, ...], ...]
    """Every row from the first on; an empty cell is None."""

    def cells(self) -> Iterator[Cell]:
        """The filled cells, row by row."""
        return (cell for row in self.rows for cell in row if cell is not None)

    def where(self, cell: Cell) -> str:
        return f"sheet '{self.name}', {cell.address}"


class Workbook:
    """Sheets are read when they are asked for. Raises Unreadable where it is none."""

    def __init__(self, source: Source) -> None:
        check(source)
        self._content = source.content
        self._parts = (
            _sheet_parts(source.content) if source.content.startswith(NEW) else {}
        )
        try:
            self._book = CalamineWorkbook.from_filelike(BytesIO(source.content))
        except CalamineError as error:
            raise damaged() from error

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._book.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """One sheet. Raises Unreadable where there is none of this name."""
        if name not in self.names:
            raise Unreadable("The workbook lacks a sheet.", expected=f"sheet '{name}'")
        return Sheet(
            name,
            tuple(
                tuple(_cell(y, x, told) for x, told in enumerate(row, 1))
                for y, row in enumerate(self._rows(name), 1)
            ),
        )

    def count(self, name: str) -> int:
        """How many cells of a sheet hold a value, at a fiftieth of reading them."""
        if self._parts:
            return sum(self._part(name).count(sign) for sign in (b"<v>", b"<is>"))
        return sum(cell != "" for row in self._rows(name) for cell in row)

    def _rows(self, name: str) -> Sequence[Sequence[object]]:
        if self._parts:
            _check_area(self._part(name))
        try:
            found = self._book.get_sheet_by_name(name)
            return found.to_python(skip_empty_area=False)
        except CalamineError as error:
            raise damaged() from error

    def _part(self, name: str) -> bytes:
        """A sheet's XML; check() has unpacked it once, so its size is no lie."""
        if name not in self._parts:
            raise damaged()
        with ZipFile(BytesIO(self._content)) as archive:
            return archive.read(self._parts[name])


def is_workbook(source: Source) -> bool:
    """Whether it begins as one does: cheap, for parsers that claim workbooks."""
    return source.content.startswith((NEW, OLD))


def names_in(source: Source) -> tuple[str, ...]:
    """The names of a new workbook's sheets, at little cost: for who may claim it.

    Empty where there are none to be found, whatever the reason.
    """
    if not source.content.startswith(NEW):
        return ()
    try:
        check_directory(source.content)
        with (
            ZipFile(BytesIO(source.content)) as archive,
            archive.open("xl/workbook.xml") as file,
        ):
            text = file.read(LARGEST_LIST)
    except (Unreadable, KeyError, *BROKEN):
        return ()
    names = (name.decode("utf-8", "replace") for name in NAMED.findall(text))
    return tuple(map(unescape, names))


def check(source: Source) -> None:
    """Refuse what is no workbook or would cost too much. Raises Unreadable."""
    if len(source.content) > LARGEST:
        raise Unreadable(f"This file is larger than {LARGEST // SMALL} MB.")
    if not is_workbook(source):
        raise Unreadable("This file is no workbook.", expected="an Excel workbook")
    if source.content.startswith(NEW):
        check_archive(source.content)


def parts_in(source: Source) -> tuple[str, ...]:
    """The names of an archive's parts, at little cost; empty where it is none."""
    if not source.content.startswith(NEW):
        return ()
    try:
        check_directory(source.content)
        with ZipFile(BytesIO(source.content)) as archive:
            return tuple(one.filename for one in archive.infolist() if not one.is_dir())
    except (Unreadable, *BROKEN):
        return ()


def _check_area(sheet: bytes) -> None:
    """Before a sheet is opened: two cells far apart span a huge empty area."""
    if _area(sheet) > MOST_CELLS:
        raise bomb("a sheet that spans more", f"at most {MOST_CELLS} cells")


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Each sheet's part, by the sheet's name; a part that is not there is left out."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            listed = _tags(archive, "xl/workbook.xml", SHEET)
            linked = _tags(archive, "xl/_rels/workbook.xml.rels", LINK)
            known = set(archive.namelist())
    except (KeyError, *BROKEN) as error:
        raise damaged() from error
    paths = {one.get("Id"): one.get("Target", "") for one in linked}
    found: dict[str, str] = {}
    for one in listed:
        number = next((told for key, told in one.items() if key.endswith(":id")), None)
        path = paths.get(number, "").removeprefix("/")
        path = path if path.startswith("xl/") else f"xl/{path}"
        if path in known:
            found[unescape(one.get("name", ""))] = path
    return found


def _tags(archive: ZipFile, part: str, form: re.Pattern[bytes]) -> list[dict[str, str]]:
    """The attributes of each element of this form."""
    return [
        {
            key.decode(): told.decode("utf-8", "replace")
            for key, told in GIVEN.findall(tag)
        }
        for tag in form.findall(archive.read(part))
    ]


def _area(sheet: bytes) -> int:
    """How many cells a sheet spans, from its first to its farthest."""
    found = CELL.findall(sheet)
    widest = max((_number(letters) for letters in {one[0] for one in found}), default=0)
    return widest * max((int(one[1]) for one in found), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number


def _cell(row: int, column: int, told: object) -> Cell | None:
    match told:
        case "":
            return None
        case bool():
            return Cell(row, column, told, str(told).upper())
        case int() | float():
            text = repr(told).removesuffix(".0")
            return Cell(row, column, Decimal(text), text)
        case date() | time():
            return Cell(row, column, told, told.isoformat())
        case timedelta():
            return Cell(row, column, told, str(told))
        case _:
            return Cell(row, column, str(told), str(told))
