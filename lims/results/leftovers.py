"""What no parser read of an import's file, cell by cell; read from the original anew.

Sheets that policy closes are counted by whoever may see imports. Cells are shown to the
importer alone, as every other value of a file is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from instruments import Export, GenotypeExport, InstrumentError, Source
from instruments.records import Closed, UnreadCell
from lims.access import Actor, Permission, require
from lims.errors import NotFound
from lims.results import originals, queries
from lims.results.arrival import Gate
from lims.results.reading import read

PAGE = 100
"""Cells of one page."""


@dataclass(frozen=True)
class Leftovers:
    closed: tuple[Closed, ...]
    count: int
    """Cells and lines that no parser reads."""
    cells: tuple[UnreadCell, ...]
    """Those of the page; none for who did not import the file."""
    page: int
    more: bool
    importer: bool
    fault: str = ""
    """Why nothing can be told, where it cannot."""


def leftovers(gate: Gate, actor: Actor, uid: str, page: int = 1) -> Leftovers:
    """One page of an import's unread cells. Takes as long as reading the file does."""
    require(actor, Permission.IMPORT_READ)
    with gate.database.reading() as session:
        row = queries.one(session, actor, uid)
        name, parser, unread = row.name, row.parser or "", row.unread
        importer = row.imported_by == actor.user_id
        try:
            content = originals.content(session, gate.store, row)
        except NotFound as error:
            return _nothing(unread, page, str(error))
    source = Source(name, content, gate.bench.opened)
    try:
        export = _read(source, parser)
    except InstrumentError as error:
        return _nothing(unread, page, error.public)
    first = (page - 1) * PAGE
    found = tuple(islice(cells_of(export), first, first + PAGE + 1)) if importer else ()
    return Leftovers(
        export.closed,
        export.unread,
        found[:PAGE],
        page,
        len(found) > PAGE,
        importer,
    )


def _nothing(count: int, page: int, fault: str) -> Leftovers:
    return Leftovers((), count, (), page, more=False, importer=False, fault=fault)


def cells_of(export: Export) -> Iterator[UnreadCell]:
    """Every cell and line that the parser left, in the order of the file's parts."""
    if isinstance(export, GenotypeExport):
        for reading in export.readings:
            for name, text in reading.unread.items():
                yield UnreadCell(f"line {reading.line}", name, text)
    yield from export.unread_cells
    for line in export.unread_lines:
        yield UnreadCell(f"line {line.line}", "", line.text)


def _read(source: Source, parser: str) -> Export:
    """By the parser that claims it, or by the one that a person chose."""
    try:
        return read(source)
    except InstrumentError:
        if not parser:
            raise
        return read(source, parser)
