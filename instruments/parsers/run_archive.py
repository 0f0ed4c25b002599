"""The reports of one run, each of one sample, in one zip archive.

UAS and GeneMarker HTS write a file for each sample; a plate is imported as a whole. So
the folder of a run is packed as it is (`.zip`), and read as one export. Every part must
be such a report, of a sample of its own and by one version of the software.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
import re
from zipfile import ZipFile

from instruments import parse
from instruments.archives import check_archive
from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.records import Closed, Maturity, RefusedRow, UnreadCell
from instruments.sequences import SequencedGenotypes
from instruments.source import Source
from instruments.workbook import names_in, parts_in

REPORT = re.compile(r"(?:[^/\\]{1,100}/){0,3}([^/\\.][^/\\]{0,150}\.(?:xlsx|csv))")
MOST = 400
"""Reports: some plates."""


def claims(source: Source) -> bool:
    parts = parts_in(source)
    return bool(parts) and all(map(REPORT.fullmatch, parts)) and not names_in(source)


def read(source: Source) -> SequencedGenotypes:
    check_archive(source.content)
    parts = parts_in(source)
    if len(parts) > MOST:
        raise BadTable(
            f"The archive holds {len(parts)} files.", expected=f"at most {MOST} reports"
        )
    found: dict[str, SequencedGenotypes] = {}
    with ZipFile(BytesIO(source.content)) as archive:
        for part in parts:
            named = REPORT.fullmatch(part)
            name = named[1] if named else part
            if name in found:
                raise _odd("Two files have one name.", name, "each name once")
            found[name] = _read(Source(name, archive.read(part), source.opened))
    _check(found)
    exports = found.items()
    return SequencedGenotypes(
        **PARSER.told(source),
        rows=sum(one.rows for _, one in exports),
        readings=tuple(
            r._replace(source=n) for n, one in exports for r in one.readings
        ),
        sequences=tuple(s for _, one in exports for s in one.sequences),
        refused=tuple(_named(name, r) for name, one in exports for r in one.refused),
        software=next(one.software for _, one in exports),
        facts=tuple(
            f._replace(where=f"{name}: {f.where}".removesuffix(": "))
            for name, one in exports
            for f in one.facts
        ),
        unread_cells=tuple(
            UnreadCell(f"'{name}', {c.where}", c.name, c.text)
            for name, one in exports
            for c in one.unread_cells
        ),
        closed=_closed(found),
        warnings=tuple(f"{name}: {w}" for name, one in exports for w in one.warnings),
    )


def _read(source: Source) -> SequencedGenotypes:
    if parts_in(source) and not names_in(source):
        raise _odd("The archive holds another archive.", source.name, "reports alone")
    export = parse(source)
    if not isinstance(export, SequencedGenotypes):
        raise _odd(
            f"The archive holds a file that is no report: {export.kind}.",
            source.name,
            "reports of ForenSeq UAS or GeneMarker HTS alone",
        )
    return export


def _check(found: Mapping[str, SequencedGenotypes]) -> None:
    """Each of a sample of its own, and all of one software. Raises BadTable."""
    of: dict[str, str] = {}
    for name, export in found.items():
        for sample in {one.sample for one in export.sequences} | {
            one.sample for one in export.readings
        }:
            if sample in of:
                told = f"the report of another sample than '{of[sample]}'"
                raise _odd("Two reports are of one sample.", name, told)
            of[sample] = name
    first = next(iter(found.values()))
    for name, export in found.items():
        if (export.software, export.parser) != (first.software, first.parser):
            told = f"a report by {first.software}"
            raise _odd(f"A report is by {export.software}.", name, told)


def _closed(found: Mapping[str, SequencedGenotypes]) -> tuple[Closed, ...]:
    """Of all reports together: a file's name may be a sample's."""
    cells: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    for export in found.values():
        cells.update({one.sheet: one.cells for one in export.closed})
        reports.update(one.sheet for one in export.closed)
    return tuple(
        Closed(f"{sheet}, of {reports[sheet]} reports", count)
        for sheet, count in cells.items()
    )


def _named(name: str, row: RefusedRow) -> RefusedRow:
    return replace(row, source=name, column=f"{name}: {row.column}".removesuffix(": "))


def _odd(says: str, name: str, expected: str) -> BadTable:
    return BadTable(says, value=name, expected=expected)


PARSER = Parser("Reports of a run", "1", Maturity.VERIFIED, claims, read)
