"""A workbook without what it tells of some samples: rebuilt, never patched. Pure.

A workbook keeps a value in many places: shared strings, charts, pivot caches, names,
properties, comments. So nothing is crossed out. A new workbook is written that holds
sheets of cells alone, and of these the ones that are proven to be of others:

* a table that names a sample in each row loses the rows of the erased ones, and a table
  that names wells alone the rows of their wells;
* a sheet whose head names another sample stays, one whose head names an erased one
  goes;
* whatever else a sheet is, a page with a chart or a list without names, goes whole.

Formulas lose their results, since nobody knows of whom they were made.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
import re

from instruments.workbook_cells import Cell, Sheet, sheets, texts, written

SAMPLES = frozenset(
    ("sample", "samplefile", "samplefilename", "sampleid", "samplename", "specimen")
)
WELLS = frozenset(("well", "wellid", "wellposition"))
FEWEST = 3
"""Filled cells of a row that can head a table; a line above a table has two."""
LONG = 6
"""From so many letters on, a name is found inside of longer words, too."""
_APART = re.compile(r"[\W_]+")
_WHOLE = re.compile(r"([0-9]+)\.0+")


@dataclass(frozen=True)
class _Table:
    heading: int
    """Which of the sheet's rows it is."""
    samples: frozenset[int]
    """Columns."""
    wells: dict[int, str]
    """Column to how it is headed."""


@dataclass
class _Erased:
    """What names the erased: given names, what stood in their rows, their wells."""

    named: re.Pattern[str]
    aliases: set[str] = field(default_factory=set)
    wells: set[tuple[str, str]] = field(default_factory=set)
    """How the column is headed, and the well."""

    def is_in(self, texts: Iterable[str]) -> bool:
        return any(self.named.search(one.casefold()) for one in texts)

    def is_told(self, row: Sequence[Cell]) -> bool:
        return self.is_in(text for one in row for text in (one.text, one.told))

    def owns(self, row: Sequence[Cell], table: _Table) -> bool:
        told = _samples_of(row, table)
        if self.is_told(row) or told & self.aliases:
            return True
        return not told and bool(_wells_of(row, table) & self.wells)


def redacted(content: bytes, names: frozenset[str]) -> bytes:
    """The workbook without these samples; `content` itself where it names none.

    Raises InstrumentError where it is no workbook that can be read whole.
    """
    found = sheets(content)
    erased = _Erased(_pattern(names))
    if not _is_named(content, found, erased):
        return content
    tables = [_table(one) for one in found]
    pairs = list(zip(found, tables, strict=True))
    for sheet, table in pairs:
        _learn(sheet, table, erased)
    left = [
        Sheet(
            f"Sheet {number}" if erased.is_in([sheet.name]) else sheet.name,
            tuple(_left(sheet, table, erased)),
        )
        for number, (sheet, table) in enumerate(pairs, 1)
    ]
    return written(left, content)


def finder(names: Iterable[str]) -> Callable[[Iterable[str]], bool]:
    """Tells of texts whether one of them names one of these samples."""
    pattern = _pattern(names)
    return lambda texts: any(pattern.search(one.casefold()) for one in texts)


def names_any(texts: Iterable[str], names: Iterable[str]) -> bool:
    """Whether one of these texts names one of these samples."""
    return finder(names)(texts)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Whatever stands between its letters and figures, a name is the same name."""
    found = []
    for name in sorted(names):
        plain = _APART.sub("", name.casefold())
        if len(plain) >= LONG:
            found.append(r"[\W_]*".join(map(re.escape, plain)))
        elif plain:
            word = r"[\W_]*".join(map(re.escape, plain))
            found.append(rf"(?<![^\W_]){word}(?![^\W_])")
    return re.compile("|".join(found) or r"(?!)")


def _is_named(content: bytes, found: Sequence[Sheet], erased: _Erased) -> bool:
    """In a cell, or in any other part."""
    return any(
        erased.is_in([sheet.name]) or any(map(erased.is_told, sheet.rows))
        for sheet in found
    ) or erased.is_in(texts(content))


def _table(sheet: Sheet) -> _Table | None:
    """The one table of a sheet; None where there are several, or none."""
    found = []
    for at, row in enumerate(sheet.rows):
        told = {one.column: _plain(one.text) for one in row if one.text.strip()}
        samples = frozenset(place for place, text in told.items() if text in SAMPLES)
        wells = {place: text for place, text in told.items() if text in WELLS}
        if len(told) >= FEWEST and (samples or wells):
            found.append(_Table(at, samples, wells))
    return found[0] if len(found) == 1 else None


def _learn(sheet: Sheet, table: _Table | None, erased: _Erased) -> None:
    """Other names of the erased, and their wells, from the rows that name them."""
    if table is None or not table.samples:
        return
    for row in sheet.rows[table.heading + 1 :]:
        if erased.is_told(row):
            erased.aliases |= _samples_of(row, table)
            erased.wells |= _wells_of(row, table)


def _left(
    sheet: Sheet, table: _Table | None, erased: _Erased
) -> Iterator[tuple[Cell, ...]]:
    if table is None or not _is_sure(sheet, table, erased):
        if not _is_of_another(sheet, erased):
            return
        table = None
    for at, row in enumerate(sheet.rows):
        if table and at > table.heading and erased.owns(row, table):
            continue
        yield tuple(one for one in row if not one.formula)


def _is_sure(sheet: Sheet, table: _Table, erased: _Erased) -> bool:
    """Whether each row tells whose it is, and the head is of none of the erased."""
    head = sheet.rows[: table.heading + 1]
    if any(map(erased.is_told, head)) or _heads(sheet) & erased.aliases:
        return False
    if not table.samples:
        # Wells tell whose a row is only where another sheet names them alike.
        known = {heading for heading, _ in erased.wells}
        if not known & set(table.wells.values()):
            return False
    marks = table.samples | table.wells.keys()
    return all(
        any(one.column in marks and one.text.strip() for one in row)
        for row in sheet.rows[table.heading + 1 :]
    )


def _is_of_another(sheet: Sheet, erased: _Erased) -> bool:
    """Whether its head names one sample, and no cell one of the erased."""
    heads = _heads(sheet)
    return (
        len(heads) == 1
        and not heads & erased.aliases
        and not any(map(erased.is_told, sheet.rows))
    )


def _heads(sheet: Sheet) -> set[str]:
    """The samples of lines such as `Sample: 17`; a table's heading is no such line."""
    return {
        _value(row[1].text)
        for row in sheet.rows
        if 1 < len(row) < FEWEST and _plain(row[0].text) in SAMPLES
    }


def _samples_of(row: Sequence[Cell], table: _Table) -> set[str]:
    found = {_value(one.text) for one in row if one.column in table.samples}
    return found - {""}


def _wells_of(row: Sequence[Cell], table: _Table) -> set[tuple[str, str]]:
    return {
        (table.wells[one.column], _value(one.text))
        for one in row
        if one.column in table.wells and one.text.strip()
    }


def _plain(text: str) -> str:
    return _APART.sub("", text.casefold())


def _value(text: str) -> str:
    """A name as it is compared; `3.0` of one sheet is the `3` of another."""
    plain = text.casefold().strip()
    whole = _WHOLE.fullmatch(plain)
    return whole[1] if whole else plain
