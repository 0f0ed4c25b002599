"""Every file of every kind, damaged on its way: read rightly, or refused in a sentence.

`NOMEN_FAULTS=full` cuts at 50 places and changes bytes 200 times, as `make fault` does;
the suite takes a few of each.
"""

from collections import Counter
from collections.abc import Callable
import csv
from dataclasses import replace
import io
from pathlib import Path
import random

import pytest

from instruments import (
    Export,
    GenotypeExport,
    InstrumentError,
    Source,
    all_parsers,
    parse,
)
from instruments.grid import delimiter_of, header_of
from instruments.records import KitExport
from instruments.sequences import SequencedGenotypes, SequenceExport
from tests.conftest import shared_folder
from tests.faults.scale import FULL
from tests.instruments.files_read import exports
from tests.instruments.test_parsers import EXPORTS

CUTS, CHANGES, ORDERS = (50, 200, 20) if FULL else (8, 12, 3)
LARGE = 10**9 if FULL else 400_000
"""Bytes: larger files are only damaged in full."""

IN_COLUMNS = frozenset(
    (
        *("genemapper_table", "genemarker_hid", "wide_table", "persons_in_columns"),
        *("genis_import", "kit_table", "file_names", "lusstr", "lusstr_filtered"),
        *("lusstr_input", "lusstr_snps", "strmix_table", "fdstools"),
    )
)
"""Parsers of tables that tell their columns by a header."""

Rows = list[list[str]]
Told = dict[int, Counter[tuple[str, ...]]]
"""Line to what was read of it."""


def _module(source: Source) -> str:
    """The parser that claims a file; empty where there is none, or two."""
    claimed = [one.claims.__module__ for one in all_parsers() if one.claims(source)]
    return claimed[0].rpartition(".")[2] if len(claimed) == 1 else ""


def _is_text(path: Path) -> bool:
    try:
        return bool(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _is_table(path: Path) -> bool:
    return _module(Source.from_path(path)) in IN_COLUMNS


def _each(wanted: Callable[[Path], bool]) -> pytest.MarkDecorator:
    """Own files always, and real ones where they are; of what the test is for."""
    shared = shared_folder()
    real = exports(shared / "instruments") if shared else ()
    small = (path for path in real if 0 < path.stat().st_size <= LARGE)
    paths = [path for path in EXPORTS if wanted(path)]
    marked = [
        pytest.param(path, marks=pytest.mark.shared) for path in small if wanted(path)
    ]
    return pytest.mark.parametrize(
        "path", [*paths, *marked], ids=lambda path: f"{path.parent.name}/{path.name}"
    )


every_file, every_text, every_table = (
    _each(wanted) for wanted in (Path.is_file, _is_text, _is_table)
)


def _read(content: bytes) -> Export | None:
    """The export; None where it is refused, which must be in sentences."""
    try:
        return parse(Source("damaged", content))
    except InstrumentError as error:
        told = f"{error}", error.public
        assert all(one.endswith(".") for one in told), told
        return None


@every_file
def test_cut_short(path: Path) -> None:
    whole = path.read_bytes()
    known = _read(whole)
    for cut in range(CUTS):
        part = _read(whole[: len(whole) * cut // CUTS])
        assert part is None or known is None or part.rows <= known.rows + 1


@every_file
def test_bytes_changed(path: Path) -> None:
    whole = path.read_bytes()
    chance = random.Random(len(whole))
    for _ in range(CHANGES):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        _read(bytes(content))


@every_text
def test_in_another_encoding(path: Path) -> None:
    content = path.read_bytes()
    text = content.decode("utf-8-sig")
    known, found = _read(content), _read(text.encode("utf-16"))
    assert (known is None) == (found is None)
    if known and found:
        assert replace(found, sha256="") == replace(known, sha256="")
    older = _read(text.encode("cp1252", "replace") + "é".encode("cp1252"))
    assert older is None or not text.isascii()


@every_table
def test_columns_in_another_order(path: Path) -> None:
    rows, delimiter, known = _table(path)
    chance = random.Random(len(rows))
    for _ in range(ORDERS):
        order = list(range(len(rows[0])))
        chance.shuffle(order)
        found = _read(_written([[row[n] for n in order] for row in rows], delimiter))
        assert found is not None
        assert _told(found) == known


@every_table
def test_a_column_that_is_missing(path: Path) -> None:
    """What is still read was in the whole file, too."""
    rows, delimiter, _ = _table(path)
    known = _read(_written(rows, delimiter))
    assert known is not None
    whole = _alleles(known)
    for gone in _some(len(rows[0])):
        left = [[*row[:gone], *row[gone + 1 :]] for row in rows]
        found = _read(_written(left, delimiter))
        for line, told in (_alleles(found) if found else {}).items():
            assert told <= whole.get(line, Counter()), (line, rows[0][gone])


@every_table
def test_a_column_that_stands_twice(path: Path) -> None:
    """Nothing is read twice: the same is read, or nothing."""
    rows, delimiter, known = _table(path)
    for twice in _some(len(rows[0])):
        more = [[*row, row[twice]] for row in rows]
        found = _read(_written(more, delimiter))
        assert found is None or _told(found) == known, rows[0][twice]


def _some(width: int) -> list[int]:
    return list(range(width)) if FULL else sorted({0, 1, 2, width // 2, width - 1})


def _table(path: Path) -> tuple[Rows, str, Told]:
    """The rows of a file that has columns, and what is read of it as it is."""
    source = Source.from_path(path)
    delimiter = delimiter_of(source.first_line)
    lines = [line for line in source.text().split("\n") if line.strip()]
    rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    width = len(header_of(source))
    even = [[*row, *[""] * width][:width] for row in rows]
    same = _read(_written(even, delimiter))
    assert same is not None
    return even, delimiter, _told(same)


def _written(rows: Rows, delimiter: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def _alleles(export: Export) -> dict[int, Counter[str]]:
    """The names of the alleles that were read of each line."""
    found: dict[int, Counter[str]] = {}
    if isinstance(export, GenotypeExport):
        for one in export.readings:
            found.setdefault(one.line, Counter()).update(one.alleles)
    if isinstance(export, KitExport):
        bins = [b for p in export.panels for m in p.markers for b in m.bins]
        found[0] = Counter(one.allele for one in bins)
    return found


def _told(export: Export) -> Told:
    """What was read of each line; the order of peaks is that of their columns."""
    found: Told = {}
    if isinstance(export, GenotypeExport):
        for one in export.readings:
            peaks = sorted(f"{peak.allele} {peak.height}" for peak in one.peaks)
            names = (f"{one.sample} {one.source} {one.marker}", *peaks)
            found.setdefault(one.line, Counter())[names] += 1
    if isinstance(export, SequenceExport | SequencedGenotypes):
        for each in export.sequences:
            found.setdefault(each.line, Counter())[tuple(map(str, each[1:]))] += 1
    if isinstance(export, KitExport):
        for panel in export.panels:
            for marker in panel.markers:
                told = (panel.name, marker.name, *map(str, marker.bins))
                found.setdefault(marker.line, Counter())[told] += 1
    return found
